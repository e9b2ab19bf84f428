import { createHash } from 'node:crypto';
import type { SimulatorSettings } from '../settings.ts';
import type { CallCounts, LedgerEntry, LedgerPage, LedgerQuery } from '../types/records.ts';

export interface LedgerRow extends Omit<LedgerEntry, 'bodyBase64' | 'bodySha256'> {
  sha256: string;
  body: Buffer | null;
}

export type Arrival = Pick<LedgerRow, 'at' | 'method' | 'path' | 'query' | 'ip' | 'suiteId' | 'corpId'>;

/** Every API call in order of arrival, the newest `ledgerLimit` of them; totals are kept beside and never forgotten. */
export class CallLedger {
  private rows: LedgerRow[] = [];
  private head = 0;
  private lastSeq = 0;
  private forgotten = 0;
  private counted = emptyCounts();
  private readonly settings: SimulatorSettings;

  constructor(settings: SimulatorSettings) {
    this.settings = settings;
  }

  /** The row is filled in when the call is answered. */
  arrive(arrival: Arrival, body: Buffer): LedgerRow {
    const keep = this.settings.ledgerBodies;
    const keepsBody = keep === 'all' || (keep === 'messages' && arrival.path === '/cgi-bin/message/send');
    const row: LedgerRow = {
      ...arrival,
      seq: ++this.lastSeq,
      errcode: null,
      status: null,
      fault: null,
      msgid: null,
      swallowed: false,
      bodyBytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
      body: keepsBody ? body : null,
    };
    this.rows.push(row);
    this.counted.calls++;
    countIn(this.counted.byPath, arrival.path);
    if (arrival.corpId !== null) countIn(this.counted.byCorp, arrival.corpId);
    this.forgetOldest();
    return row;
  }

  processed(row: LedgerRow, errcode: number): void {
    row.errcode = errcode;
    countIn(this.counted.byErrcode, String(errcode));
  }

  read(query: LedgerQuery): LedgerPage {
    const limit = query.limit ?? 1000;
    const entries: LedgerEntry[] = [];
    let index = this.head;
    // Sequence numbers are consecutive, so the start is computed instead of searched.
    const first = this.rows[this.head];
    if (first !== undefined && query.after !== undefined) index += Math.max(0, query.after + 1 - first.seq);
    for (; index < this.rows.length && entries.length < limit; index++) {
      const row = this.rows[index] as LedgerRow;
      if (matches(row, query)) entries.push(entryOf(row));
    }
    return { entries, lastSeq: entries.at(-1)?.seq ?? query.after ?? 0, forgotten: this.forgotten };
  }

  newest(count: number): LedgerEntry[] {
    return this.rows
      .slice(Math.max(this.head, this.rows.length - count))
      .reverse()
      .map(entryOf);
  }

  counts(): CallCounts {
    return this.counted;
  }

  /** Numbers go on, so that a reader with an old `after` misses nothing. */
  clear(): void {
    this.rows = [];
    this.head = 0;
    this.forgotten = 0;
    this.counted = emptyCounts();
  }

  private forgetOldest(): void {
    while (this.rows.length - this.head > this.settings.ledgerLimit) {
      this.head++;
      this.forgotten++;
    }
    // Cutting the array costs its length, so it waits until half of it is dead.
    if (this.head > 1024 && this.head * 2 > this.rows.length) {
      this.rows = this.rows.slice(this.head);
      this.head = 0;
    }
  }
}

function entryOf(row: LedgerRow): LedgerEntry {
  const { sha256, body, ...rest } = row;
  return { ...rest, bodySha256: sha256, bodyBase64: body === null ? null : body.toString('base64') };
}

function matches(row: LedgerRow, query: LedgerQuery): boolean {
  return (
    (query.path === undefined || row.path === query.path || row.path === `/cgi-bin/${query.path}`) &&
    (query.corpId === undefined || row.corpId === query.corpId) &&
    (query.suiteId === undefined || row.suiteId === query.suiteId) &&
    (query.errcode === undefined || row.errcode === query.errcode)
  );
}

function emptyCounts(): CallCounts {
  return { calls: 0, byPath: {}, byErrcode: {}, byCorp: {} };
}

function countIn(totals: Record<string, number>, name: string): void {
  totals[name] = (totals[name] ?? 0) + 1;
}
