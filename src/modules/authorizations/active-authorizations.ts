import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { ActiveAuthorization, AuthorizationKey } from './authorizations.types.js';

/** How old an answer may be: a cancellation stops the accepting of notices everywhere within this time. */
const FRESH_MS = 2_000;
const MAX_ENTRIES = 20_000;

interface Entry {
  readonly readAtMs: number;
  readonly value: Promise<ActiveAuthorization | null>;
}

/** The few facts that every notice needs, from memory. */
@Injectable()
export class ActiveAuthorizations {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly database: Database,
    private readonly authorizations: AuthorizationsRepository,
  ) {}

  get(key: AuthorizationKey): Promise<ActiveAuthorization | null> {
    const name = nameOf(key);
    const known = this.#entries.get(name);
    if (known && performance.now() - known.readAtMs < FRESH_MS) return known.value;
    const entry = { readAtMs: performance.now(), value: this.read(key) };
    entry.value.catch(() => {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
    });
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(name, entry);
    return entry.value;
  }

  /** This process changed it; the others find out by age. */
  forget(key: AuthorizationKey): void {
    this.#entries.delete(nameOf(key));
  }

  private async read(key: AuthorizationKey): Promise<ActiveAuthorization | null> {
    const found = await this.database.asCorp(key.corpId, (tx) => this.authorizations.find(tx, key));
    if (!found) return null;
    const { corpId, suiteId, state, agentId, generation, isCustomized, corpName } = found;
    return { corpId, suiteId, state, agentId, generation, isCustomized, corpName };
  }
}

function nameOf({ corpId, suiteId }: AuthorizationKey): string {
  return `${corpId}\n${suiteId}`;
}
