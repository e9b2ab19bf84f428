import type { AuthorizationEvents } from '../push/authorization-events.ts';
import type { Pusher } from '../push/pusher.ts';
import type { TicketSchedule } from '../push/ticket-schedule.ts';
import type { Simulator } from '../simulator.ts';

/** The parts a control call may steer. */
export interface ControlScope {
  simulator: Simulator;
  pusher: Pusher;
  events: AuthorizationEvents;
  tickets: TicketSchedule;
}

export interface ControlRequest {
  scope: ControlScope;
  /** Decoded path segments that stood for `:name`, in order. */
  ids: string[];
  query: URLSearchParams;
  body: unknown;
}

/** Undefined answers 204. */
export type ControlHandler = (request: ControlRequest) => unknown;

/** `METHOD /path/:id` to handler. */
export type ControlRoutes = Readonly<Record<string, ControlHandler>>;
