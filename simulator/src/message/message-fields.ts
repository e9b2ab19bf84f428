import { WecomRefusal } from '../errcodes.ts';
import type { SimulatorSettings } from '../settings.ts';

export type JsonObject = Record<string, unknown>;

/** Reads typed fields of a message body; wrong types are refused, or accepted with WeCom's warning in errmsg. */
export class MessageFields {
  warned = false;
  private readonly settings: SimulatorSettings;

  constructor(settings: SimulatorSettings) {
    this.settings = settings;
  }

  /** Undefined when the field is absent, null or empty. */
  text(source: JsonObject, name: string, path = name): string | undefined {
    const value = source[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    if (this.settings.wrongTypes === 'refuse' || typeof value === 'object') throw wrongType(path, 'a string');
    this.warned = true;
    return String(value);
  }

  object(source: JsonObject, name: string, path = name): JsonObject | undefined {
    const value = source[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(path, 'an object');
    return value as JsonObject;
  }

  list(source: JsonObject, name: string, path = name): unknown[] {
    const value = source[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw wrongType(path, 'an array');
    return value;
  }

  integer(source: JsonObject, name: string): number | undefined {
    const value = source[name];
    if (value === undefined || value === null) return undefined;
    if (Number.isSafeInteger(value)) return value as number;
    const looksLikeOne = (typeof value === 'string' && /^\d{1,15}$/.test(value)) || typeof value === 'boolean';
    if (this.settings.wrongTypes === 'refuse' || !looksLikeOne) throw wrongType(name, 'an integer');
    this.warned = true;
    return Number(value);
  }

  /** An integer flag, 0 or 1. */
  flag(source: JsonObject, name: string): boolean {
    const value = this.integer(source, name) ?? 0;
    if (value !== 0 && value !== 1) throw new WecomRefusal(40058, `${name} must be 0 or 1`);
    return value === 1;
  }

  boolean(source: JsonObject, name: string, path = name): boolean {
    const value = source[name];
    if (value === undefined || value === null) return false;
    if (typeof value === 'boolean') return value;
    if (this.settings.wrongTypes === 'refuse' || (value !== 0 && value !== 1)) throw wrongType(path, 'a boolean');
    this.warned = true;
    return value === 1;
  }
}

function wrongType(path: string, wanted: string): WecomRefusal {
  return new WecomRefusal(40058, `${path} must be ${wanted}`);
}
