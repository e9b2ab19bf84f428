import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { ActiveAuthorization, AuthorizationKey } from './authorizations.types.js';

/** How old an answer may be: a cancellation stops the accepting of notices everywhere within this time. */
const MAX_AGE_MS = 2_000;
/** What is asked for again after this is read anew in the background, so that a busy corp never waits for the database. */
const RENEW_AFTER_MS = 1_000;
const MAX_ENTRIES = 20_000;
const MAX_BATCH = 500;

type Answer = ActiveAuthorization | null;

interface Entry {
  readonly readAtMs: number;
  readonly answer: Answer;
}

interface Reading {
  readonly key: AuthorizationKey;
  readonly promise: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The few facts that every notice needs, from memory. Corps asked for in the same turn of the event loop are read in one statement: a
 * transaction for each cost a third of the accepting of a notice.
 */
@Injectable()
export class ActiveAuthorizations {
  readonly #entries = new Map<string, Entry>();
  /** Asked for, or being read. */
  readonly #readings = new Map<string, Reading>();
  #asked: Reading[] = [];
  #gathering = false;

  constructor(
    private readonly database: Database,
    private readonly authorizations: AuthorizationsRepository,
  ) {}

  async get(key: AuthorizationKey): Promise<Answer> {
    const entry = this.#entries.get(nameOf(key));
    const ageMs = entry ? performance.now() - entry.readAtMs : Number.POSITIVE_INFINITY;
    if (!entry || ageMs >= MAX_AGE_MS) return this.read(key);
    if (ageMs >= RENEW_AFTER_MS) this.read(key).catch(() => undefined);
    return entry.answer;
  }

  /** This process changed it; the others find out by age. What is just being read is from before, so it is not kept. */
  forget(key: AuthorizationKey): void {
    this.#entries.delete(nameOf(key));
    this.#readings.delete(nameOf(key));
  }

  private read(key: AuthorizationKey): Promise<Answer> {
    const name = nameOf(key);
    const known = this.#readings.get(name);
    if (known) return known.promise;
    const reading: Reading = { key, ...Promise.withResolvers<Answer>() };
    this.#readings.set(name, reading);
    this.#asked.push(reading);
    if (!this.#gathering) {
      this.#gathering = true;
      void this.readGathered();
    }
    return reading.promise;
  }

  private async readGathered(): Promise<void> {
    await setImmediate();
    this.#gathering = false;
    const asked = this.#asked;
    this.#asked = [];
    for (let start = 0; start < asked.length; start += MAX_BATCH)
      await this.readBatch(asked.slice(start, start + MAX_BATCH));
  }

  private async readBatch(batch: readonly Reading[]): Promise<void> {
    const readAtMs = performance.now();
    try {
      const found = await this.database.asWorker((tx) =>
        this.authorizations.active(
          tx,
          batch.map(({ key }) => key),
        ),
      );
      const answers = new Map(found.map((answer) => [nameOf(answer), answer]));
      for (const reading of batch) {
        const name = nameOf(reading.key);
        const answer = answers.get(name) ?? null;
        if (this.#readings.get(name) === reading) this.keep(name, { readAtMs, answer });
        reading.resolve(answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      for (const reading of batch) {
        const name = nameOf(reading.key);
        if (this.#readings.get(name) === reading) this.#readings.delete(name);
      }
    }
  }

  private keep(name: string, entry: Entry): void {
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(name, entry);
  }
}

function nameOf({ corpId, suiteId }: AuthorizationKey): string {
  return `${corpId}\n${suiteId}`;
}
