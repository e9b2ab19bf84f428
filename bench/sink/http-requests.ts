const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding:/i;

export interface RawRequest {
  /** `POST /cgi-bin/message/send?access_token=… HTTP/1.1` */
  readonly startLine: string;
  readonly body: Buffer;
}

/**
 * Cuts the bytes of one connection into requests. Far cheaper than a complete HTTP server, which matters because the sink
 * stands for a server on another machine and should take as little as possible of the two cores the contenders share.
 */
export class RequestCutter {
  #rest: Buffer = Buffer.alloc(0);

  *cut(chunk: Buffer): Generator<RawRequest> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    while (start < bytes.length) {
      const headEnd = bytes.indexOf(HEAD_END, start);
      if (headEnd === -1) {
        break;
      }
      const head = bytes.toString('latin1', start, headEnd);
      if (CHUNKED.test(head)) {
        throw new Error('the sink reads no chunked bodies');
      }
      const bodyStart = headEnd + HEAD_END.length;
      const bodyEnd = bodyStart + Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
      if (bodyEnd > bytes.length) {
        break;
      }
      yield { startLine: head.slice(0, head.indexOf('\r\n')), body: bytes.subarray(bodyStart, bodyEnd) };
      start = bodyEnd;
    }
    this.#rest = start === bytes.length ? Buffer.alloc(0) : bytes.subarray(start);
  }
}
