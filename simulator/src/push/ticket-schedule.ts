import type { Simulator } from '../simulator.ts';
import type { PushRecord } from '../types/pushes.ts';
import type { AuthorizationEvents } from './authorization-events.ts';

/** Pushes each suite a ticket every interval of the simulator's clock, counted from the suite's creation. */
export class TicketSchedule {
  private readonly lastPushAt = new Map<string, number>();
  private readonly simulator: Simulator;
  private readonly events: AuthorizationEvents;
  private readonly intervalSeconds: number | null;
  private timer: NodeJS.Timeout | undefined;

  /** @param intervalSeconds null never pushes by itself */
  constructor(simulator: Simulator, events: AuthorizationEvents, intervalSeconds: number | null) {
    this.simulator = simulator;
    this.events = events;
    this.intervalSeconds = intervalSeconds;
  }

  start(): void {
    if (this.intervalSeconds === null) return;
    this.timer = setInterval(() => void this.pushDue(), Math.min(1000, this.intervalSeconds * 500)).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** A push by hand starts the interval anew, as does creating the suite. */
  restart(suiteId: string): void {
    this.lastPushAt.set(suiteId, this.simulator.clock.now());
  }

  async pushDue(): Promise<PushRecord[]> {
    if (this.intervalSeconds === null) return [];
    const now = this.simulator.clock.now();
    const due: Array<Promise<PushRecord>> = [];
    for (const suite of this.simulator.registry.suites.values()) {
      const last = this.lastPushAt.get(suite.suiteId) ?? now;
      if (suite.commandUrl === null || now - last < this.intervalSeconds * 1000) continue;
      this.restart(suite.suiteId);
      due.push(this.events.suiteTicket(suite.suiteId));
    }
    return Promise.all(due);
  }

  clear(): void {
    this.lastPushAt.clear();
  }
}
