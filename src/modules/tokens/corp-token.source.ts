import type { AuthorizationsService } from '../authorizations/authorizations.service.js';
import type { IssuedToken, TokenSource } from '../platform/leases/token-key.js';
import type { SuiteTokensService } from '../suites/suite-tokens.service.js';
import { tokenFetchFailed } from '../suites/token-failure.errors.js';
import type { SuiteApi } from '../wecom/suite-api.js';

export interface CorpTokenServices {
  readonly authorizations: Pick<AuthorizationsService, 'permanentCode'>;
  readonly suiteTokens: Pick<SuiteTokensService, 'suiteToken' | 'withSuiteToken'>;
  readonly suiteApi: Pick<SuiteApi, 'getCorpToken' | 'getToken'>;
}

type Grant = Awaited<ReturnType<AuthorizationsService['permanentCode']>>;

/**
 * A corp's token from its permanent code: through the suite token for a third-party app (d:90605), directly for a customised app,
 * where the permanent code is the app's secret and get_corp_token is refused (d:97164).
 */
export class CorpTokenSource implements TokenSource {
  #grant: Grant | undefined;

  constructor(
    private readonly authorization: { corpId: string; suiteId: string },
    private readonly services: CorpTokenServices,
  ) {}

  /** @throws AuthorizationNotActive */
  async generation(): Promise<number> {
    const { corpId, suiteId } = this.authorization;
    this.#grant = await this.services.authorizations.permanentCode(corpId, suiteId);
    return this.#grant.generation;
  }

  async prepare(): Promise<void> {
    const { isCustomized } = await this.#granted();
    if (!isCustomized) await this.services.suiteTokens.suiteToken(this.authorization.suiteId);
  }

  async fetch(): Promise<IssuedToken> {
    const { code, isCustomized } = await this.#granted();
    const { corpId, suiteId } = this.authorization;
    const grant = { corpId, permanentCode: code };
    const { suiteApi, suiteTokens } = this.services;
    try {
      return isCustomized
        ? await suiteApi.getToken(grant)
        : await suiteTokens.withSuiteToken(suiteId, (suiteToken) => suiteApi.getCorpToken(suiteToken, grant));
    } catch (error) {
      throw tokenFetchFailed(error);
    }
  }

  async #granted(): Promise<Grant> {
    if (this.#grant === undefined) await this.generation();
    return this.#grant!;
  }
}
