/**
 * What was given, as a shape: enough to see the mistake, without repeating text that may be personal. Short words and numbers
 * that a machine chose (a msgtype, a flag) are shown by the rules that know they are harmless, not here.
 */
export function shapeOf(value: unknown): string | number | boolean {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return `string of ${lengths(value)}`;
  if (Array.isArray(value)) return `array of ${value.length}`;
  return 'object';
}

function lengths(text: string): string {
  const characters = [...text].length;
  const bytes = Buffer.byteLength(text);
  return characters === bytes ? `${characters} characters` : `${characters} characters, ${bytes} bytes`;
}
