import type { SimulatorSettings } from '../settings.ts';
import type { InboxEntry } from '../types/records.ts';
import type { Corp } from './corp.ts';

interface Inbox {
  entries: InboxEntry[];
  /** Grows with every entry; a phone page asks with it whether there is news. */
  version: number;
}

/** What each member received, the newest `inboxLimit` entries. */
export class Inboxes {
  private readonly byMember = new Map<string, Inbox>();
  private readonly settings: SimulatorSettings;

  constructor(settings: SimulatorSettings) {
    this.settings = settings;
  }

  deliver(corp: Corp, userId: string, entry: InboxEntry): void {
    const key = inboxKey(corp, userId);
    let inbox = this.byMember.get(key);
    if (inbox === undefined) {
      inbox = { entries: [], version: 0 };
      this.byMember.set(key, inbox);
    }
    inbox.entries.push(entry);
    if (inbox.entries.length > this.settings.inboxLimit) inbox.entries.shift();
    inbox.version++;
  }

  read(corp: Corp, userId: string): InboxEntry[] {
    return this.byMember.get(inboxKey(corp, userId))?.entries ?? [];
  }

  version(corp: Corp, userId: string): number {
    return this.byMember.get(inboxKey(corp, userId))?.version ?? 0;
  }

  clear(): void {
    this.byMember.clear();
  }
}

function inboxKey(corp: Corp, userId: string): string {
  return `${corp.corpId} ${corp.memberKey(userId)}`;
}
