import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { inspect } from 'node:util';

export interface RecordedRequest {
  method: string;
  url: URL;
  contentType: string | undefined;
  body: string;
}

type Script = (request: RecordedRequest, response: ServerResponse, raw: IncomingMessage) => void;

/** A real HTTP server on loopback that does exactly what the test says, and remembers what it was asked. */
export class ScriptedWecom {
  readonly requests: RecordedRequest[] = [];
  connections = 0;
  #script: Script = (_request, response) => response.end('{}');
  readonly #server: Server = createServer((raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const request = {
        method: raw.method ?? '',
        url: new URL(raw.url ?? '/', 'http://wecom.test'),
        contentType: raw.headers['content-type'],
        body: Buffer.concat(chunks).toString('utf8'),
      };
      this.requests.push(request);
      this.#script(request, response, raw);
    });
  });

  async start(): Promise<string> {
    this.#server.on('connection', () => {
      this.connections += 1;
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  run(script: Script): void {
    this.#script = script;
  }

  answer(body: unknown, status = 200): void {
    this.run((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }
}

export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) {
      return error;
    }
    throw new Error('rejected with something that is no Error');
  }
  throw new Error('did not fail');
}

/** Everything a log line, a serializer or a debugger could make of an error. */
export function allTextOf(error: Error): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [
    error.message,
    error.stack,
    String(error),
    String(error.cause),
    JSON.stringify(error),
    inspect(error, { depth: 10 }),
    inspect(error, { depth: 10, showHidden: true, getters: true }),
    ...own,
  ].join('\n');
}
