import type { SimulatorClock } from '../clock.ts';
import type { SimulatorSettings } from '../settings.ts';

const hourMs = 3_600_000;

/** Too many wrong secrets bar the calling IP from the token calls for an hour (d:90455, help on 45009). */
export class SecretBan {
  private readonly wrongTimes = new Map<string, number[]>();
  private readonly bannedUntil = new Map<string, number>();
  private readonly clock: SimulatorClock;
  private readonly settings: SimulatorSettings;

  constructor(clock: SimulatorClock, settings: SimulatorSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  recordWrongSecret(ip: string): void {
    const limit = this.settings.wrongSecretLimit;
    if (limit === null) return;
    const now = this.clock.now();
    const times = (this.wrongTimes.get(ip) ?? []).filter((at) => at > now - hourMs);
    times.push(now);
    this.wrongTimes.set(ip, times);
    if (times.length >= limit) {
      this.bannedUntil.set(ip, now + this.settings.wrongSecretBanSeconds * 1000);
      this.wrongTimes.delete(ip);
    }
  }

  isBanned(ip: string): boolean {
    return (this.bannedUntil.get(ip) ?? 0) > this.clock.now();
  }

  bannedIps(): number {
    return [...this.bannedUntil.keys()].filter((ip) => this.isBanned(ip)).length;
  }

  clear(): void {
    this.wrongTimes.clear();
    this.bannedUntil.clear();
  }
}
