import type { Dispatcher } from 'undici';
import {
  WecomError,
  WecomHttpError,
  WecomNetworkError,
  WecomTimeoutError,
  WecomUnreadableError,
} from './wecom.errors.js';

/**
 * One request and its answer, as undici's lowest-level handler: no stream, no AbortSignal, one timer. It is written for two
 * things the convenience calls cannot give: a whole-call deadline that also covers waiting for a connection, and the
 * certainty whether a byte was written (undici calls `onRequestStart` immediately before the first write).
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  /** Nearly every answer is one chunk; the list exists only for the others. */
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #settled = false;
  readonly #deadline: NodeJS.Timeout;

  constructor(
    private readonly path: string,
    private readonly timeoutMs: number,
    private readonly resolve: (body: Buffer) => void,
    private readonly reject: (error: WecomError) => void,
  ) {
    this.#deadline = setTimeout(HttpExchange.#expire, timeoutMs, this);
  }

  static #expire(exchange: HttpExchange): void {
    const requestSent = exchange.#controller !== undefined;
    exchange.#fail(new WecomTimeoutError(exchange.path, requestSent, exchange.timeoutMs));
    exchange.#controller?.abort(new Error('deadline'));
  }

  #fail(error: WecomError): void {
    if (!this.#settled) {
      this.#settled = true;
      clearTimeout(this.#deadline);
      this.reject(error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      // The deadline passed while we waited for a connection. Throwing (not `abort`, which closes the fresh connection)
      // takes the request out of the queue before a byte is written, so `requestSent: false` stays true.
      throw new Error('deadline');
    }
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number): void {
    this.#status = statusCode;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#first === undefined) {
      this.#first = chunk;
    } else if (this.#rest === undefined) {
      this.#rest = [chunk];
    } else {
      this.#rest.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.#settled) {
      return;
    }
    if (this.#status !== 200) {
      this.#fail(new WecomHttpError(this.path, this.#status));
      return;
    }
    if (this.#first === undefined) {
      this.#fail(new WecomUnreadableError(this.path, 'empty'));
      return;
    }
    this.#settled = true;
    clearTimeout(this.#deadline);
    this.resolve(this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest]));
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (!this.#settled) {
      this.#fail(this.#classify(reasonOf(error)));
    }
  }

  #classify(reason: string): WecomError {
    const requestSent = this.#controller !== undefined;
    if (this.#status >= 300) {
      return new WecomHttpError(this.path, this.#status);
    }
    if (reason === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
      return new WecomUnreadableError(this.path, 'too large');
    }
    if (reason === 'UND_ERR_CONNECT_TIMEOUT') {
      return new WecomTimeoutError(this.path, requestSent, this.timeoutMs);
    }
    return new WecomNetworkError(this.path, requestSent, reason);
  }
}

/** Only a bare code survives: messages of undici and Node name hosts, headers and pieces of the body. */
function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : 'UNKNOWN';
}
