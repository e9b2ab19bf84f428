import type { AuthorizationsService } from '../../src/modules/authorizations/authorizations.service.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { CorpTokensService } from '../../src/modules/tokens/corp-tokens.service.js';
import { MissingTokens } from '../../src/modules/tokens/missing-tokens.js';
import { TokenRefreshSchedule } from '../../src/modules/tokens/token-refresh.schedule.js';
import { PROVIDER, suiteInput, suitesOn } from '../suites/suites-bench.js';
import type { TestDatabase } from '../support/database.js';
import type { ScriptedWecom } from '../wecom/scripted-wecom.js';

/** What the tokens module asks of authorizations, without their install flow: each corp's permanent code is `code-<corp id>`. */
export class Grants {
  asked = 0;
  pulled: string[] = [];
  generation = 1;
  isCustomized = false;
  refuse: Error | undefined;
  /** Generation as this process remembers it; undefined: it knows nothing of the corp. */
  remembered: number | undefined;

  async activeAuthorization(corpId: string, suiteId: string) {
    return this.remembered === undefined ? null : { corpId, suiteId, state: 'active', generation: this.remembered };
  }

  async permanentCode(corpId: string) {
    this.asked++;
    if (this.refuse) throw this.refuse;
    return { code: Secret.of(`code-${corpId}`), generation: this.generation, isCustomized: this.isCustomized };
  }

  async pullInfo(corpId: string): Promise<void> {
    this.pulled.push(corpId);
  }
}

/** One process that serves corp tokens. */
export function tokensOn(test: TestDatabase, wecomUrl: string, grants = new Grants()) {
  const process = suitesOn(test, wecomUrl);
  const authorizations = grants as unknown as AuthorizationsService;
  const corpTokens = new CorpTokensService(process.leasedTokens, authorizations, process.suiteTokens, process.suiteApi);
  const missing = new MissingTokens(test.db, process.leasedTokens);
  const schedule = new TokenRefreshSchedule(
    process.leasedTokens,
    process.suiteTokens,
    corpTokens,
    authorizations,
    missing,
  );
  return { ...process, grants, corpTokens, missing, schedule };
}

export const SUITE_ID = 'wwSuite';

export async function registerSuite(test: TestDatabase): Promise<void> {
  const { suites } = suitesOn(test);
  await suites.registerProvider(PROVIDER);
  await suites.register(suiteInput(SUITE_ID));
  await suites.recordTicket(SUITE_ID, Secret.of('ticket'), 1);
}

/** WeCom's token calls: a new token each time, named after its corp; `refuse` answers an errcode instead. */
export class TokenServer {
  readonly fetched: string[] = [];
  refuse: ((corpId: string) => number | undefined) | undefined;
  holdBack: Promise<void> = Promise.resolve();

  constructor(wecom: ScriptedWecom) {
    wecom.run(async ({ url, body }, response) => {
      const answer = (value: unknown) => response.end(JSON.stringify(value));
      if (url.pathname.endsWith('get_suite_token')) {
        answer({ suite_access_token: 'suite-token', expires_in: 7_200 });
        return;
      }
      const corpId = url.searchParams.get('corpid') ?? (JSON.parse(body) as { auth_corpid: string }).auth_corpid;
      this.fetched.push(corpId);
      const count = this.fetched.filter((fetched) => fetched === corpId).length;
      await this.holdBack;
      const errcode = this.refuse?.(corpId);
      answer(errcode ? { errcode, errmsg: 'refused' } : { access_token: `${corpId}-${count}`, expires_in: 7_200 });
    });
  }

  countOf(corpId: string): number {
    return this.fetched.filter((fetched) => fetched === corpId).length;
  }
}

/** As if `interval` had passed for the tokens of this corp. */
export async function elapse(test: TestDatabase, corpId: string, interval: string): Promise<void> {
  await test.everything(
    `UPDATE tokens SET expires_at = expires_at - $2::interval, refresh_at = refresh_at - $2::interval,
       leased_until = leased_until - $2::interval, cooldown_until = cooldown_until - $2::interval WHERE corp_id = $1`,
    [corpId, interval],
  );
}
