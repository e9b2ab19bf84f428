import type { SimulatorClock } from '../clock.ts';
import { secretText } from '../random-source.ts';
import type { SimulatorSettings } from '../settings.ts';

/** Tickets made for each suite; every one counts until its own 30 minutes are over (d:90628). */
export class SuiteTickets {
  private readonly bySuite = new Map<string, Array<{ ticket: string; madeAt: number }>>();
  private readonly clock: SimulatorClock;
  private readonly settings: SimulatorSettings;

  constructor(clock: SimulatorClock, settings: SimulatorSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  make(suiteId: string): string {
    const ticket = secretText(64);
    this.bySuite.set(suiteId, [...this.living(suiteId), { ticket, madeAt: this.clock.now() }]);
    return ticket;
  }

  accepts(suiteId: string, ticket: string): boolean {
    return this.living(suiteId).some((one) => one.ticket === ticket);
  }

  clear(): void {
    this.bySuite.clear();
  }

  private living(suiteId: string): Array<{ ticket: string; madeAt: number }> {
    const oldest = this.clock.now() - this.settings.suiteTicketLifetimeSeconds * 1000;
    return (this.bySuite.get(suiteId) ?? []).filter((one) => one.madeAt > oldest);
  }
}
