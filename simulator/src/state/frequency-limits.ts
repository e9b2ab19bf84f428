import type { SimulatorClock } from '../clock.ts';
import type { SimulatorSettings } from '../settings.ts';

interface Window {
  startedAt: number;
  count: number;
  blockedUntil: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** A natural day ends at midnight in China. */
const chinaOffsetMs = 8 * hourMs;
const dayMs = 24 * hourMs;
const debugCallsPerMinute = 5;

/** The documented call limits (d:90454). Whoever exceeds a window is blocked for the length of that window. */
export class FrequencyLimits {
  private readonly windows = new Map<string, Window>();
  private readonly personTimes = new Map<string, { day: number; count: number }>();
  private readonly clock: SimulatorClock;
  private readonly settings: SimulatorSettings;

  constructor(clock: SimulatorClock, settings: SimulatorSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  /** Counts one call of the basic frequency; false when it must answer 45009. */
  allowsCall(path: string, ip: string, corpId: string | null): boolean {
    const { corpPerMinute, corpPerHour, ipPerMinute, ipPerHour } = this.settings;
    const corpAllowed =
      corpId === null ||
      (this.count(`corp-m ${corpId} ${path}`, minuteMs, corpPerMinute) &&
        this.count(`corp-h ${corpId} ${path}`, hourMs, corpPerHour));
    return (
      corpAllowed &&
      this.count(`ip-m ${ip} ${path}`, minuteMs, ipPerMinute) &&
      this.count(`ip-h ${ip} ${path}`, hourMs, ipPerHour)
    );
  }

  /** `debug=1` in the query is for looking at single calls. */
  allowsDebug(ip: string): boolean {
    return this.count(`debug ${ip}`, minuteMs, debugCallsPerMinute);
  }

  /** Takes person-times from the app's budget of the day: account cap × 200. */
  takePersonTimes(agentKey: string, persons: number, accountCap: number): boolean {
    if (!this.settings.dailyPersonTimes) return true;
    const day = Math.floor((this.clock.now() + chinaOffsetMs) / dayMs);
    const used = this.personTimes.get(agentKey);
    const count = used?.day === day ? used.count : 0;
    if (count + persons > accountCap * 200) return false;
    this.personTimes.set(agentKey, { day, count: count + persons });
    return true;
  }

  clear(): void {
    this.windows.clear();
    this.personTimes.clear();
  }

  private count(key: string, lengthMs: number, limit: number | null): boolean {
    if (limit === null) return true;
    const now = this.clock.now();
    let window = this.windows.get(key);
    if (window === undefined || now >= window.startedAt + lengthMs) {
      window = { startedAt: now, count: 0, blockedUntil: window?.blockedUntil ?? 0 };
      this.windows.set(key, window);
    }
    if (now < window.blockedUntil) return false;
    window.count++;
    if (window.count <= limit) return true;
    window.blockedUntil = now + lengthMs;
    return false;
  }
}
