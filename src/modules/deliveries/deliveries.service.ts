import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../platform/database/database.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { DeliveryDraft, DeliveryView, LaneKey } from './deliveries.types.js';
import { LaneHints } from './lane-hints.js';
import { LanesRepository, laneName } from './lanes.repository.js';

const KNOWN_LANES = 50_000;
/** Under load wake-ups gather this long; the first one after a pause goes out at once. */
const WAKE_EVERY_MS = 4;

/** What notices ask of deliveries: take these bytes, say what became of them. */
@Injectable()
export class DeliveriesService {
  private readonly logger = new Logger(DeliveriesService.name);
  private readonly known = new Set<string>();
  private waking = new Map<string, LaneKey>();
  private writing: Promise<void> | undefined;

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly lanes: LanesRepository,
    private readonly hints: LaneHints,
  ) {}

  /** Owes these calls to WeCom, in the transaction that accepts their notices. Call `wake` when it has committed. */
  async enqueue(tx: Tx, drafts: readonly DeliveryDraft[]): Promise<void> {
    if (drafts.length === 0) return;
    const unknown = lanesOf(drafts).filter((lane) => !this.known.has(laneName(lane)));
    // Both are on their way before either is waited for.
    const ensured = unknown.length > 0 ? this.lanes.ensure(tx, unknown) : undefined;
    await Promise.all([ensured, this.deliveries.insert(tx, drafts)]);
  }

  /** After the commit: the lanes' turn comes at once. Lanes woken together share a statement. */
  wake(drafts: readonly LaneKey[]): void {
    if (this.known.size > KNOWN_LANES) this.known.clear();
    for (const lane of drafts) {
      const name = laneName(lane);
      this.known.add(name);
      this.waking.set(name, { corpId: lane.corpId, suiteId: lane.suiteId, lane: lane.lane });
    }
    this.hints.announce(drafts);
    this.writing ??= this.writeWakes();
  }

  async ofNotices(tx: Tx, corpId: string, noticeIds: readonly string[]): Promise<DeliveryView[]> {
    return this.deliveries.ofNotices(tx, corpId, noticeIds);
  }

  private async writeWakes(): Promise<void> {
    while (this.waking.size > 0) {
      const lanes = [...this.waking.values()];
      this.waking = new Map();
      try {
        const missed = await this.lanes.wake(lanes);
        this.hints.hint();
        for (const lane of missed) this.waking.set(laneName(lane), lane);
      } catch (error) {
        this.logger.warn({ err: error, lanes: lanes.length }, 'lanes not woken, the sweep will find them');
      }
      if (this.waking.size > 0) await delay(WAKE_EVERY_MS);
    }
    this.writing = undefined;
  }
}

function lanesOf(drafts: readonly LaneKey[]): LaneKey[] {
  const lanes = new Map(
    drafts.map(({ corpId, suiteId, lane }) => [laneName({ corpId, suiteId, lane }), { corpId, suiteId, lane }]),
  );
  return [...lanes.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, lane]) => lane);
}
