import type { FaultEffect } from './faults.ts';

export interface NoticeRow {
  key: string;
  value: string;
}

export type InboxContent =
  | { msgtype: 'text'; content: string; truncated: boolean }
  | {
      msgtype: 'miniprogram_notice';
      appid: string;
      miniProgramName: string;
      page: string | null;
      title: string;
      description: string | null;
      emphasisFirstItem: boolean;
      items: NoticeRow[];
    };

export interface InboxEntry {
  msgid: string;
  /** Arrival number of the call in the ledger. */
  seq: number;
  suiteId: string;
  agentId: number;
  /** Milliseconds of the simulator's clock. */
  at: number;
  content: InboxContent;
}

export interface LedgerEntry {
  /** Arrival order over all calls, from 1. */
  seq: number;
  at: number;
  method: string;
  path: string;
  /** Query parameters; values of tokens, codes and secrets are left out. */
  query: Record<string, string>;
  ip: string;
  suiteId: string | null;
  corpId: string | null;
  /** 0 also where the answer carries no errcode; null when nothing was processed. */
  errcode: number | null;
  /** What the caller got: null when the connection was dropped. */
  status: number | null;
  fault: FaultEffect['kind'] | null;
  msgid: string | null;
  /** The duplicate check kept it from the members. */
  swallowed: boolean;
  bodyBytes: number;
  bodySha256: string;
  /** Null when bodies are not kept. */
  bodyBase64: string | null;
}

export interface LedgerQuery {
  after?: number;
  limit?: number;
  path?: string;
  corpId?: string;
  suiteId?: string;
  errcode?: number;
}

export interface LedgerPage {
  entries: LedgerEntry[];
  /** Pass as `after` for the next page. */
  lastSeq: number;
  /** Entries dropped because of `ledgerLimit`. */
  forgotten: number;
}

export interface CallCounts {
  calls: number;
  byPath: Record<string, number>;
  byErrcode: Record<string, number>;
  byCorp: Record<string, number>;
}

/** Cheap running totals; nothing is scanned to answer them. */
export interface SimulatorStats {
  calls: number;
  /** message/send calls answered with errcode 0. */
  messagesAccepted: number;
  /** Accepted calls kept from members by the duplicate check. */
  messagesSwallowed: number;
  /** Entries put into inboxes. */
  deliveries: number;
  /** Not delivered: over 30/min or 1000/h of one member. */
  droppedByMemberLimit: number;
  /** Not delivered: no licence, reached through a department, a tag or @all. */
  droppedUnlicensed: number;
  /** Not delivered: member not activated. */
  droppedInactive: number;
  pushes: number;
  pushesFailed: number;
  bannedIps: number;
}

export interface ClockView {
  now: number;
  offsetSeconds: number;
}
