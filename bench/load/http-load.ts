import { answerParent } from '../rig/child-side.ts';
import { quantile } from '../rig/statistics.ts';
import { Connection } from './connection.ts';
import { type LoadKind, requestBytes } from './requests.ts';

/**
 * The client of the HTTP scenarios, in its own process and the same for all contenders. Requests are made beforehand and
 * written to bare sockets: it shares two cores with what it measures, so it must cost next to nothing.
 */
export interface LoadOrder {
  readonly url: string;
  readonly kind: LoadKind;
  readonly requests: number;
  readonly connections: number;
  readonly round: string;
  readonly apiKey?: string;
  /** Without it: as fast as the connections allow. */
  readonly perSecond?: number;
}

export interface LoadReport {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

let order: LoadOrder;
let requests: Buffer[] = [];

answerParent({
  prepare: (next: LoadOrder) => {
    order = next;
    requests = requestBytes(next);
  },
  run: async (): Promise<LoadReport> => {
    const connections = await Promise.all(Array.from({ length: order.connections }, () => Connection.open(order.url)));
    const durationsMs: number[] = [];
    const startMs = performance.now();
    let next = 0;
    const lane = async (connection: Connection) => {
      for (let index = next++; index < requests.length; index = next++) {
        const dueMs = order.perSecond === undefined ? 0 : startMs + (index / order.perSecond) * 1_000;
        await until(dueMs);
        // At a fixed rate the clock starts when the request was due, so that a stall counts for all it held up.
        const fromMs = dueMs === 0 ? performance.now() : dueMs;
        const { status, body } = await connection.exchange(requests[index]!);
        if (status !== 200 && status !== 202) {
          throw new Error(`answered ${status}: ${body.toString('utf8').slice(0, 500)}`);
        }
        durationsMs.push(performance.now() - fromMs);
      }
    };
    await Promise.all(connections.map(lane));
    const elapsedMs = performance.now() - startMs;
    for (const connection of connections) {
      connection.close();
    }
    return {
      perSecond: (requests.length / elapsedMs) * 1_000,
      p50Ms: quantile(durationsMs, 0.5),
      p99Ms: quantile(durationsMs, 0.99),
      maxMs: Math.max(...durationsMs),
    };
  },
});

async function until(dueMs: number): Promise<void> {
  for (let leftMs = dueMs - performance.now(); leftMs > 0; leftMs = dueMs - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, leftMs));
  }
}
