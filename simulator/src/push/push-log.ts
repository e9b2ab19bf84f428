import type { SimulatorSettings } from '../settings.ts';
import type { PushRecord } from '../types/pushes.ts';

/** The newest `pushLogLimit` pushes, and how many there were at all. */
export class PushLog {
  private records: PushRecord[] = [];
  private lastId = 0;
  private failures = 0;
  private readonly settings: SimulatorSettings;

  constructor(settings: SimulatorSettings) {
    this.settings = settings;
  }

  nextId(): number {
    return ++this.lastId;
  }

  add(record: PushRecord): void {
    this.records.push(record);
    if (!record.ok) this.failures++;
    if (this.records.length > this.settings.pushLogLimit * 2) {
      this.records = this.records.slice(-this.settings.pushLogLimit);
    }
  }

  read(after = 0, limit = 1000): PushRecord[] {
    return this.records.filter((record) => record.id > after).slice(0, limit);
  }

  newest(count: number): PushRecord[] {
    return this.records.slice(-count).reverse();
  }

  totals(): { pushes: number; pushesFailed: number } {
    return { pushes: this.lastId, pushesFailed: this.failures };
  }

  clear(): void {
    this.records = [];
    this.lastId = 0;
    this.failures = 0;
  }
}
