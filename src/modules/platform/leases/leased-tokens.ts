import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { DomainError } from '../http/domain-error.js';
import { secondsAhead } from './refresh-point.js';
import { TokenCache } from './token-cache.js';
import { TokenFetchFailed } from './token-fetch.errors.js';
import {
  type HeldToken,
  type TokenId,
  type TokenKey,
  type TokenKind,
  type TokenSource,
  tokenIdText,
} from './token-key.js';
import { type CountedFailure, type TokenLease, type TokenRow, TokenRows } from './token-rows.js';
import { TokenUnavailable } from './token-unavailable.errors.js';

/** Waiting for another process's fetch. */
const WAIT_MS = 8_000;
const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 200;
/** What the fetch itself needed was not there (no suite token): nothing to count against this token. */
const NOT_OURS_PAUSE_SECONDS = 30;

/**
 * Tokens that expire, fetched by exactly one process at a time and used by all:
 * memory → row → promise shared in this process → lease → fetch → write-back fenced by the lease number.
 *
 * Nothing is locked while WeCom is called: a lease is two columns on the database's clock. A holder that dies is replaced when
 * its lease ends; a holder that comes back late changes nothing, because its number is no longer the row's. A token that
 * still lives is used to its end, whatever becomes of its refresh.
 */
@Injectable()
export class LeasedTokens {
  private readonly logger = new Logger(LeasedTokens.name);
  readonly #cache = new TokenCache();
  readonly #underWay = new Map<string, Promise<HeldToken>>();

  constructor(private readonly rows: TokenRows) {}

  /** The token in memory, confirmed within the last five seconds: what the hot path asks first. */
  peek(id: TokenId): HeldToken | undefined {
    return this.#cache.get(id);
  }

  /**
   * A token that lives, fetched if need be; any number of callers in any number of processes cause one fetch.
   * @throws TokenUnavailable, or what `source.generation()` throws
   */
  async hold(id: TokenId, source: TokenSource): Promise<HeldToken> {
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const text = tokenIdText(id);
    const underWay = this.#underWay.get(text);
    if (underWay !== undefined) {
      const held = await underWay;
      // It may have been read just before it was refused: then a look that began after the refusal decides.
      if (!this.#cache.isRefused(id, held.version)) return held;
    }
    return this.#underWay.get(text) ?? this.#begin(id, text, source);
  }

  /**
   * WeCom refused this version. Only that one is invalidated: if somebody replaced it meanwhile, the newer one stays.
   * The suite ticket and every other token are never touched by it (G-05).
   */
  async invalidate(id: TokenId, version: number): Promise<void> {
    if (this.#cache.isRefused(id, version)) return;
    const outcome = await this.rows.invalidate(id, version);
    if (outcome === 'resting') return;
    this.#cache.refuse(id, version);
    if (outcome === 'invalidated') this.logger.warn({ ...id, version }, 'token refused by WeCom: invalidated');
  }

  /** Leases tokens due for their refresh to this process. Each has to be passed to `refresh` before the lease ends. */
  claimDue(kind: TokenKind, limit: number): Promise<TokenLease[]> {
    return this.rows.claimDue(kind, limit);
  }

  /** Refreshes a claimed token ahead of its end, while everybody goes on with the old one. Answers whether it was replaced. */
  async refresh(lease: TokenLease, source: TokenSource): Promise<boolean> {
    const { key } = lease;
    let generation: number;
    try {
      generation = await source.generation();
    } catch (error) {
      // The owner may not have a token (cancelled, disabled): nothing to refresh until it is planned again.
      if (error instanceof DomainError) await this.rows.release(lease, null);
      throw error;
    }
    if (generation !== key.generation) {
      await this.rows.release(lease, null);
      return false;
    }
    try {
      await source.prepare?.();
    } catch (error) {
      await this.rows.release(lease, NOT_OURS_PAUSE_SECONDS);
      throw error;
    }
    return (await this.#fetch(lease, source)) !== undefined;
  }

  /** Makes the token of a new generation due at once, in the transaction that opens the generation. */
  plan(tx: Tx, key: TokenKey): Promise<void> {
    return this.rows.plan(tx, key);
  }

  /** Wipes the token in the transaction that ends the authorization; nothing of that generation can be written afterwards. */
  async forget(tx: Tx, key: TokenKey): Promise<void> {
    this.#cache.drop(key);
    await this.rows.wipe(tx, key);
  }

  /** Ends the pause that `errcode` had caused, because what was refused has been replaced. */
  forgive(tx: Tx, id: TokenId, errcode: number): Promise<void> {
    return this.rows.forgive(tx, id, errcode);
  }

  #begin(id: TokenId, text: string, source: TokenSource): Promise<HeldToken> {
    const obtaining = this.#obtain(id, source).finally(() => this.#underWay.delete(text));
    this.#underWay.set(text, obtaining);
    return obtaining;
  }

  async #obtain(id: TokenId, source: TokenSource): Promise<HeldToken> {
    const deadlineMs = performance.now() + WAIT_MS;
    const generation = await source.generation();
    const key: TokenKey = { ...id, generation };
    let prepared = false;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const askedAtMs = performance.now();
      const found = await this.rows.read(id, generation, (version) => this.#cache.known(id, generation, version));
      if (found?.held !== undefined) {
        this.#cache.put(id, generation, found.held, askedAtMs, found.row.remaining_ms ?? 0);
        if (found.row.overdue) this.#refreshOverdue(key, source);
        return found.held;
      }
      this.#cache.drop(id);
      if (found !== undefined) refuseIfHopeless(key, found.row);
      if (found === undefined || !found.row.leased || found.row.generation < generation) {
        if (!prepared) {
          await source.prepare?.();
          prepared = true;
        }
        const lease = await this.rows.lease(key, false);
        const fetched = lease && (await this.#fetch(lease, source));
        if (fetched !== undefined) return fetched;
      }
      if (performance.now() > deadlineMs) {
        throw new TokenUnavailable(id, { reason: 'busy', retryAfterSeconds: 1 });
      }
      // Jitter, so that the waiters of many processes do not ask in step.
      await delay(pauseMs * (0.5 + Math.random()));
    }
  }

  /** Fetches under a lease and writes back; undefined when the lease was lost meanwhile and nothing was written. */
  async #fetch(lease: TokenLease, source: TokenSource): Promise<HeldToken | undefined> {
    const { key } = lease;
    const askedAtMs = performance.now();
    let issued: Awaited<ReturnType<TokenSource['fetch']>>;
    try {
      issued = await source.fetch();
    } catch (error) {
      throw await this.#failed(lease, error);
    }
    const tookSeconds = (performance.now() - askedAtMs) / 1_000;
    const aheadSeconds = secondsAhead(key, issued.expiresInSeconds);
    const writtenAtMs = performance.now();
    const saved = await this.rows.save(lease, issued, tookSeconds, aheadSeconds);
    if (saved === undefined) {
      this.logger.warn({ ...key }, 'token came too late: its lease had passed on, nothing written');
      return undefined;
    }
    this.#cache.put(key, key.generation, saved.held, writtenAtMs, saved.remainingMs);
    this.logger.debug({ ...key, version: saved.held.version, expiresAt: saved.held.expiresAt }, 'token fetched');
    return saved.held;
  }

  async #failed(lease: TokenLease, error: unknown): Promise<unknown> {
    if (!(error instanceof TokenFetchFailed)) {
      await this.rows.release(lease, NOT_OURS_PAUSE_SECONDS);
      return error;
    }
    const counted = await this.rows.fail(lease, error);
    this.#report(lease.key, error, counted);
    return new TokenUnavailable(
      lease.key,
      {
        reason: 'cooling_down',
        errcode: error.errcode,
        retryAfterSeconds: Math.ceil(counted?.cooldown_seconds ?? 1),
      },
      { cause: error },
    );
  }

  #report(key: TokenKey, { failure, errcode, cause }: TokenFetchFailed, counted: CountedFailure | undefined): void {
    const data = { ...key, failure, errcode, failures: counted?.failures, err: cause };
    if (counted?.open) {
      this.logger.error(data, 'credential refused three times: breaker open, WeCom is not asked for this token');
    } else {
      this.logger.warn(data, 'token fetch failed');
    }
  }

  /** The schedule is two minutes behind (no worker runs, or all are down): whoever reads the token sees to it. */
  #refreshOverdue(key: TokenKey, source: TokenSource): void {
    const refresh = async () => {
      await source.prepare?.();
      const lease = await this.rows.lease(key, true);
      if (lease !== undefined) await this.#fetch(lease, source);
    };
    refresh().catch((error: unknown) => {
      this.logger.warn({ ...key, err: error }, 'overdue refresh failed; the old token stays in use');
    });
  }
}

/** Throws when waiting would not help: the row is in a pause, wiped, or of a later generation. */
function refuseIfHopeless(key: TokenKey, row: TokenRow): void {
  if (row.generation > key.generation || (row.generation === key.generation && row.wiped)) {
    throw new TokenUnavailable(key, { reason: 'superseded', retryAfterSeconds: 1 });
  }
  if (row.generation === key.generation && row.cooling) {
    throw new TokenUnavailable(key, {
      reason: 'cooling_down',
      errcode: row.last_errcode ?? undefined,
      retryAfterSeconds: Math.ceil(row.cooldown_seconds ?? 1),
    });
  }
}
