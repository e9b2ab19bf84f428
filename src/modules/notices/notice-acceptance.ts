import { hash } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import type { DeliveryDraft } from '../deliveries/deliveries.types.js';
import { Database, type Tx } from '../platform/database/database.js';
import { DatabaseError } from '../platform/database/database-error.js';
import { AcceptBatcher } from './accept-batcher.js';
import { BodyLedgerRepository, bodyName, type LedgerEntry } from './body-ledger.repository.js';
import { IdempotencyRepository, type KeptAnswer, requestName } from './idempotency.repository.js';
import { type Duplicate, NoticesRepository } from './notices.repository.js';
import type { AcceptedNotice, AcceptResult, NoticeDraft } from './notices.types.js';

const BATCH = { maxItems: 200, maxBytes: 8 * 1024 * 1024, maxWaitingBytes: 64 * 1024 * 1024 };
/** A draft without its body: strings, promise, request. */
const DRAFT_BYTES = 2048;

/** A draft with what the transaction decided about it. */
interface Stored {
  readonly draft: NoticeDraft;
  readonly notice: AcceptedNotice;
  readonly deliveries: readonly DeliveryDraft[];
}

/**
 * Accepts notices: idempotency key, notice, deliveries and ledger of bodies in one commit, which concurrent requests share.
 * What happens to one request never depends on which others are in its batch.
 */
@Injectable()
export class NoticeAcceptance implements OnModuleDestroy {
  private readonly batcher = new AcceptBatcher<NoticeDraft, AcceptResult>({
    ...BATCH,
    bytesOf: ({ calls }) => calls.calls.reduce((bytes, { body }) => bytes + body.length, DRAFT_BYTES),
    store: (drafts) => this.store(drafts),
    isUnavailable: (error) => error instanceof DatabaseError && error.isUnavailable,
  });

  constructor(
    private readonly database: Database,
    private readonly idempotency: IdempotencyRepository,
    private readonly notices: NoticesRepository,
    private readonly ledger: BodyLedgerRepository,
    private readonly deliveries: DeliveriesService,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await this.batcher.drain();
  }

  /** Durable when it resolves. Throws what the database threw. */
  accept(draft: NoticeDraft): Promise<AcceptResult> {
    return this.batcher.add(draft);
  }

  private async store(drafts: readonly NoticeDraft[]): Promise<AcceptResult[]> {
    const first = new Map<string, NoticeDraft>();
    for (const draft of drafts) {
      const name = requestName(draft);
      if (!first.has(name)) first.set(name, draft);
    }
    // One order for all batches: two that share keys must not wait for each other.
    const asked = [...first].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
    const corpIds = [...new Set(asked.map(({ corpId }) => corpId))];
    const { kept, stored, deliveries } = await this.database.asCorps(corpIds, (tx) => this.write(tx, asked));
    this.deliveries.wake(deliveries.filter(isReady));
    return drafts.map((draft) => answer(draft, stored.get(draft.id), kept.get(requestName(draft))));
  }

  private async write(tx: Tx, asked: readonly NoticeDraft[]) {
    const { accepted, now } = await this.notices.accept(tx, asked);
    const others = asked.filter(({ id }) => !accepted.has(id));
    const kept = others.length > 0 ? await this.idempotency.kept(tx, others) : new Map<string, KeptAnswer>();
    const fresh = asked.filter(({ id }) => accepted.has(id));
    const stored = now === undefined ? [] : await this.settle(tx, fresh, now);
    const duplicates = stored.flatMap(duplicateOf);
    if (duplicates.length > 0) await this.notices.markDuplicates(tx, duplicates);
    const deliveries = stored.flatMap((notice) => notice.deliveries);
    await this.deliveries.enqueue(tx, deliveries);
    // A twin in the same batch finds the answer that a later request would find.
    for (const { draft, notice } of stored) kept.set(requestName(draft), { fingerprint: draft.fingerprint, notice });
    return { kept, stored: new Map(stored.map((notice) => [notice.draft.id, notice])), deliveries };
  }

  /** Decides for every call whether WeCom would swallow it. */
  private async settle(tx: Tx, fresh: readonly NoticeDraft[], now: Date): Promise<Stored[]> {
    const known = fresh.map((draft) => {
      const expires = expiresInSeconds(draft, now);
      return { draft, expires, entries: ledgerEntries(draft, expires) };
    });
    const entries = known.flatMap((notice) => notice.entries);
    const owners = entries.length > 0 ? await this.ledger.owners(tx, entries) : NO_OWNERS;
    return known.map(({ draft, expires, entries: own }) => {
      const calls = draft.calls.calls.map((call, ordinal) => {
        const entry = own[ordinal];
        const owner = entry ? owners.get(bodyName(entry)) : undefined;
        return { call, ordinal, duplicateOf: owner === draft.id ? undefined : owner };
      });
      return storedFrom(draft, calls, expires);
    });
  }
}

const NO_OWNERS: ReadonlyMap<string, string> = new Map();

interface SettledCall {
  readonly call: NoticeDraft['calls']['calls'][number];
  readonly ordinal: number;
  /** An earlier notice with the same bytes that still counts. */
  readonly duplicateOf: string | undefined;
}

function storedFrom(draft: NoticeDraft, calls: readonly SettledCall[], expires: number): Stored {
  const suppressing = draft.onDuplicate === 'suppress';
  const deliveries = calls.map(({ call, ordinal, duplicateOf: earlier }): DeliveryDraft => {
    const repeated = earlier !== undefined;
    // Sent again on purpose: without WeCom's check, and so never repeated by us either (reliability.md §2.3, 5).
    const sent = repeated && !suppressing ? draft.calls.unchecked(ordinal) : call;
    return {
      corpId: draft.corpId,
      suiteId: draft.suiteId,
      noticeId: draft.id,
      ordinal,
      lane: draft.lane,
      policy: repeated && !suppressing ? 'at_most_once' : draft.policy,
      state: repeated && suppressing ? 'suppressed' : 'ready',
      body: sent.body,
      recipientCount: sent.recipientCount,
      expiresInSeconds: expires,
    };
  });
  const notice: AcceptedNotice = {
    id: draft.id,
    state: deliveries.some(isReady) ? 'queued' : 'suppressed',
    deliveries: deliveries.length,
    recipients: draft.calls.recipientCount,
    duplicateOf: calls.find((call) => call.duplicateOf !== undefined)?.duplicateOf ?? null,
    warnings: draft.warnings,
  };
  return { draft, notice, deliveries };
}

function duplicateOf({ draft, notice }: Stored): Duplicate[] {
  if (notice.duplicateOf === null) return [];
  const policy = draft.onDuplicate === 'allow' ? 'at_most_once' : draft.policy;
  return [{ corpId: draft.corpId, id: draft.id, duplicateOf: notice.duplicateOf, policy }];
}

function ledgerEntries({ calls, corpId, suiteId, id }: NoticeDraft, expires: number): LedgerEntry[] {
  if (calls.unique) return [];
  return calls.calls.map(({ body }) => ({
    corpId,
    suiteId,
    hash: hash('sha256', body, 'buffer'),
    noticeId: id,
    expiresInSeconds: expires,
  }));
}

function expiresInSeconds({ expires }: NoticeDraft, now: Date): number {
  return 'inSeconds' in expires ? expires.inSeconds : (expires.at.getTime() - now.getTime()) / 1000;
}

function isReady({ state }: DeliveryDraft): boolean {
  return state !== 'suppressed';
}

function answer(draft: NoticeDraft, stored: Stored | undefined, kept: KeptAnswer | undefined): AcceptResult {
  if (stored) return { kind: 'accepted', notice: stored.notice };
  // The key was taken, so its row is there: nothing deletes it within this transaction's sight but the purge after 72 hours.
  if (!kept) throw new Error('an idempotency key was taken and is not there');
  return kept.fingerprint === draft.fingerprint ? { kind: 'replayed', notice: kept.notice } : { kind: 'key_reused' };
}
