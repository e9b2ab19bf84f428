import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Secret } from '../secrets/secret.js';
import {
  ApiKeyExpired,
  ApiKeyMalformed,
  ApiKeyNetworkRefused,
  ApiKeyRevoked,
  ApiKeyScopeMissing,
  ApiKeyUnknown,
} from './access.errors.js';
import type { ApiCaller, ApiKeyScope } from './api-key.types.js';
import { apiKeyIdOf } from './api-key-format.js';
import { ApiKeyHash } from './api-key-hash.js';
import { Networks } from './networks.js';

/** A revoked key must be refused everywhere within 5 s; the rest is for the query and a slow event loop. */
const KNOWN_FOR_MS = 3000;
/** Short, so that a key works right after it was made; long enough that guesses do not each cost a query. */
const UNKNOWN_FOR_MS = 1000;
const REMEMBERED_KEYS = 10_000;

interface StoredKey {
  readonly caller: ApiCaller;
  readonly hash: Buffer;
  readonly scopes: ReadonlySet<string>;
  readonly networks: Networks | undefined;
  readonly revoked: boolean;
  /** On this process's monotonic clock; computed from what the database's clock said was left. */
  readonly expiresAtMs: number;
  usedThisHour: boolean;
}

interface Remembered {
  readonly key: Promise<StoredKey | undefined>;
  staleAtMs: number;
}

/** Decides whether a key may call a route. Ordinary requests cost one digest and no query. */
@Injectable()
export class ApiKeyVerifier implements OnModuleDestroy {
  private readonly logger = new Logger(ApiKeyVerifier.name);
  private readonly remembered = new Map<string, Remembered>();
  /** Ids of keys whose keyed hash was right, by their digest. An id never gets another key. */
  private readonly proven = new Map<string, string>();
  private readonly uses = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly hash: ApiKeyHash,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.uses);
  }

  /** @throws the errors of access.errors.ts; that a key is expired or revoked is told only to who has the whole key */
  async verify(given: string, scope: ApiKeyScope, address: string): Promise<ApiCaller> {
    const stored = await this.identify(given);
    if (stored.revoked) throw new ApiKeyRevoked();
    if (performance.now() >= stored.expiresAtMs) throw new ApiKeyExpired();
    if (stored.networks && !stored.networks.has(address)) throw new ApiKeyNetworkRefused();
    if (!stored.scopes.has(scope)) throw new ApiKeyScopeMissing(scope);
    if (!stored.usedThisHour) this.noteUse(stored);
    return stored.caller;
  }

  /** A key that has proved itself before is known by its digest; how far two digests agree says nothing about a key. */
  private async identify(given: string): Promise<StoredKey> {
    const digest = hash('sha256', given, 'base64');
    const provenId = this.proven.get(digest);
    const id = provenId ?? apiKeyIdOf(given);
    if (id === undefined) throw new ApiKeyMalformed();
    const stored = await this.find(id);
    if (!stored) throw new ApiKeyUnknown();
    if (provenId === undefined) {
      if (!timingSafeEqual(stored.hash, await this.hash.of(Secret.of(given)))) throw new ApiKeyUnknown();
      if (this.proven.size >= REMEMBERED_KEYS) this.proven.clear();
      this.proven.set(digest, id);
    }
    return stored;
  }

  private find(id: string): Promise<StoredKey | undefined> {
    const known = this.remembered.get(id);
    if (known && performance.now() < known.staleAtMs) return known.key;
    const entry: Remembered = { key: this.load(id), staleAtMs: performance.now() + KNOWN_FOR_MS };
    this.remembered.delete(id);
    this.remembered.set(id, entry);
    if (this.remembered.size > REMEMBERED_KEYS) this.remembered.delete(this.remembered.keys().next().value ?? '');
    entry.key.then(
      (key) => {
        if (!key) entry.staleAtMs = performance.now() + UNKNOWN_FOR_MS;
      },
      () => {
        if (this.remembered.get(id) === entry) this.remembered.delete(id);
      },
    );
    return entry.key;
  }

  private async load(id: string): Promise<StoredKey | undefined> {
    const [row] = await this.database.rows<{
      hash: Buffer;
      suiteId: string;
      boundCorpId: string | null;
      scopes: string[];
      cidrs: string[];
      revoked: boolean;
      secondsLeft: number | null;
      usedThisHour: boolean;
    }>(
      `SELECT hash, suite_id AS "suiteId", bound_corp_id AS "boundCorpId", scopes, cidrs, revoked_at IS NOT NULL AS revoked,
              extract(epoch FROM expires_at - now())::float8 AS "secondsLeft",
              coalesce(last_used_at >= date_trunc('hour', now()), false) AS "usedThisHour"
       FROM api_keys WHERE id = $1`,
      [id],
    );
    if (!row) return undefined;
    return {
      caller: Object.freeze({ keyId: id, suiteId: row.suiteId, boundCorpId: row.boundCorpId }),
      hash: row.hash,
      scopes: new Set(row.scopes),
      networks: row.cidrs.length > 0 ? new Networks(row.cidrs) : undefined,
      revoked: row.revoked,
      expiresAtMs: row.secondsLeft === null ? Number.POSITIVE_INFINITY : performance.now() + row.secondsLeft * 1000,
      usedThisHour: row.usedThisHour,
    };
  }

  /** Beside the request, not in it: an hour's first use of a key is worth one statement, not a slower answer. */
  private noteUse(stored: StoredKey): void {
    stored.usedThisHour = true;
    const use = this.database
      .count(`UPDATE api_keys SET last_used_at = date_trunc('hour', now()) WHERE id = $1`, [stored.caller.keyId])
      .then(
        () => undefined,
        (error: Error) =>
          this.logger.warn({ keyId: stored.caller.keyId, error: error.message }, 'use of a key not noted'),
      )
      .finally(() => this.uses.delete(use));
    this.uses.add(use);
  }
}
