import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AppConfig } from '../platform/config/app-config.js';
import { PollLoop } from '../platform/jobs/poll-loop.js';
import { CorpTokensService } from '../tokens/corp-tokens.service.js';
import { deliveryMetrics } from './delivery-metrics.js';
import type { Outcome } from './delivery-outcome.js';
import { DeliverySender } from './delivery-sender.js';
import { LaneHints } from './lane-hints.js';
import { LaneTurns, type Turn } from './lane-turns.js';
import { type ClaimedDelivery, LanesRepository } from './lanes.repository.js';
import { SettleBatcher } from './settle-batcher.js';
import { SettlementRepository } from './settlement.repository.js';
import { WorkerRegistry } from './worker-registry.js';

/** Many lanes with one delivery each, or few with many: a claim is sized by deliveries, because each statement costs the same. */
const LANES_PER_CLAIM = 128;
const DELIVERIES_PER_CLAIM = 256;
const DELIVERIES_PER_TURN = 50;
/** Lanes in hand at most, however little of them can be sent. */
const MAX_TURNS = 512;
/** A turn ends on time as well as on count, or one slow corp pins this worker; also how long a claim may be trusted unsent. */
const TURN_MS = 3_000;
const IDLE_MS = 100;
const CLAIM_GAP_MS = 6;
const HEARTBEAT_MS = 1_000;

/**
 * Claims lanes, sends what is due in them with bounded concurrency, settles. The next lanes are claimed while the last ones are still
 * being sent, so the connections to WeCom never wait for the database.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryWorker.name);
  private readonly instanceId = randomUUID();
  private readonly turns = new LaneTurns();
  private readonly settle: SettleBatcher;
  private readonly claiming = new PollLoop({ name: 'DeliveryWorker', idleMs: IDLE_MS, run: () => this.claim() });
  private readonly keeping = new PollLoop({
    name: 'WorkerRegistry',
    idleMs: HEARTBEAT_MS,
    run: () => this.keepHouse(),
  });
  private inFlight = 0;
  private claimedAt = 0;
  private nextClaim: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly config: AppConfig,
    private readonly lanes: LanesRepository,
    private readonly sender: DeliverySender,
    private readonly registry: WorkerRegistry,
    private readonly hints: LaneHints,
    private readonly tokens: CorpTokensService,
    settlements: SettlementRepository,
  ) {
    this.settle = new SettleBatcher(settlements, () => this.claiming.wake());
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    await this.registry.heartbeat(this.instanceId);
    this.hints.onHint({
      announced: (lanes) => {
        for (const lane of lanes) this.tokens.warm(lane);
      },
      woken: () => this.claiming.wake(),
    });
    this.keeping.start();
    this.claiming.start();
  }

  /** Drain: claims stop, what is on the wire is settled, the rest goes back to its lane unsent. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.config.role === 'api') return;
    this.stopping = true;
    clearTimeout(this.nextClaim);
    await this.claiming.stop();
    for (const turn of [...this.turns.all()]) this.close(turn);
    await this.idle();
    await this.settle.drain();
    await this.keeping.stop();
    await this.registry.leave(this.instanceId);
  }

  private async claim(): Promise<boolean> {
    this.endOverdueTurns();
    if (!this.wantsMore() || this.comesTooSoon()) return false;
    this.claimedAt = performance.now();
    const claimed = await this.lanes.claim(this.instanceId, {
      lanes: LANES_PER_CLAIM,
      deliveries: DELIVERIES_PER_CLAIM,
      perLane: DELIVERIES_PER_TURN,
    });
    const now = performance.now();
    for (const lane of claimed) {
      const turn = this.turns.add(lane, now);
      if (lane.deliveries.length === 0) this.finish(turn);
    }
    this.pump();
    // A claim that took less than it could has taken everything that was ready.
    return claimed.length === LANES_PER_CLAIM;
  }

  /**
   * While there is work in hand, claims keep a distance: each send that ends and each settlement asks for the next one, and a claim of one
   * lane costs as much as one of a hundred.
   */
  private comesTooSoon(): boolean {
    const inHand = this.inFlight + this.turns.stock;
    const waitMs = this.claimedAt + CLAIM_GAP_MS - performance.now();
    if (inHand === 0 || waitMs <= 0) return false;
    this.nextClaim ??= setTimeout(() => {
      this.nextClaim = undefined;
      this.claiming.wake();
    }, waitMs);
    return true;
  }

  /** Twice what is on the wire in stock keeps the senders busy during the next claim. */
  private wantsMore(): boolean {
    return this.turns.stock < 2 * this.config.deliveryConcurrency && this.turns.size < MAX_TURNS;
  }

  private async keepHouse(): Promise<boolean> {
    await this.registry.heartbeat(this.instanceId);
    const takenOver = await this.registry.takeOver();
    deliveryMetrics.takenOver.inc(takenOver);
    if (takenOver > 0) this.logger.warn({ deliveries: takenOver }, 'took over deliveries of a dead worker');
    if (await this.registry.sweep()) this.claiming.wake();
    return false;
  }

  private pump(): void {
    while (this.inFlight < this.config.deliveryConcurrency && !this.stopping) {
      const next = this.turns.next();
      if (!next) return;
      this.inFlight++;
      next.turn.inFlight++;
      void this.send(next.turn, next.delivery);
    }
  }

  private async send(turn: Turn, delivery: ClaimedDelivery): Promise<void> {
    if (performance.now() - turn.claimedAt > TURN_MS) {
      // This process slept: somebody else may hold the lane by now, so nothing is sent on the old claim.
      this.close(turn);
      this.settle.add({ delivery, outcome: undefined });
    } else {
      const outcome = delivery.expiresInMs <= 0 ? expired(delivery) : await this.sender.attempt(delivery);
      this.apply(turn, delivery, outcome);
    }
    this.inFlight--;
    turn.inFlight--;
    if (turn.inFlight === 0 && turn.waiting.length === 0) this.finish(turn);
    this.pump();
    if (this.wantsMore()) this.claiming.wake();
  }

  private apply(turn: Turn, delivery: ClaimedDelivery, outcome: Outcome): void {
    this.settle.add({ delivery, outcome });
    count(outcome);
    if (outcome.next === 'hold') {
      this.settle.hold({
        ...turn.lane,
        hold: outcome.hold,
        reason: outcome.reason ?? 'held',
        errcode: outcome.errcode,
      });
      this.close(turn);
    } else if (outcome.next === 'settle' && (outcome.state === 'accepted' || outcome.state === 'partial')) {
      turn.succeeded = true;
    }
  }

  /** What waits goes back to the lane, uncounted. */
  private close(turn: Turn): void {
    turn.closed = true;
    for (const delivery of turn.waiting.splice(0)) this.settle.add({ delivery, outcome: undefined });
    if (turn.inFlight === 0) this.finish(turn);
  }

  private endOverdueTurns(): void {
    const now = performance.now();
    for (const turn of [...this.turns.all()]) {
      if (!turn.closed && now - turn.claimedAt > TURN_MS) this.close(turn);
    }
  }

  private finish(turn: Turn): void {
    this.turns.remove(turn);
    const { corpId, suiteId, lane, leaseNo } = turn.lane;
    this.settle.release({ corpId, suiteId, lane, leaseNo, succeeded: turn.succeeded });
  }

  private async idle(): Promise<void> {
    while (this.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function count(outcome: Outcome): void {
  if (outcome.next === 'settle') deliveryMetrics.settled.inc({ state: outcome.state });
  else if (outcome.next === 'retry') deliveryMetrics.retried.inc({ reason: outcome.reason ?? '' });
  else deliveryMetrics.held.inc({ reason: outcome.reason ?? '' });
}

function expired(delivery: ClaimedDelivery): Outcome {
  return { next: 'settle', state: delivery.ambiguousForMs === undefined ? 'expired' : 'unknown', reason: 'expired' };
}
