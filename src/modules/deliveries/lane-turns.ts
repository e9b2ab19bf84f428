import type { ClaimedDelivery, ClaimedLane } from './lanes.repository.js';

/** One corp may not occupy more of the worker than this at once, however slow WeCom answers for it. */
const IN_FLIGHT_PER_LANE = 16;

export interface Turn {
  readonly lane: ClaimedLane;
  readonly waiting: ClaimedDelivery[];
  readonly claimedAt: number;
  inFlight: number;
  succeeded: boolean;
  /** Set by a hold or by the end of the turn's time: what waits goes back unsent. */
  closed: boolean;
}

/**
 * The lanes in this worker's hands. Takes the next delivery round robin between them, so that a lane claimed with fifty deliveries does not
 * stand before one claimed with a single one.
 */
export class LaneTurns {
  private readonly turns: Turn[] = [];
  private cursor = 0;

  add(lane: ClaimedLane, now: number): Turn {
    const turn: Turn = {
      lane,
      waiting: [...lane.deliveries],
      claimedAt: now,
      inFlight: 0,
      succeeded: false,
      closed: false,
    };
    this.turns.push(turn);
    return turn;
  }

  remove(turn: Turn): void {
    const index = this.turns.indexOf(turn);
    if (index >= 0) this.turns.splice(index, 1);
  }

  /** The next delivery to send, from the next lane that may send one. */
  next(): { turn: Turn; delivery: ClaimedDelivery } | undefined {
    for (let looked = 0; looked < this.turns.length; looked++) {
      this.cursor = (this.cursor + 1) % this.turns.length;
      const turn = this.turns[this.cursor];
      if (!turn || turn.closed || turn.inFlight >= IN_FLIGHT_PER_LANE) continue;
      const delivery = turn.waiting.shift();
      if (delivery) return { turn, delivery };
    }
    return undefined;
  }

  /** What could be sent now: a lane whose share is in flight has nothing to give, or one slow corp would keep others from being claimed. */
  get stock(): number {
    let stock = 0;
    for (const turn of this.turns) {
      if (!turn.closed) stock += Math.min(turn.waiting.length, IN_FLIGHT_PER_LANE - turn.inFlight);
    }
    return stock;
  }

  get size(): number {
    return this.turns.length;
  }

  all(): readonly Turn[] {
    return this.turns;
  }
}
