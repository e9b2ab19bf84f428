import { Injectable, Logger, OnApplicationShutdown } from '@nestjs/common';
import { Dispatcher, Pool } from 'undici';
import { Secret } from '../platform/secrets/secret.js';
import { HttpExchange } from './http-exchange.js';
import { hintOf, WecomApiError, WecomUnreadableError } from './wecom.errors.js';
import { WecomClientOptions } from './wecom-client-options.js';

/** WeCom's answers are at most a few hundred KB (a large visible range); anything above is not an answer. */
const MAX_RESPONSE_BYTES = 1_048_576;
/** errmsg is stored with the outcome; nothing WeCom writes is longer than a few hundred characters. */
const MAX_ERRMSG_CHARS = 1_000;
const HIDDEN = '[secret]';

const JSON_HEADERS = ['content-type', 'application/json; charset=utf-8', 'user-agent', 'suitepost'];
const PLAIN_HEADERS = ['user-agent', 'suitepost'];

type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface WecomRequest {
  /** Without query: this is all that errors and logs show of the URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | Secret>>;
  /** Present: POST. Bytes go out as they are; of an object, secrets are opened at its top level only. */
  readonly body?: Uint8Array | Readonly<Record<string, JsonValue | Secret>>;
}

export type WecomAnswer = Readonly<Record<string, unknown>>;

/**
 * `always`: the page shows errcode 0 in the success sample. `on_failure_only`: the call leaves it out on success "for
 * historical reasons" (d:90600), so its absence proves nothing and the caller must also find the payload (G-12).
 */
export type ErrcodePresence = 'always' | 'on_failure_only';

/**
 * The one place that talks to WeCom and the one that builds its URLs. It is handed tokens; it never stores, refreshes or
 * retries (undici does not repeat requests by itself either). The token lives in the query string only and leaves this
 * module in no error and no log line.
 */
@Injectable()
export class WecomClient implements OnApplicationShutdown {
  readonly #logger = new Logger(WecomClient.name);
  readonly #pool: Pool;
  readonly #timeoutMs: number;

  constructor(options: WecomClientOptions) {
    this.#timeoutMs = options.timeoutMs;
    this.#pool = new Pool(options.baseUrl, {
      connections: options.connections,
      pipelining: 1,
      // Over HTTP/2 one lost connection would make up to 100 calls ambiguous at once.
      allowH2: false,
      connectTimeout: options.timeoutMs,
      // HttpExchange bounds the whole call; a body that drips would satisfy any timeout between chunks.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: MAX_RESPONSE_BYTES,
    });
  }

  /** The last phase of the shutdown, so that workers can still finish what they hold. */
  async onApplicationShutdown(): Promise<void> {
    if (this.#pool.closed) {
      return;
    }
    // Calls in flight end by their deadline; requests that already gave up may still sit in the pool's queue behind a
    // peer that accepts no connection, and nobody needs those.
    let giveUp: NodeJS.Timeout | undefined;
    const gaveUp = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, this.#timeoutMs);
    });
    await Promise.race([this.#pool.close(), gaveUp]);
    clearTimeout(giveUp);
    await this.#pool.destroy();
  }

  /**
   * Sends one request and parses the answer, whatever its errcode.
   * Throws WecomHttpError, WecomUnreadableError, WecomNetworkError or WecomTimeoutError.
   */
  async exchange(request: WecomRequest): Promise<WecomAnswer> {
    const revealed: string[] = [];
    const body = await this.#send(request, revealed);
    const answer = parseObject(request.path, body);
    const { errmsg } = answer;
    if (typeof errmsg !== 'string' || errmsg === 'ok') {
      return answer;
    }
    if (answer.errcode === 0 && errmsg.includes('wrong json format')) {
      // G-13: accepted, but fields may have been ignored.
      this.#logger.warn({ msg: 'WeCom understood only a part of our JSON', path: request.path, errcode: 0 });
    }
    return { ...answer, errmsg: hide(errmsg, revealed) };
  }

  /** Like `exchange`, and throws WecomApiError for an errcode other than 0. */
  async call(request: WecomRequest, errcodePresence: ErrcodePresence): Promise<WecomAnswer> {
    const answer = await this.exchange(request);
    const { errcode } = answer;
    if (errcode === 0 || (errcode === undefined && errcodePresence === 'on_failure_only')) {
      return answer;
    }
    if (typeof errcode !== 'number' || !Number.isSafeInteger(errcode)) {
      throw new WecomUnreadableError(request.path, 'errcode');
    }
    const errmsg = typeof answer.errmsg === 'string' ? answer.errmsg : '';
    this.#logger.warn({ msg: 'WeCom refused a call', path: request.path, errcode, hint: hintOf(errmsg) });
    throw new WecomApiError(request.path, errcode, errmsg);
  }

  #send(request: WecomRequest, revealed: string[]): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const exchange = new HttpExchange(request.path, this.#timeoutMs, resolve, reject);
      try {
        this.#pool.dispatch(dispatchOptions(request, revealed), exchange);
      } catch (error) {
        // Nothing was written yet; the error may quote the URL, so only its code goes on.
        exchange.onResponseError(null, error as Error);
      }
    });
  }
}

function dispatchOptions(request: WecomRequest, revealed: string[]): Dispatcher.DispatchOptions {
  const path = pathWithQuery(request, revealed);
  const { body } = request;
  if (body === undefined) {
    return { method: 'GET', path, headers: PLAIN_HEADERS };
  }
  return {
    method: 'POST',
    path,
    headers: JSON_HEADERS,
    body: body instanceof Uint8Array ? body : serialize(body, revealed),
  };
}

function pathWithQuery({ path, query }: WecomRequest, revealed: string[]): string {
  let result = path;
  let separator = '?';
  for (const name in query) {
    const value = open(query[name], revealed);
    result += `${separator}${name}=${encodeURIComponent(value as string | number)}`;
    separator = '&';
  }
  return result;
}

function serialize(body: Readonly<Record<string, JsonValue | Secret>>, revealed: string[]): string {
  return JSON.stringify(Object.fromEntries(Object.entries(body).map(([name, value]) => [name, open(value, revealed)])));
}

function open<T>(value: T | Secret, revealed: string[]): T | string {
  if (!(value instanceof Secret)) {
    return value;
  }
  const plain = value.reveal();
  revealed.push(plain);
  return plain;
}

/** WeCom is not known to echo credentials, but errmsg is kept and shown, so a credential in it must not survive. */
function hide(errmsg: string, revealed: readonly string[]): string {
  let text = errmsg;
  for (const secret of revealed) {
    if (secret !== '') {
      text = text.replaceAll(secret, HIDDEN);
    }
  }
  return text.slice(0, MAX_ERRMSG_CHARS);
}

function parseObject(path: string, body: Buffer): WecomAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    // The SyntaxError quotes the body.
    throw new WecomUnreadableError(path, 'not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new WecomUnreadableError(path, 'not an object');
  }
  return parsed as WecomAnswer;
}
