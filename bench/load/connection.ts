import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type RawResponse, ResponseCutter } from './response-cutter.ts';

/** One keep-alive connection with one request outstanding; the request is handed over as finished bytes. */
export class Connection {
  readonly #socket: Socket;
  readonly #cutter = new ResponseCutter();
  #done: ((response: RawResponse) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      try {
        const response = this.#cutter.push(chunk);
        if (response !== undefined) {
          this.#done?.(response);
        }
      } catch (error) {
        this.#failed?.(error as Error);
      }
    });
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the server closed the connection')));
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  exchange(request: Buffer | string): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }
}
