import { type AuthorizationsService, hasUsableCode } from '../authorizations/authorizations.service.js';
import type { IssuedToken, TokenSource } from '../platform/leases/token-key.js';
import { TokenUnavailable } from '../platform/leases/token-unavailable.errors.js';
import type { SuiteTokensService } from '../suites/suite-tokens.service.js';
import { tokenFetchFailed } from '../suites/token-failure.errors.js';
import type { SuiteApi } from '../wecom/suite-api.js';

export interface CorpTokenServices {
  readonly authorizations: Pick<AuthorizationsService, 'activeAuthorization' | 'permanentCode'>;
  readonly suiteTokens: Pick<SuiteTokensService, 'suiteToken' | 'withSuiteToken'>;
  readonly suiteApi: Pick<SuiteApi, 'getCorpToken' | 'getToken'>;
}

type Grant = Awaited<ReturnType<AuthorizationsService['permanentCode']>>;

/**
 * A corp's token from its permanent code: through the suite token for a third-party app (d:90605), directly for a customised app,
 * where the permanent code is the app's secret and get_corp_token is refused (d:97164).
 */
export class CorpTokenSource implements TokenSource {
  #generation: number | undefined;
  #grant: Grant | undefined;

  /** @param remembered the generation may be up to two seconds old; a token of a later one then reads as `superseded` */
  constructor(
    private readonly authorization: { corpId: string; suiteId: string },
    private readonly services: CorpTokenServices,
    private readonly remembered: boolean,
  ) {}

  /**
   * Which generation's token is wanted. From memory where that will do: the permanent code is only opened when WeCom is asked.
   * @throws AuthorizationNotFound, AuthorizationNotActive
   */
  async generation(): Promise<number> {
    const { corpId, suiteId } = this.authorization;
    const known = this.remembered ? await this.services.authorizations.activeAuthorization(corpId, suiteId) : null;
    this.#generation = known && hasUsableCode(known) ? known.generation : (await this.#granted()).generation;
    return this.#generation;
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
    const { corpId, suiteId } = this.authorization;
    this.#grant ??= await this.services.authorizations.permanentCode(corpId, suiteId);
    if (this.#generation !== undefined && this.#grant.generation !== this.#generation) {
      throw new TokenUnavailable({ corpId, suiteId, kind: 'corp' }, { reason: 'superseded', retryAfterSeconds: 1 });
    }
    return this.#grant;
  }
}
