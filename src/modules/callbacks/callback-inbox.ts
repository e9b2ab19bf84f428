import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ReservedDatabase } from '../platform/database/reserved-database.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import { type CallbackOrigin, type ClassifiedCallback, classifyCallback } from './callback-classifier.js';
import { callbackMetrics } from './callback-metrics.js';
import { CallbackOffers } from './callback-offers.js';
import { CallbackNotStored } from './callbacks.errors.js';
import { type InboxRow, insertInboxRows, type StoredRow } from './inbox-statements.js';
import { MicroBatcher } from './micro-batcher.js';

/** Rows of one insert; at 1 KB sealed each it stays one network write. */
const MAX_BATCH_ROWS = 200;
/** Callbacks that may wait for the database in one process; above it is away, and memory is not the place to keep them. */
const MAX_WAITING_ROWS = 5_000;
/** WeCom cuts authorisation callbacks after 1000 ms (d:100964); an answer later than this would not arrive. */
const DEADLINE_MS = 800;

/** Keeps every authentic callback durably before it is acknowledged. */
@Injectable()
export class CallbackInbox {
  private readonly logger = new Logger(CallbackInbox.name);
  private readonly batcher: MicroBatcher<InboxRow, StoredRow>;

  constructor(
    private readonly database: ReservedDatabase,
    private readonly box: SecretBox,
    private readonly offers: CallbackOffers,
  ) {
    this.batcher = new MicroBatcher({
      maxBatch: MAX_BATCH_ROWS,
      maxWaiting: MAX_WAITING_ROWS,
      keyOf: (row) => `${row.suiteId}\n${row.channel}\n${row.eventKey.toString('latin1')}`,
      merge: (first, again) => ({ ...first, seen: first.seen + again.seen }),
      flush: (rows) => insertInboxRows(this.database, rows),
    });
  }

  /**
   * Resolves once the message is committed; until then WeCom must not get its `success`.
   * @param sentAtSeconds the signed timestamp of the push
   * @throws CallbackNotStored
   */
  async store(origin: CallbackOrigin, message: string, sentAtSeconds: number): Promise<void> {
    const callback = classifyCallback(origin, message);
    const row = await this.seal(origin, callback, message, sentAtSeconds);
    const stored = await this.commit(row);
    const isNew = stored.id === row.id;
    this.count(origin, callback, stored, isNew);
    if (isNew && callback.state === 'pending') this.offers.offer(stored.id, callback.urgent);
  }

  private async seal(
    origin: CallbackOrigin,
    callback: ClassifiedCallback,
    message: string,
    sentAtSeconds: number,
  ): Promise<InboxRow> {
    const place = { corpId: '', suiteId: origin.suiteId, table: 'callback_inbox', column: 'sealed', generation: 0 };
    try {
      const sealed = await this.box.seal(null, place, Buffer.from(message));
      return { id: randomUUID(), ...origin, ...callback, sealed, sentAtSeconds, seen: 1 };
    } catch (error) {
      throw new CallbackNotStored({ cause: error });
    }
  }

  /**
   * The place of the local spool: when this fails, a sealed and fsynced file could still take the row, and `success` be answered
   * from it, so that a database away for longer than WeCom's three quick tries costs no authorisation event (design §8).
   */
  private async commit(row: InboxRow): Promise<StoredRow> {
    try {
      return await withinDeadline(this.batcher.add(row));
    } catch (error) {
      callbackMetrics.notStored.inc({ channel: row.channel });
      this.logger.error({ err: error, suiteId: row.suiteId, infoType: row.infoType }, 'callback could not be stored');
      throw new CallbackNotStored({ cause: error });
    }
  }

  private count(
    { channel, suiteId }: CallbackOrigin,
    { infoType, state, reason }: ClassifiedCallback,
    { flags }: StoredRow,
    isNew: boolean,
  ): void {
    callbackMetrics.received.inc({ channel, outcome: isNew ? state : 'repeated', reason: reason ?? '' });
    if (!isNew) return;
    if (state === 'failed')
      this.logger.warn({ channel, suiteId, infoType, reason }, 'callback is authentic but senseless');
    if (flags.length > 0) {
      callbackMetrics.flagged.inc({ channel, flag: flags.join(',') });
      this.logger.warn({ channel, suiteId, infoType, flags }, 'callback has an odd timestamp: check the clocks');
    }
  }
}

/** The insert is not cancelled: it may still land, and a repeated push then finds it. */
async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no commit within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
