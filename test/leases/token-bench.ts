import { LeasedTokens } from '../../src/modules/platform/leases/leased-tokens.js';
import type { IssuedToken, TokenKey, TokenSource } from '../../src/modules/platform/leases/token-key.js';
import { type TokenLease, TokenRows } from '../../src/modules/platform/leases/token-rows.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import type { TestDatabase } from '../support/database.js';
import { testSecretBox } from '../support/keyring.js';

/** An upstream in memory: counts its calls, answers a new token each time, or what the test says. */
export class FakeUpstream implements TokenSource {
  calls = 0;
  currentGeneration = 1;
  answer: () => Promise<IssuedToken> = async () => this.issue(`token-${this.calls}`);

  issue(token: string, expiresInSeconds = 7_200): IssuedToken {
    return { token: Secret.of(token), expiresInSeconds };
  }

  async generation(): Promise<number> {
    return this.currentGeneration;
  }

  fetch(): Promise<IssuedToken> {
    this.calls++;
    return this.answer();
  }
}

/** What one process has: its own memory, on the shared database. */
export function processOn(test: TestDatabase): LeasedTokens {
  return new LeasedTokens(new TokenRows(test.db, testSecretBox(test.db)));
}

export function corpKey(corpId: string, generation = 1): TokenKey {
  return { corpId, suiteId: 'ww_suite', kind: 'corp', generation };
}

export interface StoredToken {
  version: number;
  generation: number;
  sealed: Buffer | null;
  lease_no: string;
  failures: number;
  last_errcode: number | null;
  leased: boolean;
  lives_seconds: number | null;
  refresh_in_seconds: number | null;
  cooldown_seconds: number | null;
}

export async function stored(test: TestDatabase, { corpId, suiteId, kind }: TokenKey): Promise<StoredToken> {
  const [row] = await test.everything<StoredToken>(
    `SELECT version, generation, sealed, lease_no, failures, last_errcode,
            coalesce(leased_until > now(), false) AS leased,
            EXTRACT(EPOCH FROM expires_at - now())::float8 AS lives_seconds,
            EXTRACT(EPOCH FROM refresh_at - now())::float8 AS refresh_in_seconds,
            CASE WHEN isfinite(cooldown_until) THEN EXTRACT(EPOCH FROM cooldown_until - now())::float8 END AS cooldown_seconds
     FROM tokens WHERE corp_id = $1 AND suite_id = $2 AND kind = $3`,
    [corpId, suiteId, kind],
  );
  if (row === undefined) throw new Error('no such token row');
  return row;
}

/** Moves the row's times as if `interval` had passed. */
export async function elapse(test: TestDatabase, key: TokenKey, interval: string): Promise<void> {
  await test.everything(
    `UPDATE tokens SET expires_at = expires_at - $2::interval, refresh_at = refresh_at - $2::interval,
       leased_until = leased_until - $2::interval, cooldown_until = cooldown_until - $2::interval WHERE corp_id = $1`,
    [key.corpId, interval],
  );
}

/** What the schedule does for every due token, for this one. */
export async function claim(tokens: LeasedTokens, key: TokenKey): Promise<TokenLease> {
  const lease = (await tokens.claimDue(key.kind, 1_000)).find((claimed) => claimed.key.corpId === key.corpId);
  if (lease === undefined) throw new Error('the token is not due');
  return lease;
}
