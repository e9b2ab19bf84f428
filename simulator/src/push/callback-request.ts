import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';

export interface CallbackRequest {
  method: 'GET' | 'POST';
  url: string;
  contentType?: string;
  body?: string;
  deadlineMs: number;
}

export interface CallbackResponse {
  status: number;
  body: string;
}

export class CallbackFailure extends Error {
  readonly kind: 'connection' | 'timeout';

  constructor(kind: 'connection' | 'timeout', message: string) {
    super(message);
    this.name = 'CallbackFailure';
    this.kind = kind;
  }
}

/** More is not an answer to a callback; the rest is read and thrown away. */
const keptBytes = 64 * 1024;
// Each push opens its own connection: a kept one that the receiver closed would look like a failed attempt.
const agent = new Agent({ keepAlive: false });
const tlsAgent = new TlsAgent({ keepAlive: false });

/** One request to the app's server. The deadline covers connecting, sending and the whole answer (d:91116). */
export function requestCallback({
  method,
  url,
  contentType,
  body,
  deadlineMs,
}: CallbackRequest): Promise<CallbackResponse> {
  return new Promise((resolve, reject) => {
    const secure = url.startsWith('https:');
    const headers: Record<string, string | number> = { 'user-agent': 'Mozilla/4.0', accept: '*/*' };
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
    if (contentType !== undefined) headers['content-type'] = contentType;
    const options = { method, headers, agent: secure ? tlsAgent : agent };
    let timedOut = false;
    const outgoing = (secure ? requestHttps : requestHttp)(url, options, (response) => {
      readAnswer(response).then(resolve, (error: Error) => fail(error));
    });
    const timer = setTimeout(() => {
      timedOut = true;
      outgoing.destroy(new Error(`no answer in ${deadlineMs} ms`));
    }, deadlineMs);
    const fail = (error: Error) => reject(new CallbackFailure(timedOut ? 'timeout' : 'connection', error.message));
    outgoing.on('error', fail);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<CallbackResponse> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes < keptBytes) chunks.push(chunk);
    bytes += chunk.length;
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8') };
}
