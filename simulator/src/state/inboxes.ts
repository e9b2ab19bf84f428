import type { SimulatorSettings } from '../settings.ts';
import type { InboxEntry } from '../types/records.ts';
import type { Corp } from './corp.ts';

interface Inbox {
  entries: InboxEntry[];
  /** All there ever were, also those no longer kept. */
  received: number;
}

/** What each member received, the newest `inboxLimit` entries. */
export class Inboxes {
  private readonly byMember = new Map<string, Inbox>();
  private clears = 0;
  private readonly settings: SimulatorSettings;

  constructor(settings: SimulatorSettings) {
    this.settings = settings;
  }

  deliver(corp: Corp, userId: string, entry: InboxEntry): void {
    const key = inboxKey(corp, userId);
    let inbox = this.byMember.get(key);
    if (inbox === undefined) {
      inbox = { entries: [], received: 0 };
      this.byMember.set(key, inbox);
    }
    inbox.entries.push(entry);
    if (inbox.entries.length > this.settings.inboxLimit) inbox.entries.shift();
    inbox.received++;
  }

  read(corp: Corp, userId: string): InboxEntry[] {
    return this.byMember.get(inboxKey(corp, userId))?.entries ?? [];
  }

  /** Another text whenever the inbox changed; a phone page asks with it whether there is news. */
  version(corp: Corp, userId: string): string {
    return `${this.clears}.${this.byMember.get(inboxKey(corp, userId))?.received ?? 0}`;
  }

  clear(): void {
    this.byMember.clear();
    this.clears++;
  }
}

function inboxKey(corp: Corp, userId: string): string {
  return `${corp.corpId} ${corp.memberKey(userId)}`;
}
