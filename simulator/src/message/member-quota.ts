import type { SimulatorClock } from '../clock.ts';
import type { SimulatorSettings } from '../settings.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

interface Received {
  times: number[];
  head: number;
}

/** 30 messages a minute and 1000 an hour from one app to one member; what exceeds it is not delivered (d:90454). */
export class MemberQuota {
  private readonly byMember = new Map<string, Received>();
  private readonly clock: SimulatorClock;
  private readonly settings: SimulatorSettings;

  constructor(clock: SimulatorClock, settings: SimulatorSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  hasRoom(key: string): boolean {
    const { memberPerMinute, memberPerHour } = this.settings;
    const received = this.byMember.get(key);
    if (received === undefined) return memberPerMinute !== 0 && memberPerHour !== 0;
    const now = this.clock.now();
    while (received.head < received.times.length && (received.times[received.head] ?? 0) <= now - hourMs) {
      received.head++;
    }
    const { times, head } = received;
    if (memberPerHour !== null && times.length - head >= memberPerHour) return false;
    if (memberPerMinute === null) return true;
    const oldestAllowed = times[times.length - memberPerMinute];
    return times.length - head < memberPerMinute || (oldestAllowed ?? 0) <= now - minuteMs;
  }

  take(key: string): void {
    if (this.settings.memberPerMinute === null && this.settings.memberPerHour === null) return;
    let received = this.byMember.get(key);
    if (received === undefined) {
      received = { times: [], head: 0 };
      this.byMember.set(key, received);
    }
    received.times.push(this.clock.now());
    if (received.head > 2000) {
      received.times = received.times.slice(received.head);
      received.head = 0;
    }
  }

  clear(): void {
    this.byMember.clear();
  }
}
