import type { ParseArgsOptionsConfig } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';

/** The command line was not understood, or asked for something that cannot be. */
export class CommandRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandRefused';
  }
}

export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

export interface Command {
  /** Two words: `keys create`. */
  name: string;
  /** What it does, in one line. */
  summary: string;
  /** Arguments as in a manual: `--suite ID [--corp ID]`. */
  usage: string;
  options: ParseArgsOptionsConfig;
  run(app: INestApplicationContext, values: Values, words: readonly string[]): Promise<void>;
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function required(values: Values, name: string): string {
  return text(values, name) ?? refuse(`--${name} is missing`);
}

export function list(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

function refuse(message: string): never {
  throw new CommandRefused(message);
}
