import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DatabaseError } from '../database/database-error.js';
import { Sqlstate } from '../database/sqlstate.js';
import type { Secret } from '../secrets/secret.js';
import { ApiKeyNotFound, ApiKeyRequestRefused } from './access.errors.js';
import { API_KEY_SCOPES, type ApiKeyScope } from './api-key.types.js';
import { makeApiKey } from './api-key-format.js';
import { ApiKeyHash } from './api-key-hash.js';
import { Networks } from './networks.js';

export interface ApiKeyRequest {
  readonly name: string;
  readonly suiteId: string;
  readonly scopes: readonly ApiKeyScope[];
  /** Narrows the key to one corp; without it the key acts for every corp of the suite. */
  readonly corpId?: string;
  /** Networks the key may be used from; none means any. */
  readonly cidrs?: readonly string[];
  readonly expiresInSeconds?: number;
  /** Who asked for it: an operator, or `cli`. */
  readonly createdBy: string;
}

export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly suiteId: string;
  readonly corpId: string | null;
  readonly scopes: readonly string[];
  readonly cidrs: readonly string[];
  readonly state: 'live' | 'expired' | 'revoked';
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the hour. */
  readonly lastUsedAt: Date | null;
}

/** Makes, lists and revokes API keys. Several may live at once, so that one can be rotated without a gap. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly database: Database,
    private readonly hash: ApiKeyHash,
  ) {}

  /**
   * The key in the answer is never to be had again: only its keyed hash is stored.
   * @throws ApiKeyRequestRefused for an unknown suite or scope, or a bad network
   */
  async create(request: ApiKeyRequest): Promise<{ id: string; key: Secret }> {
    refuseBadRequest(request);
    const { id, key } = makeApiKey();
    try {
      await this.database.count(
        `INSERT INTO api_keys (id, hash, name, scopes, suite_id, bound_corp_id, cidrs, expires_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9)`,
        [
          id,
          await this.hash.of(key),
          request.name,
          request.scopes,
          request.suiteId,
          request.corpId ?? null,
          request.cidrs ?? [],
          request.expiresInSeconds ?? null,
          request.createdBy,
        ],
      );
    } catch (error) {
      if (error instanceof DatabaseError && error.sqlstate === Sqlstate.foreignKeyViolation) {
        throw new ApiKeyRequestRefused('The suite is not registered.');
      }
      throw error;
    }
    return { id, key };
  }

  /** Newest first. */
  async list(filter: { suiteId?: string } = {}): Promise<ApiKeyView[]> {
    return this.database.rows<ApiKeyView>(
      `SELECT id, name, suite_id AS "suiteId", bound_corp_id AS "corpId", scopes, cidrs,
              CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'live' END AS state,
              created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt", revoked_at AS "revokedAt",
              last_used_at AS "lastUsedAt"
       FROM api_keys
       WHERE $1::text IS NULL OR suite_id = $1
       ORDER BY created_at DESC, id`,
      [filter.suiteId ?? null],
    );
  }

  /**
   * Effective on every instance within 5 s (the life of a verifier's cache entry). Revoking twice keeps the first time.
   * @throws ApiKeyNotFound
   */
  async revoke(id: string): Promise<void> {
    const found = await this.database.count(
      'UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1',
      [id],
    );
    if (found === 0) throw new ApiKeyNotFound();
  }
}

function refuseBadRequest(request: ApiKeyRequest): void {
  if (request.name.trim() === '') throw new ApiKeyRequestRefused('Give the key a name that says who uses it.');
  if (request.scopes.length === 0 || request.scopes.some((scope) => !API_KEY_SCOPES.includes(scope))) {
    throw new ApiKeyRequestRefused(`Scopes are: ${API_KEY_SCOPES.join(', ')}.`);
  }
  if (request.expiresInSeconds !== undefined && !(request.expiresInSeconds > 0)) {
    throw new ApiKeyRequestRefused('The key would expire before it could be used.');
  }
  try {
    new Networks(request.cidrs ?? []);
  } catch (error) {
    throw new ApiKeyRequestRefused(error instanceof RangeError ? error.message : 'A network is not in CIDR notation.');
  }
}
