import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { CallbackChannel, CallbackEvent, EventOutcome } from './callback-event.types.js';

/** A row that this process may handle until its lease ends. */
export interface ClaimedCallback extends CallbackEvent {
  readonly sealed: Buffer;
  /** Counts claims, so it fences: whoever settles names the claim he settles. */
  readonly attempt: number;
}

interface ClaimRow {
  id: string;
  channel: CallbackChannel;
  suite_id: string;
  info_type: string;
  event_corp_id: string | null;
  event_time: string | null;
  sealed: Buffer;
  attempts: number;
}

/** Longer than a handler runs: the calls it makes to WeCom are bounded, and waiting for another's exchange is too. */
const LEASE = `interval '45 seconds'`;
/** A row this long due has no live job: its offer was lost, or its worker died. */
const SWEEP_GRACE = `interval '2 seconds'`;
const CLAIM = `UPDATE callback_inbox SET attempts = attempts + 1, next_at = now() + ${LEASE}`;
const CLAIMED = `RETURNING id, channel, suite_id, info_type, event_corp_id, event_time, sealed, attempts`;

/** Claims and settles inbox rows, each by one conditional statement on the database's clock. */
@Injectable()
export class InboxClaims {
  constructor(private readonly database: Database) {}

  /** Of these rows, those that are due and nobody else's. */
  async claim(ids: readonly string[]): Promise<ClaimedCallback[]> {
    const rows = await this.database.rows<ClaimRow>(
      `${CLAIM} WHERE id = ANY($1::uuid[]) AND state = 'pending' AND next_at <= now() ${CLAIMED}`,
      [ids],
    );
    return rows.map(toClaimed);
  }

  /** Rows that wait although nobody works on them; types in `first` before others. */
  async claimOverdue(first: readonly string[], limit: number): Promise<ClaimedCallback[]> {
    const rows = await this.database.rows<ClaimRow>(
      `${CLAIM} WHERE id IN (
         SELECT id FROM callback_inbox WHERE state = 'pending' AND next_at <= now() - ${SWEEP_GRACE}
         ORDER BY info_type = ANY($1::text[]) DESC, next_at LIMIT $2 FOR UPDATE SKIP LOCKED) ${CLAIMED}`,
      [first, limit],
    );
    return rows.map(toClaimed);
  }

  async settle(claimed: ClaimedCallback, outcome: EventOutcome): Promise<void> {
    await this.database.count(
      `UPDATE callback_inbox SET state = $3, reason = $4, settled_at = now()
       WHERE id = $1 AND attempts = $2 AND state = 'pending'`,
      [claimed.id, claimed.attempt, outcome.state, outcome.reason ?? null],
    );
  }

  async retryLater(claimed: ClaimedCallback, delaySeconds: number, reason: string): Promise<void> {
    await this.database.count(
      `UPDATE callback_inbox SET reason = $4, next_at = now() + make_interval(secs => $3)
       WHERE id = $1 AND attempts = $2 AND state = 'pending'`,
      [claimed.id, claimed.attempt, delaySeconds, reason],
    );
  }
}

function toClaimed(row: ClaimRow): ClaimedCallback {
  return {
    id: row.id,
    channel: row.channel,
    suiteId: row.suite_id,
    infoType: row.info_type,
    corpId: row.event_corp_id ?? undefined,
    timeSeconds: row.event_time === null ? undefined : Number(row.event_time),
    sealed: row.sealed,
    attempt: row.attempts,
  };
}
