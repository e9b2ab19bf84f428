import type { SimulatorClock } from '../clock.ts';
import { secretText } from '../random-source.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { InvalidateTokensRequest } from '../types/faults.ts';

/** Whom a token speaks for. A corp token belongs to one generation of one authorization. */
export type TokenScope =
  | { kind: 'provider'; providerCorpId: string }
  | { kind: 'suite'; suiteId: string }
  | { kind: 'corp'; suiteId: string; corpId: string; generation: number };

export interface IssuedToken {
  token: string;
  scope: TokenScope;
  expiresAt: number;
  invalidated: boolean;
}

/** Live and dead tokens of all three kinds; dead ones stay known so that 42001 can be told from 40014. */
export class TokenStore {
  private readonly byToken = new Map<string, IssuedToken>();
  private readonly newest = new Map<string, IssuedToken>();
  private sweepAtSize = 100_000;
  private readonly clock: SimulatorClock;
  private readonly settings: SimulatorSettings;

  constructor(clock: SimulatorClock, settings: SimulatorSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  issue(scope: TokenScope): { token: string; expiresInSeconds: number } {
    const now = this.clock.now();
    const lifetimeSeconds = this.settings.tokenLifetimeSeconds;
    const key = scopeKey(scope);
    const current = this.newest.get(key);
    const alive = current !== undefined && !current.invalidated && current.expiresAt > now;
    if (alive && this.settings.tokenMode === 'same') {
      const remaining = Math.ceil((current.expiresAt - now) / 1000);
      const expiresInSeconds = this.settings.repeatedExpiresIn === 'remaining' ? remaining : lifetimeSeconds;
      return { token: current.token, expiresInSeconds };
    }
    if (alive && this.settings.tokenMode === 'new-kills-old') current.invalidated = true;
    const issued: IssuedToken = {
      token: secretText(150),
      scope,
      expiresAt: now + lifetimeSeconds * 1000,
      invalidated: false,
    };
    this.newest.set(key, issued);
    this.byToken.set(issued.token, issued);
    this.forgetLongDead();
    return { token: issued.token, expiresInSeconds: lifetimeSeconds };
  }

  find(token: string): IssuedToken | undefined {
    return this.byToken.get(token);
  }

  isExpired(issued: IssuedToken): boolean {
    return issued.expiresAt <= this.clock.now();
  }

  /** Kills tokens before their time, as WeCom may for operational reasons (d:91200). */
  invalidate(request: InvalidateTokensRequest): number {
    const kind = request.kind ?? 'corp';
    let invalidated = 0;
    for (const issued of this.byToken.values()) {
      const { scope } = issued;
      if (kind !== 'all' && scope.kind !== kind) continue;
      if (request.corpId !== undefined && (scope.kind !== 'corp' || scope.corpId !== request.corpId)) continue;
      if (request.suiteId !== undefined && (scope.kind === 'provider' || scope.suiteId !== request.suiteId)) continue;
      if (issued.invalidated || this.isExpired(issued)) continue;
      issued.invalidated = true;
      invalidated++;
    }
    return invalidated;
  }

  clear(): void {
    this.byToken.clear();
    this.newest.clear();
  }

  private forgetLongDead(): void {
    if (this.byToken.size < this.sweepAtSize) return;
    for (const issued of this.byToken.values()) {
      if (issued.invalidated || this.isExpired(issued)) this.byToken.delete(issued.token);
    }
    // When most are alive, sweeping again at once would cost the whole map for every token issued.
    this.sweepAtSize = Math.max(100_000, this.byToken.size * 2);
  }
}

function scopeKey(scope: TokenScope): string {
  if (scope.kind === 'provider') return `provider ${scope.providerCorpId}`;
  if (scope.kind === 'suite') return `suite ${scope.suiteId}`;
  return `corp ${scope.suiteId} ${scope.corpId} ${scope.generation}`;
}
