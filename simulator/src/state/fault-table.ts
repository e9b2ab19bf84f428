import type { SimulatorClock } from '../clock.ts';
import { SeededRandom } from '../random-source.ts';
import type { FaultDefinition, FaultEffect, FaultScope, FaultView } from '../types/faults.ts';

interface FaultRule {
  id: number;
  definition: FaultDefinition;
  random: SeededRandom;
  matched: number;
  hits: number;
  endsAt: number;
}

export interface FaultDecision {
  latencyMs: number;
  effect: Exclude<FaultEffect, { kind: 'latency' }> | null;
}

const noFault: FaultDecision = { latencyMs: 0, effect: null };

/** How this server misbehaves at the moment; rules are asked in the order they were added. */
export class FaultTable {
  private rules: FaultRule[] = [];
  private lastId = 0;
  private readonly clock: SimulatorClock;

  constructor(clock: SimulatorClock) {
    this.clock = clock;
  }

  add(definition: FaultDefinition): FaultView {
    const windowSeconds = definition.kind === 'frequency-window' ? definition.seconds : definition.forSeconds;
    const rule: FaultRule = {
      id: ++this.lastId,
      definition,
      random: new SeededRandom(definition.seed ?? this.lastId),
      matched: 0,
      hits: 0,
      endsAt: windowSeconds === undefined ? Number.POSITIVE_INFINITY : this.clock.now() + windowSeconds * 1000,
    };
    this.rules.push(rule);
    return this.view(rule);
  }

  /** Latencies add up; the first rule of any other kind decides. */
  decide(call: Required<{ [K in keyof FaultScope]: FaultScope[K] | null }>): FaultDecision {
    if (this.rules.length === 0) return noFault;
    const decision: FaultDecision = { latencyMs: 0, effect: null };
    for (const rule of this.rules) {
      const { definition } = rule;
      if (!inScope(definition, call) || !this.fires(rule)) continue;
      if (definition.kind !== 'latency') return { ...decision, effect: definition };
      const spread = Math.max(0, (definition.upToMs ?? definition.ms) - definition.ms);
      decision.latencyMs += definition.ms + rule.random.next() * spread;
    }
    return decision;
  }

  list(): FaultView[] {
    return this.rules.map((rule) => this.view(rule));
  }

  remove(id: number): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((rule) => rule.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  private fires(rule: FaultRule): boolean {
    const { times, skip, probability } = rule.definition;
    if (this.clock.now() >= rule.endsAt) return false;
    if (times !== undefined && rule.hits >= times) return false;
    rule.matched++;
    if (rule.matched <= (skip ?? 0)) return false;
    if (probability !== undefined && rule.random.next() >= probability) return false;
    rule.hits++;
    return true;
  }

  private view(rule: FaultRule): FaultView {
    const { times } = rule.definition;
    const active = this.clock.now() < rule.endsAt && (times === undefined || rule.hits < times);
    return { ...rule.definition, id: rule.id, hits: rule.hits, active };
  }
}

function inScope(fault: FaultScope, call: { [K in keyof FaultScope]: FaultScope[K] | null }): boolean {
  return (
    (fault.path === undefined || fault.path === call.path || `/cgi-bin/${fault.path}` === call.path) &&
    (fault.corpId === undefined || fault.corpId === call.corpId) &&
    (fault.suiteId === undefined || fault.suiteId === call.suiteId)
  );
}
