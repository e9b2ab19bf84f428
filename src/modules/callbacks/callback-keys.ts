import { Injectable } from '@nestjs/common';
import { DomainError } from '../platform/http/domain-error.js';
import { SuitesService } from '../suites/suites.service.js';
import { CallbackCrypto, type CallbackKeyPair } from './callback-crypto.js';
import { CallbackRefused } from './callbacks.errors.js';

export interface SuiteCallbackKeys {
  readonly crypto: CallbackCrypto;
  readonly providerCorpId: string;
}

/** How often unknown ids may make us look whether they are known by now: all of them together, whoever asks. */
const LOOK_AGAIN_MS = 1_000;

/** Which keys belong to which of our URLs: chosen by our own path, never by what a request says (authorization.md §2.2). */
@Injectable()
export class CallbackKeys {
  private readonly cryptos = new WeakMap<object, CallbackCrypto>();
  private suiteIds: ReadonlySet<string> = new Set();
  private providerCorpIds: ReadonlySet<string> = new Set();
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | undefined;

  constructor(private readonly suites: SuitesService) {}

  /** @throws CallbackRefused for a suite we do not have, without asking the database each time */
  async forSuite(suiteId: string): Promise<SuiteCallbackKeys> {
    if (!this.suiteIds.has(suiteId)) await this.lookAgain();
    if (!this.suiteIds.has(suiteId)) throw new CallbackRefused('unknown_url', 'no suite of this id is registered');
    const keys = await known(this.suites.callbackKeys(suiteId));
    return { crypto: this.cryptoOf(keys), providerCorpId: keys.providerCorpId };
  }

  /** @throws CallbackRefused for a provider we do not have, or whose system-event URL has no keys */
  async forProvider(providerCorpId: string): Promise<CallbackCrypto> {
    if (!this.providerCorpIds.has(providerCorpId)) await this.lookAgain();
    if (!this.providerCorpIds.has(providerCorpId)) {
      throw new CallbackRefused('unknown_url', 'no provider of this corp id is registered');
    }
    return this.cryptoOf(await known(this.suites.providerCallbackKeys(providerCorpId)));
  }

  /** The provider meant by a URL that names none. */
  async onlyProvider(): Promise<string> {
    await this.lookAgain();
    const [first, second] = this.providerCorpIds;
    if (first === undefined || second !== undefined) {
      throw new CallbackRefused('unknown_url', 'the URL names no provider, and there is not exactly one');
    }
    return first;
  }

  private cryptoOf(keys: CallbackKeyPair): CallbackCrypto {
    const known = this.cryptos.get(keys.token);
    if (known) return known;
    const crypto = new CallbackCrypto(keys);
    this.cryptos.set(keys.token, crypto);
    return crypto;
  }

  private async lookAgain(): Promise<void> {
    if (performance.now() - this.lookedAtMs < LOOK_AGAIN_MS) return;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    await this.looking;
  }

  private async look(): Promise<void> {
    const [suites, providers] = await Promise.all([this.suites.list(), this.suites.listProviders()]);
    this.suiteIds = new Set(suites.map((suite) => suite.suiteId));
    this.providerCorpIds = new Set(providers.map((provider) => provider.providerCorpId));
    this.lookedAtMs = performance.now();
  }
}

/** A suite removed a moment ago, or a provider without keys. */
async function known<T>(looked: Promise<T>): Promise<T> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof DomainError && error.status < 500) throw new CallbackRefused('unknown_url', error.code);
    throw error;
  }
}
