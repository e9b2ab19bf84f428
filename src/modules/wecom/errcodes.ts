import { AUTHORIZATION_CODES } from './errcodes/authorization-codes.js';
import { CARD_CODES } from './errcodes/card-codes.js';
import { CREDENTIAL_CODES } from './errcodes/credential-codes.js';
import type { ErrcodeDeclaration, ErrcodeEntry } from './errcodes/errcode-entry.js';
import { LICENCE_CODES } from './errcodes/licence-codes.js';
import { LOGIN_CODES } from './errcodes/login-codes.js';
import { MESSAGE_CODES } from './errcodes/message-codes.js';
import { RECIPIENT_CODES } from './errcodes/recipient-codes.js';
import { REQUEST_CODES } from './errcodes/request-codes.js';

/** WeCom's global error table for third-party apps; pages seldom list the codes of a single call. */
const GLOBAL_TABLE = '90455';

/** What a code we have never heard of means: final for this call, no token refresh, the hint goes to an operator. */
const UNKNOWN: ErrcodeDeclaration = {
  codes: [],
  meaning: { zh: '未收录的错误码', en: 'Error code not in our table' },
  turn: 'platform',
  todo: {
    zh: '记录 hint 并向企业微信客服查询；本次调用按失败处理，不刷新凭证。',
    en: 'Note the hint and ask WeCom support; the call counts as failed and no token is refreshed.',
  },
  alarm: 'operator',
  ambiguous: true,
};

function expand(declaration: ErrcodeDeclaration, code: number): ErrcodeEntry {
  const { codes: _, docs = [], ...rest } = declaration;
  return {
    call: 'permanent',
    send: 'unexpected',
    ambiguous: false,
    recipientLevel: false,
    ...rest,
    code,
    docs: docs.includes(GLOBAL_TABLE) ? docs : [...docs, GLOBAL_TABLE],
  };
}

function codesOf({ codes }: ErrcodeDeclaration): readonly number[] {
  if (typeof codes === 'number') {
    return [codes];
  }
  if ('from' in codes) {
    return Array.from({ length: codes.to - codes.from + 1 }, (_, index) => codes.from + index);
  }
  return codes;
}

/** Exported for its test: two meanings for one code would make behaviour depend on the order of declarations. */
export function buildErrcodeTable(declarations: readonly ErrcodeDeclaration[]): ReadonlyMap<number, ErrcodeEntry> {
  const table = new Map<number, ErrcodeEntry>();
  for (const declaration of declarations) {
    for (const code of codesOf(declaration)) {
      if (table.has(code)) {
        throw new Error(`errcode ${code} is declared twice`);
      }
      table.set(code, expand(declaration, code));
    }
  }
  return table;
}

/** Every code we know, with its playbook. */
export const ERRCODES: ReadonlyMap<number, ErrcodeEntry> = buildErrcodeTable([
  ...REQUEST_CODES,
  ...CREDENTIAL_CODES,
  ...AUTHORIZATION_CODES,
  ...RECIPIENT_CODES,
  ...MESSAGE_CODES,
  ...CARD_CODES,
  ...LICENCE_CODES,
  ...LOGIN_CODES,
]);

/** Never undefined: an unlisted code gets the default playbook. */
export function describeErrcode(errcode: number): ErrcodeEntry {
  return ERRCODES.get(errcode) ?? expand(UNKNOWN, errcode);
}

/** Whether the answer leaves open if the request had an effect (reliability: -1, 6000, and codes we do not know). */
export function isAmbiguous(errcode: number): boolean {
  return describeErrcode(errcode).ambiguous;
}
