export type PushChannel = 'command' | 'data' | 'system';

export interface PushAttempt {
  status: number | null;
  body: string | null;
  durationMs: number;
  /** Why the attempt counts as failed. */
  error: 'connection' | 'timeout' | 'status' | 'body' | null;
  detail: string | null;
}

export interface PushRecord {
  id: number;
  /** Milliseconds of the simulator's clock. */
  at: number;
  channel: PushChannel;
  suiteId: string | null;
  corpId: string | null;
  /** InfoType, or Event / MsgType on the data channel. */
  event: string;
  url: string;
  receiveId: string;
  plaintext: string;
  attempts: PushAttempt[];
  ok: boolean;
  /** Decrypted passive reply of the data channel (d:90377). */
  reply: string | null;
}

/** An arbitrary event. `fields` become elements after the base fields; `xml` replaces the whole inner document. */
export interface PushRequest {
  channel: PushChannel;
  suiteId?: string;
  /** System events name the provider instead of a suite. */
  providerCorpId?: string;
  /** Required on the data channel; adds AuthCorpId on the command channel when `fields` is used. */
  corpId?: string;
  fields?: XmlFields;
  xml?: string;
  deadlineMs?: number;
}

/** Strings are written as CDATA, numbers bare, arrays as repeated siblings, objects nested. */
export interface XmlFields {
  [name: string]: XmlValue;
}

export type XmlValue = string | number | XmlFields | Array<string | number | XmlFields>;

/** A push with chosen defects, sent once and recorded like any other. */
export interface RawPushRequest extends PushRequest {
  url?: string;
  receiveId?: string;
  token?: string;
  encodingAesKey?: string;
  timestamp?: string;
  nonce?: string;
  signature?: string;
  /** Replaces the ciphertext in the envelope; the signature is then made over it. */
  encrypt?: string;
  toUserName?: string;
  /** Replaces the whole HTTP body. */
  body?: string;
  contentType?: string;
}

export interface UrlVerification {
  ok: boolean;
  url: string;
  status: number | null;
  body: string | null;
  durationMs: number;
  error: string | null;
}

export interface SuiteVerification {
  command: UrlVerification | null;
  data: UrlVerification | null;
  /** Saving in the console also pushes a ticket and wants `success`. */
  ticket: PushRecord | null;
}
