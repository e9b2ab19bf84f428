export type FieldValue = string | MessageFields;

/**
 * One element of a callback message with its children, in order. Every value is a trimmed string: ids may have leading
 * zeros, MsgId has 64 bits. Kept in a Map, never in a plain object: an element may be called `__proto__`.
 */
export class MessageFields {
  readonly #values = new Map<string, FieldValue[]>();

  add(name: string, value: FieldValue): void {
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }

  /** The text of the first element of that name; undefined when there is none or it has children. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)?.[0];
    return typeof value === 'string' ? value : undefined;
  }

  /** All elements of that name: repeated siblings are WeCom's way to write lists. */
  all(name: string): readonly FieldValue[] {
    return this.#values.get(name) ?? [];
  }

  /** For class-transformer: objects without a prototype; a name that occurs once has its value, else a list. */
  toRecord(): Record<string, unknown> {
    const record: Record<string, unknown> = Object.create(null);
    for (const [name, values] of this.#values) {
      const plain = values.map((value) => (typeof value === 'string' ? value : value.toRecord()));
      record[name] = plain.length === 1 ? plain[0] : plain;
    }
    return record;
  }
}
