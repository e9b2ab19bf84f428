const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

export interface RawResponse {
  readonly status: number;
  readonly body: Buffer;
}

/** Reads one response after another from a keep-alive connection; only answers with a content-length. */
export class ResponseCutter {
  #rest: Buffer | undefined;

  /** The response these bytes complete, if any. At most one is ever outstanding on a connection. */
  push(chunk: Buffer): RawResponse | undefined {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = bytes;
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd === -1) {
      return undefined;
    }
    const head = bytes.toString('latin1', 0, headEnd);
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (length === undefined) {
      throw new Error(`an answer without content-length: ${head}`);
    }
    const bodyStart = headEnd + HEAD_END.length;
    const bodyEnd = bodyStart + Number(length);
    if (bytes.length < bodyEnd) {
      return undefined;
    }
    this.#rest = undefined;
    return { status: Number(head.slice(9, 12)), body: bytes.subarray(bodyStart, bodyEnd) };
  }
}
