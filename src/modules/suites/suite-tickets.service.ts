import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { DatabaseError } from '../platform/database/database-error.js';
import { Sqlstate } from '../platform/database/sqlstate.js';
import { LeasedTokens } from '../platform/leases/leased-tokens.js';
import { Secret } from '../platform/secrets/secret.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import type { TicketAge, TicketHealth } from './suite.types.js';
import { SuiteUnknown } from './suites.errors.js';

/** d:90628: pushed about every 10 minutes (7 to 14 observed), valid 30. */
export const LATE_AFTER_SECONDS = 12 * 60;
export const OVERDUE_AFTER_SECONDS = 20 * 60;
export const TICKET_VALID_SECONDS = 30 * 60;
/** WeCom: suite_ticket unknown, expired, or of another suite. */
const TICKET_REFUSED = 40085;

export interface NewestTicket {
  readonly ticket: Secret;
  readonly ticketTimeSeconds: number;
  readonly ageSeconds: number;
}

/**
 * The suite ticket: durable, one a suite, the newest by the time inside the push wins. Nothing deletes it, least of all an
 * error of a token call: without it the suite is dead until the next push (G-05).
 */
@Injectable()
export class SuiteTicketsService {
  private readonly logger = new Logger(SuiteTicketsService.name);

  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
    private readonly leasedTokens: LeasedTokens,
  ) {}

  /**
   * Keeps the ticket if it is newer than the stored one. A stored ticket past its validity yields to any other: should a push
   * ever carry a time far ahead, it would otherwise shut out every later one.
   */
  async record(suiteId: string, ticket: Secret, timeStampSeconds: number): Promise<'stored' | 'older'> {
    const stored = await this.database.transaction(async (tx) => {
      const sealed = await this.secretBox.seal(tx, placeOf(suiteId), ticket);
      const count = await tx
        .count(
          `INSERT INTO suite_tickets AS t (suite_id, sealed, ticket_time) VALUES ($1, $2, $3)
           ON CONFLICT (suite_id) DO UPDATE
             SET sealed = EXCLUDED.sealed, ticket_time = EXCLUDED.ticket_time, received_at = now()
             WHERE t.ticket_time < EXCLUDED.ticket_time
                OR (t.ticket_time > EXCLUDED.ticket_time AND t.received_at < now() - make_interval(secs => $4))`,
          [suiteId, sealed, timeStampSeconds, TICKET_VALID_SECONDS],
        )
        .catch(unknownSuite);
      if (count > 0) await this.leasedTokens.forgive(tx, { corpId: '', suiteId, kind: 'suite' }, TICKET_REFUSED);
      return count > 0;
    });
    this.logger.log({ suiteId, timeStampSeconds, stored }, 'suite ticket received');
    return stored ? 'stored' : 'older';
  }

  async newest(suiteId: string): Promise<NewestTicket | null> {
    const [row] = await this.database.rows<{ sealed: Buffer; ticket_time: string; age_seconds: number }>(
      `SELECT sealed, ticket_time, EXTRACT(EPOCH FROM now() - received_at)::float8 AS age_seconds
       FROM suite_tickets WHERE suite_id = $1`,
      [suiteId],
    );
    return row
      ? {
          ticket: await this.secretBox.open(null, placeOf(suiteId), row.sealed),
          ticketTimeSeconds: Number(row.ticket_time),
          ageSeconds: row.age_seconds,
        }
      : null;
  }

  async age(suiteId: string): Promise<TicketAge> {
    const [age] = await this.#ages('WHERE s.suite_id = $1', [suiteId]);
    if (age === undefined) throw new SuiteUnknown();
    return age;
  }

  /** Of every suite. */
  async ages(): Promise<TicketAge[]> {
    return this.#ages('', []);
  }

  async #ages(where: string, params: unknown[]): Promise<TicketAge[]> {
    const rows = await this.database.rows<{ suite_id: string; age_seconds: number; received: boolean }>(
      `SELECT s.suite_id, EXTRACT(EPOCH FROM now() - coalesce(t.received_at, s.created_at))::float8 AS age_seconds,
              t.suite_id IS NOT NULL AS received
       FROM suites s LEFT JOIN suite_tickets t USING (suite_id) ${where} ORDER BY s.suite_id`,
      params,
    );
    return rows.map((row) => ({
      suiteId: row.suite_id,
      ageSeconds: Math.floor(row.age_seconds),
      health: healthOf(row.age_seconds, row.received),
    }));
  }
}

function healthOf(ageSeconds: number, received: boolean): TicketHealth {
  if (!received) return 'missing';
  if (ageSeconds < LATE_AFTER_SECONDS) return 'fresh';
  if (ageSeconds < OVERDUE_AFTER_SECONDS) return 'late';
  return ageSeconds < TICKET_VALID_SECONDS ? 'overdue' : 'expired';
}

function placeOf(suiteId: string) {
  return { corpId: '', suiteId, table: 'suite_tickets', column: 'sealed', generation: 0 };
}

function unknownSuite(error: unknown): never {
  if (error instanceof DatabaseError && error.sqlstate === Sqlstate.foreignKeyViolation) throw new SuiteUnknown();
  throw error;
}
