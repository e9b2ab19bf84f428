const DEFAULT_CONNECTIONS = 64;
const DEFAULT_TIMEOUT_MS = 5_000;

/** A class, so that it is its own injection token. */
export class WecomClientOptions {
  /** Origin only, e.g. `https://qyapi.weixin.qq.com` or the simulator's. */
  readonly baseUrl: string;
  /** Upper bound of open connections, and so of calls in flight; further calls wait. */
  readonly connections: number;
  /** Bound of a whole call: waiting for a connection, connecting, sending, reading. */
  readonly timeoutMs: number;

  constructor(options: { baseUrl: string; connections?: number; timeoutMs?: number }) {
    this.baseUrl = options.baseUrl;
    this.connections = options.connections ?? DEFAULT_CONNECTIONS;
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }
}
