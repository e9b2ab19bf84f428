import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCallback {
  method: string;
  path: string;
  query: URLSearchParams;
  contentType: string;
  body: string;
}

export type CallbackAnswer = (response: ServerResponse, callback: ReceivedCallback, count: number) => void;

/** A tiny app server that keeps every callback and answers as the test says. */
export class CallbackReceiver {
  readonly received: ReceivedCallback[] = [];
  answer: CallbackAnswer = (response) => response.end('success');
  private readonly server: Server = createServer((request, response) => void this.take(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://receiver');
    const callback: ReceivedCallback = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      contentType: request.headers['content-type'] ?? '',
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.received.push(callback);
    this.answer(response, callback, this.received.length);
  }
}
