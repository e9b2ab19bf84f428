import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { Keyring } from './keyring.js';
import { open, seal } from './sealed-blob.js';

const CACHE_MS = 5 * 60_000;
const CACHE_ENTRIES = 10_000;

export interface DataKey {
  id: string;
  key: KeyObject;
}

/**
 * One data key per (suite, corp), wrapped under a key-encryption key. Destroying a corp's data key makes everything sealed for it
 * unreadable, backups included: that is how its data is deleted after a cancellation.
 */
@Injectable()
export class DataKeys {
  readonly #cache = new Map<string, { dataKey: DataKey; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
  ) {}

  /**
   * The key to seal with; made when there is none yet, in the caller's transaction. A corp's key is looked up even when it is cached:
   * another instance may have destroyed it since (cancelled, then installed again), and what is sealed under a destroyed key is lost.
   */
  async obtain(tx: Tx | null, corpId: string, suiteId: string): Promise<DataKey> {
    const cached = corpId === '' ? this.cached(corpId, suiteId) : undefined;
    return cached ?? (await this.load(tx, corpId, suiteId)) ?? this.create(tx, corpId, suiteId);
  }

  /** The key a blob was sealed under, or undefined when it was destroyed. */
  async find(tx: Tx | null, corpId: string, suiteId: string, keyId: string): Promise<DataKey | undefined> {
    const cached = this.cached(corpId, suiteId);
    if (cached?.id === keyId) return cached;
    const stored = await this.load(tx, corpId, suiteId);
    return stored?.id === keyId ? stored : undefined;
  }

  async destroy(tx: Tx, corpId: string, suiteId: string): Promise<void> {
    await tx.count('DELETE FROM data_keys WHERE corp_id = $1 AND suite_id = $2', [corpId, suiteId]);
    this.#cache.delete(cacheKey(corpId, suiteId));
  }

  private async load(tx: Tx | null, corpId: string, suiteId: string): Promise<DataKey | undefined> {
    // A row of our own unfinished transaction has created_at = now(): it may yet roll back, so it is not cached.
    const [row] = await (tx ?? this.database).rows<{ id: string; kek_id: string; wrapped: Buffer; lasting: boolean }>(
      'SELECT id, kek_id, wrapped, created_at < now() AS lasting FROM data_keys WHERE corp_id = $1 AND suite_id = $2',
      [corpId, suiteId],
    );
    if (!row) return undefined;
    const cached = this.cached(corpId, suiteId);
    if (cached?.id === row.id) return cached;
    const key = createSecretKey(open(this.keyring.key(row.kek_id), place(corpId, suiteId, row.kek_id), row.wrapped));
    const dataKey = { id: row.id, key };
    if (row.lasting) this.remember(corpId, suiteId, dataKey);
    return dataKey;
  }

  private async create(tx: Tx | null, corpId: string, suiteId: string): Promise<DataKey> {
    const id = randomUUID();
    const kekId = this.keyring.primaryId;
    const wrapped = seal(this.keyring.key(kekId), id, place(corpId, suiteId, kekId), randomBytes(32));
    await (tx ?? this.database).count(
      'INSERT INTO data_keys (corp_id, suite_id, id, kek_id, wrapped) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [corpId, suiteId, id, kekId, wrapped],
    );
    const stored = await this.load(tx, corpId, suiteId);
    if (!stored) throw new Error('data key vanished while it was being made');
    return stored;
  }

  private cached(corpId: string, suiteId: string): DataKey | undefined {
    const entry = this.#cache.get(cacheKey(corpId, suiteId));
    return entry && entry.until > performance.now() ? entry.dataKey : undefined;
  }

  private remember(corpId: string, suiteId: string, dataKey: DataKey): void {
    if (this.#cache.size >= CACHE_ENTRIES) {
      const [oldest] = this.#cache.keys();
      if (oldest !== undefined) this.#cache.delete(oldest);
    }
    this.#cache.set(cacheKey(corpId, suiteId), { dataKey, until: performance.now() + CACHE_MS });
  }
}

function cacheKey(corpId: string, suiteId: string): string {
  return `${corpId}\n${suiteId}`;
}

function place(corpId: string, suiteId: string, kekId: string): string[] {
  return ['data_keys', 'wrapped', suiteId, corpId, kekId];
}
