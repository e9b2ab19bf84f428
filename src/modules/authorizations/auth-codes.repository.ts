import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import type { Secret } from '../platform/secrets/secret.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import type { AuthCodeSource, AuthCodeToConsume } from './authorizations.types.js';

export type AuthCodeState = 'pending' | 'exchanged' | 'failed' | 'reinstall_needed';

/** The right to exchange a code until the lease ends; `leaseNo` fences every verdict but a success. */
export interface AuthCodeLease {
  readonly suiteId: string;
  readonly codeHash: Buffer;
  readonly authCode: Secret;
  readonly source: AuthCodeSource;
  readonly eventTimeSeconds: number | undefined;
  readonly leaseNo: string;
  readonly attempt: number;
}

export interface SettledAuthCode {
  readonly state: AuthCodeState;
  readonly grantedCorpId: string | undefined;
}

interface LeaseRow {
  suite_id: string;
  code_hash: Buffer;
  code_sealed: Buffer;
  source: AuthCodeSource;
  event_time: string | null;
  lease_no: string;
  attempts: number;
}

/** Longer than one holder can take: waiting for a suite token and, twice, for WeCom. */
const LEASE = `interval '40 seconds'`;
const CLAIM = `UPDATE auth_codes SET lease_no = lease_no + 1, attempts = attempts + 1, leased_until = now() + ${LEASE}`;
const FREE = `state = 'pending' AND (leased_until IS NULL OR leased_until <= now())`;
const CLAIMED = 'RETURNING suite_id, code_hash, code_sealed, source, event_time, lease_no, attempts';

/** The SQL of `auth_codes`: redirect, event and reset meet on the hash of the code. */
@Injectable()
export class AuthCodesRepository {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** Keeps the code, sealed, before anything is tried: whoever pushed or carried it may not come again. */
  async register({ suiteId, authCode, source, eventTimeSeconds }: AuthCodeToConsume): Promise<Buffer> {
    const codeHash = createHash('sha256').update(authCode.reveal()).digest();
    await this.database.count(
      `INSERT INTO auth_codes (suite_id, code_hash, source, code_sealed, event_time) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [suiteId, codeHash, source, await this.box.seal(null, placeOf(suiteId), authCode), eventTimeSeconds ?? null],
    );
    return codeHash;
  }

  async claim(suiteId: string, codeHash: Buffer): Promise<AuthCodeLease | undefined> {
    const [row] = await this.database.rows<LeaseRow>(
      `${CLAIM} WHERE suite_id = $1 AND code_hash = $2 AND ${FREE} ${CLAIMED}`,
      [suiteId, codeHash],
    );
    return row && this.toLease(row);
  }

  /** Codes nobody works on: their holder died, or an earlier try failed and its pause is over. */
  async claimOverdue(limit: number): Promise<AuthCodeLease[]> {
    const rows = await this.database.rows<LeaseRow>(
      `${CLAIM} WHERE (suite_id, code_hash) IN (
         SELECT suite_id, code_hash FROM auth_codes WHERE ${FREE} AND first_seen_at < now() - interval '2 seconds'
         ORDER BY first_seen_at LIMIT $1 FOR UPDATE SKIP LOCKED) ${CLAIMED}`,
      [limit],
    );
    return Promise.all(rows.map((row) => this.toLease(row)));
  }

  async state(suiteId: string, codeHash: Buffer): Promise<SettledAuthCode> {
    return this.read(this.database, suiteId, codeHash, '');
  }

  /** Locked until the transaction ends. */
  async lock(tx: Tx, { suiteId, codeHash }: AuthCodeLease): Promise<SettledAuthCode> {
    return this.read(tx, suiteId, codeHash, 'FOR UPDATE');
  }

  /** Not fenced: WeCom gives a permanent code once, so whoever holds its answer is right, however late. */
  async settleExchanged(tx: Tx, { suiteId, codeHash }: AuthCodeLease, corpId: string): Promise<void> {
    await tx.count(
      `UPDATE auth_codes SET state = 'exchanged', granted_corp_id = $3, code_sealed = NULL, leased_until = NULL,
         last_errcode = NULL, settled_at = now()
       WHERE suite_id = $1 AND code_hash = $2`,
      [suiteId, codeHash, corpId],
    );
  }

  /** @returns whether the verdict was still ours to give */
  async settleLost(lease: AuthCodeLease, state: 'failed' | 'reinstall_needed', errcode: number): Promise<boolean> {
    const settled = await this.database.count(
      `UPDATE auth_codes SET state = $4, last_errcode = $5, code_sealed = NULL, leased_until = NULL, settled_at = now()
       WHERE suite_id = $1 AND code_hash = $2 AND lease_no = $3 AND state = 'pending'`,
      [lease.suiteId, lease.codeHash, lease.leaseNo, state, errcode],
    );
    return settled > 0;
  }

  /** Lets the code rest before the next try; past its ten minutes it is lost. */
  async retryLater(lease: AuthCodeLease, pauseSeconds: number, errcode: number | undefined): Promise<AuthCodeState> {
    const [row] = await this.database.rows<{ state: AuthCodeState }>(
      `UPDATE auth_codes SET last_errcode = coalesce($5, last_errcode), leased_until = now() + make_interval(secs => $4),
         state = CASE WHEN expires_at <= now() THEN 'reinstall_needed' ELSE state END,
         code_sealed = CASE WHEN expires_at > now() THEN code_sealed END,
         settled_at = CASE WHEN expires_at <= now() THEN now() END
       WHERE suite_id = $1 AND code_hash = $2 AND lease_no = $3 AND state = 'pending' RETURNING state`,
      [lease.suiteId, lease.codeHash, lease.leaseNo, pauseSeconds, errcode ?? null],
    );
    return row?.state ?? 'pending';
  }

  private async read(
    from: Pick<Tx, 'rows'>,
    suiteId: string,
    codeHash: Buffer,
    lock: string,
  ): Promise<SettledAuthCode> {
    const [row] = await from.rows<{ state: AuthCodeState; granted_corp_id: string | null }>(
      `SELECT state, granted_corp_id FROM auth_codes WHERE suite_id = $1 AND code_hash = $2 ${lock}`,
      [suiteId, codeHash],
    );
    if (!row) throw new Error('a registered auth code is gone');
    return { state: row.state, grantedCorpId: row.granted_corp_id ?? undefined };
  }

  private async toLease(row: LeaseRow): Promise<AuthCodeLease> {
    return {
      suiteId: row.suite_id,
      codeHash: row.code_hash,
      authCode: await this.box.open(null, placeOf(row.suite_id), row.code_sealed),
      source: row.source,
      eventTimeSeconds: row.event_time === null ? undefined : Number(row.event_time),
      leaseNo: row.lease_no,
      attempt: row.attempts,
    };
  }
}

function placeOf(suiteId: string) {
  return { corpId: '', suiteId, table: 'auth_codes', column: 'code_sealed', generation: 0 };
}
