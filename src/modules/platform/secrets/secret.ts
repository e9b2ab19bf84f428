import { inspect } from 'node:util';

const MARK = '[secret]';

/**
 * A credential in memory. Printing it in any way (string, JSON, inspect, template literal) gives `[secret]`;
 * only `reveal()` gives the value, and it is called in two places: the outbound client and the secret box.
 */
export class Secret {
  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  static of(value: string): Secret {
    return new Secret(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MARK;
  }

  toJSON(): string {
    return MARK;
  }

  [inspect.custom](): string {
    return MARK;
  }
}
