import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { SecretBox } from '../secrets/secret-box.js';
import type { TokenFetchFailed } from './token-fetch.errors.js';
import type { HeldToken, IssuedToken, TokenId, TokenKey, TokenKind } from './token-key.js';
import * as statements from './token-statements.js';

/** Longer than the longest call (5 s, at most 8 s by configuration): a live holder is not overtaken. */
const LEASE_SECONDS = 10;
/** Nobody answered: not the tenant's fault, so it is back soon after WeCom is. */
const TRANSIENT_PAUSE_SECONDS = { first: 5, longest: 30 };
const REFUSED_PAUSE_SECONDS = { first: 30, longest: 3_600 };
const REFUSALS_THAT_OPEN = 3;
const REST_SECONDS = 30;

export interface TokenRow {
  readonly version: number;
  readonly generation: number;
  readonly sealed: Buffer | null;
  readonly expires_at: Date | null;
  readonly remaining_ms: number | null;
  readonly failures: number;
  readonly last_errcode: number | null;
  readonly leased: boolean;
  readonly cooling: boolean;
  readonly cooldown_seconds: number | null;
  readonly wiped: boolean;
  readonly overdue: boolean;
}

/** The right to ask WeCom for this token, until the lease runs out. `leaseNo` is the fence of every write that follows. */
export interface TokenLease {
  readonly key: TokenKey;
  readonly leaseNo: string;
}

export interface SavedToken {
  readonly held: HeldToken;
  readonly remainingMs: number;
}

export interface CountedFailure {
  readonly failures: number;
  readonly cooldown_seconds: number;
  readonly open: boolean;
}

/** The rows of `tokens`: what is stored, leased, claimed, written back. Every method is one short transaction. */
@Injectable()
export class TokenRows {
  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {}

  /** The row, and its token opened if it lives and `known` does not have it already. */
  async read(
    id: TokenId,
    generation: number,
    known: (version: number) => HeldToken | undefined,
  ): Promise<{ row: TokenRow; held: HeldToken | undefined } | undefined> {
    return this.#inTenant(id, async (tx) => {
      const [row] = await tx.rows<TokenRow>(statements.READ, [id.corpId, id.suiteId, id.kind]);
      if (row === undefined) return undefined;
      const { sealed, expires_at: expiresAt, version } = row;
      if (row.generation !== generation || sealed === null || expiresAt === null || (row.remaining_ms ?? 0) <= 0) {
        return { row, held: undefined };
      }
      const held = known(version) ?? {
        token: await this.secretBox.open(tx, placeOf({ ...id, generation }), sealed),
        version,
        expiresAt,
      };
      return { row, held };
    });
  }

  /** @param ahead also for a token that still lives, if it is due for a refresh */
  async lease(key: TokenKey, ahead: boolean): Promise<TokenLease | undefined> {
    const [row] = await this.#inTenant(key, (tx) =>
      tx.rows<{ lease_no: string }>(statements.TAKE_LEASE, [...rowOf(key), LEASE_SECONDS, ahead]),
    );
    return row && { key, leaseNo: row.lease_no };
  }

  /** Leases up to `limit` tokens that are due, oldest first, each for one claimant in the whole deployment. */
  async claimDue(kind: TokenKind, limit: number): Promise<TokenLease[]> {
    const rows = await this.database.asWorker((tx) =>
      tx.rows<{ corp_id: string; suite_id: string; generation: number; lease_no: string }>(statements.CLAIM_DUE, [
        kind,
        limit,
        LEASE_SECONDS,
      ]),
    );
    return rows.map((row) => ({
      key: { corpId: row.corp_id, suiteId: row.suite_id, kind, generation: row.generation },
      leaseNo: row.lease_no,
    }));
  }

  /**
   * Writes the token back if the lease is still ours; undefined when it is not, and then nothing was changed.
   * @param tookSeconds how long the call took: WeCom counts the lifetime from its answer at the earliest
   */
  async save(
    { key, leaseNo }: TokenLease,
    issued: IssuedToken,
    tookSeconds: number,
    aheadSeconds: number,
  ): Promise<SavedToken | undefined> {
    return this.#inTenant(key, async (tx) => {
      const [old] = await tx.rows<{ sealed: Buffer | null; alive: boolean }>(statements.LOCK_LEASED, [
        ...rowOf(key),
        leaseNo,
      ]);
      if (old === undefined) return undefined;
      const same = old.sealed !== null && (await this.#opensTo(tx, key, old.sealed, issued));
      const sealed = await this.secretBox.seal(tx, placeOf(key), issued.token);
      const [saved] = await tx.rows<{ version: number; expires_at: Date; remaining_ms: number }>(statements.SAVE, [
        ...rowOf(key),
        sealed,
        same && old.alive,
        Math.max(0, issued.expiresInSeconds - tookSeconds),
        aheadSeconds,
        same && !old.alive ? REST_SECONDS : 0,
      ]);
      return (
        saved && {
          held: { token: issued.token, version: saved.version, expiresAt: saved.expires_at },
          remainingMs: saved.remaining_ms,
        }
      );
    });
  }

  /** Gives the lease back and counts the failure; undefined when the lease was lost. */
  async fail({ key, leaseNo }: TokenLease, error: TokenFetchFailed): Promise<CountedFailure | undefined> {
    const [counted] = await this.#inTenant(key, (tx) =>
      error.failure === 'transient'
        ? tx.rows<CountedFailure>(statements.FAIL_TRANSIENT, [
            ...rowOf(key),
            leaseNo,
            TRANSIENT_PAUSE_SECONDS.first,
            TRANSIENT_PAUSE_SECONDS.longest,
          ])
        : tx.rows<CountedFailure>(statements.FAIL_REFUSED, [
            ...rowOf(key),
            leaseNo,
            REFUSED_PAUSE_SECONDS.first,
            REFUSED_PAUSE_SECONDS.longest,
            error.errcode ?? null,
            error.failure === 'credential' ? REFUSALS_THAT_OPEN : 0,
          ]),
    );
    return counted;
  }

  /**
   * Gives the lease back without counting anything.
   * @param lookAgainInSeconds when the schedule may claim it again; null: not until somebody plans it
   */
  async release({ key, leaseNo }: TokenLease, lookAgainInSeconds: number | null): Promise<void> {
    await this.#inTenant(key, (tx) => tx.count(statements.RELEASE, [...rowOf(key), leaseNo, lookAgainInSeconds]));
  }

  /** `resting`: WeCom handed this very token out again a moment ago, so it stands. */
  async invalidate(id: TokenId, version: number): Promise<'invalidated' | 'replaced_before' | 'resting'> {
    const row = [id.corpId, id.suiteId, id.kind];
    return this.#inTenant(id, async (tx) => {
      if ((await tx.count(statements.INVALIDATE, [...row, version])) > 0) return 'invalidated';
      const [now] = await tx.rows<{ version: number }>(statements.CURRENT_VERSION, row);
      return now?.version === version ? 'resting' : 'replaced_before';
    });
  }

  async plan(tx: Tx, key: TokenKey): Promise<void> {
    await tx.count(statements.PLAN, rowOf(key));
  }

  async wipe(tx: Tx, key: TokenKey): Promise<void> {
    await tx.count(statements.WIPE, rowOf(key));
  }

  async forgive(tx: Tx, id: TokenId, errcode: number): Promise<void> {
    await tx.count(statements.FORGIVE, [id.corpId, id.suiteId, id.kind, errcode]);
  }

  /** Rows without a corp are visible without a tenant: suites and providers are ours. */
  #inTenant<T>(id: TokenId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return id.corpId === '' ? this.database.transaction(work) : this.database.asCorp(id.corpId, work);
  }

  async #opensTo(tx: Tx, key: TokenKey, sealed: Buffer, issued: IssuedToken): Promise<boolean> {
    try {
      return (await this.secretBox.open(tx, placeOf(key), sealed)).reveal() === issued.token.reveal();
    } catch {
      // Its data key is gone: what cannot be read is replaced, and certainly not the same.
      return false;
    }
  }
}

function rowOf({ corpId, suiteId, kind, generation }: TokenKey): [string, string, string, number] {
  return [corpId, suiteId, kind, generation];
}

function placeOf({ corpId, suiteId, generation }: TokenKey) {
  return { corpId, suiteId, table: 'tokens', column: 'sealed', generation };
}
