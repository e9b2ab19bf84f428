import { Injectable } from '@nestjs/common';
import { DomainError } from '../platform/http/domain-error.js';
import { SuitesService } from '../suites/suites.service.js';
import { CallbackCrypto } from './callback-crypto.js';
import { CallbackRefused } from './callbacks.errors.js';
import { RenewedValues } from './renewed-values.js';

export interface SuiteCallbackKeys {
  readonly crypto: CallbackCrypto;
  readonly providerCorpId: string;
}

interface RegisteredIds {
  readonly suites: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

/** Keys are read again this often, and never used when they could not be read for so long. */
const KEYS = { renewAfterMs: 10_000, maxAgeMs: 60_000 };
/** How often unknown ids may make us look whether they are known by now: all of them together, whoever asks. */
const IDS = { renewAfterMs: 1_000, maxAgeMs: 1_000 };

/** Which keys belong to which of our URLs: chosen by our own path, never by what a request says (authorization.md §2.2). */
@Injectable()
export class CallbackKeys {
  private readonly suiteKeys = new RenewedValues<SuiteCallbackKeys>(KEYS);
  private readonly providerKeys = new RenewedValues<CallbackCrypto>(KEYS);
  private readonly ids = new RenewedValues<RegisteredIds>(IDS);
  private known: RegisteredIds = { suites: new Set(), providers: new Set() };

  constructor(private readonly suites: SuitesService) {}

  /** @throws CallbackRefused for a suite we do not have, without asking the database each time */
  async forSuite(suiteId: string): Promise<SuiteCallbackKeys> {
    if (!this.known.suites.has(suiteId) && !(await this.lookAgain()).suites.has(suiteId)) {
      throw new CallbackRefused('unknown_url', 'no suite of this id is registered');
    }
    return this.suiteKeys.get(suiteId, () => this.readSuite(suiteId));
  }

  /** @throws CallbackRefused for a provider we do not have, or whose system-event URL has no keys */
  async forProvider(providerCorpId: string): Promise<CallbackCrypto> {
    if (!this.known.providers.has(providerCorpId) && !(await this.lookAgain()).providers.has(providerCorpId)) {
      throw new CallbackRefused('unknown_url', 'no provider of this corp id is registered');
    }
    return this.providerKeys.get(providerCorpId, () => this.readProvider(providerCorpId));
  }

  /** The provider meant by a URL that names none. */
  async onlyProvider(): Promise<string> {
    const [first, second] = (await this.lookAgain()).providers;
    if (first === undefined || second !== undefined) {
      throw new CallbackRefused('unknown_url', 'the URL names no provider, and there is not exactly one');
    }
    return first;
  }

  private async readSuite(suiteId: string): Promise<SuiteCallbackKeys> {
    try {
      const keys = await this.suites.callbackKeys(suiteId);
      return { crypto: new CallbackCrypto(keys), providerCorpId: keys.providerCorpId };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) this.suiteKeys.forget(suiteId);
      throw refusal ?? error;
    }
  }

  private async readProvider(providerCorpId: string): Promise<CallbackCrypto> {
    try {
      return new CallbackCrypto(await this.suites.providerCallbackKeys(providerCorpId));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) this.providerKeys.forget(providerCorpId);
      throw refusal ?? error;
    }
  }

  private async lookAgain(): Promise<RegisteredIds> {
    this.known = await this.ids.get('registered', async () => {
      const [suites, providers] = await Promise.all([this.suites.list(), this.suites.listProviders()]);
      return {
        suites: new Set(suites.map((suite) => suite.suiteId)),
        providers: new Set(providers.map((provider) => provider.providerCorpId)),
      };
    });
    return this.known;
  }
}

/** Removed a moment ago, or a provider without keys; anything else is the database, and the last keys stay. */
function refusalOf(error: unknown): CallbackRefused | undefined {
  const isGone = error instanceof DomainError && error.status < 500;
  return isGone ? new CallbackRefused('unknown_url', error.code) : undefined;
}
