/** One token: white space, punctuation, a string (no raw control character), a number, a literal. */
const TOKEN =
  /[ \t\n\r]+|[{}[\]:,]|"(?:[ !#-[\]-\u{10FFFF}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/uy;

type Expected =
  | 'a value'
  | 'a value or ]'
  | 'a property name'
  | 'a property name or }'
  | ':'
  | ', or }'
  | ', or ]'
  | 'the end';

export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly expected: Expected;
}

/**
 * Where a text stops being JSON. Node's own message names the place only sometimes, and otherwise quotes the text, which may
 * be somebody's notice. Runs only after `JSON.parse` has refused the text.
 */
export function findSyntaxFault(text: string): SyntaxFault {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'a value';
  let offset = 0;
  while (offset < text.length) {
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) break;
    if (!/^[ \t\n\r]/.test(token)) {
      const next = step(open, expected, token);
      if (next === undefined) break;
      expected = next;
    }
    offset += token.length;
  }
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, expected };
}

/** What may follow `token`; undefined when it must not stand here. Keeps `open` up to date. */
function step(open: ('{' | '[')[], expected: Expected, token: string): Expected | undefined {
  const value = expected === 'a value' || expected === 'a value or ]';
  switch (token) {
    case '{':
    case '[':
      if (!value) return undefined;
      open.push(token);
      return token === '{' ? 'a property name or }' : 'a value or ]';
    case '}':
    case ']': {
      const closes = token === '}' ? ['a property name or }', ', or }'] : ['a value or ]', ', or ]'];
      if (!closes.includes(expected)) return undefined;
      open.pop();
      return afterValue(open);
    }
    case ':':
      return expected === ':' ? 'a value' : undefined;
    case ',':
      if (expected === ', or }') return 'a property name';
      return expected === ', or ]' ? 'a value' : undefined;
    default:
      if (expected === 'a property name' || expected === 'a property name or }') {
        return token.startsWith('"') ? ':' : undefined;
      }
      return value ? afterValue(open) : undefined;
  }
}

function afterValue(open: readonly ('{' | '[')[]): Expected {
  const inside = open.at(-1);
  if (inside === undefined) return 'the end';
  return inside === '{' ? ', or }' : ', or ]';
}
