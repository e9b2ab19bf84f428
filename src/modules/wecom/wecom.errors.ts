import { describeErrcode, isAmbiguous } from './errcodes.js';

/**
 * Whether WeCom may have acted on the request. `no` is a proof (no byte left, or WeCom refused by errcode);
 * everything else is `maybe`, and only the duplicate check makes a repeat of message/send safe then.
 */
export type Sent = 'no' | 'maybe';

/**
 * Base of every failure of an outbound call. Nothing below holds the URL, the token, our body or WeCom's body, and none
 * has a `cause`: undici's and Node's errors quote all four, so they are dropped where they are caught.
 */
export abstract class WecomError extends Error {
  /** Stable word for callers that do not use instanceof. */
  abstract readonly code: string;

  protected constructor(
    readonly path: string,
    readonly sent: Sent,
    summary: string,
  ) {
    super(`${path}: ${summary}`);
  }

  toJSON(): Record<string, unknown> {
    return { name: this.name, code: this.code, path: this.path, sent: this.sent };
  }
}

/** WeCom answered with an errcode other than 0. */
export class WecomApiError extends WecomError {
  override readonly name = 'WecomApiError';
  readonly code = 'wecom_api_error';
  /** WeCom support asks for it. */
  readonly hint: string | undefined;
  readonly #errmsg: string;

  constructor(
    path: string,
    readonly errcode: number,
    errmsg: string,
  ) {
    const hint = hintOf(errmsg);
    super(path, isAmbiguous(errcode) ? 'maybe' : 'no', `errcode ${errcode}${hint ? ` (hint ${hint})` : ''}`);
    this.hint = hint;
    this.#errmsg = errmsg;
  }

  /** WeCom's own text, for the record only: its wording may change, and it stays out of logs (hence no own property). */
  get errmsg(): string {
    return this.#errmsg;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), errcode: this.errcode, hint: this.hint };
  }
}

/** The HTTP status was not 200; redirects are refused, so they end here too. */
export class WecomHttpError extends WecomError {
  override readonly name = 'WecomHttpError';
  readonly code = 'wecom_http_error';

  constructor(
    path: string,
    readonly status: number,
  ) {
    // A gateway's 502 says nothing about what the server behind it did.
    super(path, 'maybe', `HTTP status ${status}`);
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), status: this.status };
  }
}

/** Status 200, but not an answer we can read: the effect is unknown, not failed. */
export class WecomUnreadableError extends WecomError {
  override readonly name = 'WecomUnreadableError';
  readonly code = 'wecom_unreadable';

  /** @param reason our own words or field names; never a piece of the answer. */
  constructor(
    path: string,
    readonly reason: string,
  ) {
    super(path, 'maybe', `unreadable answer (${reason})`);
  }
}

/** DNS, connect, TLS, reset. */
export class WecomNetworkError extends WecomError {
  override readonly name = 'WecomNetworkError';
  readonly code = 'wecom_network_error';

  /** @param reason a code such as ECONNREFUSED, never the message of the original error. */
  constructor(
    path: string,
    /** False only when it is certain that no byte of the request was written. */
    readonly requestSent: boolean,
    readonly reason: string,
  ) {
    super(path, requestSent ? 'maybe' : 'no', `network failure ${reason}`);
  }
}

/** The whole call (waiting for a connection, connecting, sending, reading) took longer than `timeoutMs`. */
export class WecomTimeoutError extends WecomError {
  override readonly name = 'WecomTimeoutError';
  readonly code = 'wecom_timeout';

  constructor(
    path: string,
    readonly requestSent: boolean,
    readonly timeoutMs: number,
  ) {
    super(path, requestSent ? 'maybe' : 'no', `no answer within ${timeoutMs} ms`);
  }
}

/** The support token WeCom puts into the errmsg of failing calls: `…, hint: [1712345678_10_abc], from ip: …`. */
export function hintOf(errmsg: string): string | undefined {
  return /hint: ?\[([^\]\s]{1,128})\]/.exec(errmsg)?.[1];
}

function rejectedBy(error: unknown, test: (call: string) => boolean): error is WecomApiError {
  return error instanceof WecomApiError && test(describeErrcode(error.errcode).call);
}

/**
 * WeCom refused the token itself (40014, 42001, 40082, 42009). Invalidate exactly the token that was sent, fetch a new
 * one once, repeat once. WeCom uses 40082 for suite and provider tokens alike, so only the caller knows which it sent.
 */
export function isTokenRejected(error: unknown): error is WecomApiError {
  return rejectedBy(error, (call) => call === 'refresh_corp_token' || call === 'refresh_suite_token');
}

/** The suite ticket was refused (40085): read the newest again; never delete it (G-05). */
export function isSuiteTicketRejected(error: unknown): error is WecomApiError {
  return rejectedBy(error, (call) => call === 'reload_suite_ticket');
}

/** The permanent code or the authorization is refused (40084, 48004): verify once, then the corp has cancelled. */
export function isAuthorizationRejected(error: unknown): error is WecomApiError {
  return rejectedBy(error, (call) => call === 'verify_authorization');
}
