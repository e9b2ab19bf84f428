import type { IncomingMessage, ServerResponse } from 'node:http';

/** The connection broke while the request was still arriving: nobody is left to answer. */
export class CallerGone extends Error {}

/** Reads a request body; what exceeds `maxBytes` is read but not kept, so that the sender gets its answer. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let kept = 0;
    request.on('data', (chunk: Buffer) => {
      // One byte more than allowed is enough to see that it was too much.
      const room = maxBytes + 1 - kept;
      if (room <= 0) return;
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      kept += Math.min(chunk.length, room);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', () => reject(new CallerGone()));
  });
}

export function answerText(response: ServerResponse, status: number, contentType: string, text: string | Buffer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answerText(response, status, 'application/json; charset=utf-8', JSON.stringify(value) ?? '');
}
