import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveApi } from './api/api-server.ts';
import type { ControlScope } from './control/control-request.ts';
import { serveControl } from './control/control-server.ts';
import { applySeed } from './control/definition-routes.ts';
import { requireInput } from './control/input-shape.ts';
import { isSeed } from './control/request-shapes.ts';
import { ControlRefusal } from './control-refusal.ts';
import { answerJson, CallerGone } from './http-body.ts';
import { servePage } from './pages/page-server.ts';
import { AuthorizationEvents } from './push/authorization-events.ts';
import { Pusher } from './push/pusher.ts';
import { TicketSchedule } from './push/ticket-schedule.ts';
import type { SimulatorSettings } from './settings.ts';
import { Simulator } from './simulator.ts';
import type { SimulatorSeed } from './types/seed.ts';

export interface SimulatorOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  /** Default 127.0.0.1: the control API is open to whoever reaches the port. */
  host?: string;
  /** Every suite gets a ticket so often, on the simulator's clock; null never by itself. Default 600. */
  ticketIntervalSeconds?: number | null;
  /** Say nothing on stderr about errors inside the simulator. */
  quiet?: boolean;
  settings?: Partial<SimulatorSettings>;
  seed?: SimulatorSeed;
}

export interface RunningSimulator {
  url: string;
  port: number;
  /** The state itself, for tests in the same process. */
  simulator: Simulator;
  /** Cuts open connections; resolves when the port is free. */
  close(): Promise<void>;
}

/** Starts a WeCom server with its control API and pages on one port. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { port = 0, host = '127.0.0.1', ticketIntervalSeconds = 600, quiet = false, settings, seed } = options;
  const simulator = new Simulator(settings);
  const pusher = new Pusher(simulator);
  const events = new AuthorizationEvents(simulator, pusher);
  const tickets = new TicketSchedule(simulator, events, ticketIntervalSeconds);
  const scope: ControlScope = { simulator, pusher, events, tickets };
  if (seed !== undefined) applySeed(scope, requireInput<SimulatorSeed>(seed, isSeed, 'the seed'));
  const server = createServer((request, response) => void serve(scope, request, response, quiet));
  server.keepAliveTimeout = 60_000;
  await listen(server, port, host);
  tickets.start();
  const address = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${address.port}`,
    port: address.port,
    simulator,
    close: () => {
      tickets.stop();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(scope: ControlScope, request: IncomingMessage, response: ServerResponse, quiet: boolean) {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  try {
    if (path.startsWith('/cgi-bin/')) await serveApi(scope.simulator, request, response, path, query);
    else if (path.startsWith('/control/')) await serveControl(scope, request, response, path, query);
    else await servePage(scope, request, response, path, query);
  } catch (error) {
    if (response.headersSent || error instanceof CallerGone) return;
    if (error instanceof ControlRefusal) answerJson(response, error.status, { error: error.message });
    else {
      if (!quiet) console.error(error);
      answerJson(response, 500, { error: 'the simulator failed; this is its own fault' });
    }
  }
}
