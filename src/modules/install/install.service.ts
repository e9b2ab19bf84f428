import { Injectable, Logger } from '@nestjs/common';
import { AuthCodeLost, AuthCodePending } from '../authorizations/authorizations.errors.js';
import { AuthorizationsService } from '../authorizations/authorizations.service.js';
import { AppConfig } from '../platform/config/app-config.js';
import { Secret } from '../platform/secrets/secret.js';
import { SuiteTokensService } from '../suites/suite-tokens.service.js';
import { SuitesService } from '../suites/suites.service.js';
import { SuiteApi } from '../wecom/suite-api.js';
import type { InstallResult } from './install-texts.js';

/** `auth_type` 1: not released yet, installs in test mode and needs set_session_info to say so (d:90602). */
const TEST_MODE = 1;
/** WeCom's bounds are 64..512 bytes (d:100776); shorter ones are its own to refuse. */
const AUTH_CODE = /^[\x21-\x7e]{1,512}$/;

/** What the install pages do: get a link to WeCom's consent page, and take what comes back from it. */
@Injectable()
export class InstallService {
  private readonly logger = new Logger(InstallService.name);

  constructor(
    private readonly config: AppConfig,
    private readonly suites: SuitesService,
    private readonly suiteTokens: SuiteTokensService,
    private readonly suiteApi: SuiteApi,
    private readonly authorizations: AuthorizationsService,
  ) {}

  /** @throws SuiteUnknown */
  async app(suiteId: string): Promise<{ suiteId: string; name: string; isTest: boolean }> {
    const suite = await this.suites.get(suiteId);
    return { suiteId: suite.suiteId, name: suite.name, isTest: suite.authType === TEST_MODE };
  }

  /** The address of WeCom's consent page for one attempt (d:90597). @throws SuiteUnknown, TokenUnavailable, WecomError */
  async consentUrl(suiteId: string, state: string): Promise<string> {
    const { isTest } = await this.app(suiteId);
    const preAuthCode = await this.suiteTokens.withSuiteToken(suiteId, async (token) => {
      const issued = await this.suiteApi.getPreAuthCode(token);
      // A released suite must not, and need not, be told its mode: formal is the default.
      if (isTest) {
        await this.suiteApi.setSessionInfo(token, { preAuthCode: issued.preAuthCode, installMode: 'test' });
      }
      return issued.preAuthCode;
    });
    const url = new URL('/3rdapp/install', this.config.wecomOpenUrl);
    url.searchParams.set('suite_id', suiteId);
    url.searchParams.set('pre_auth_code', preAuthCode.reveal());
    url.searchParams.set('redirect_uri', `${this.config.publicUrl}/install/${encodeURIComponent(suiteId)}/done`);
    url.searchParams.set('state', state);
    return url.href;
  }

  /** Takes the auth code of a browser whose state was verified. */
  async finish(suiteId: string, authCode: string | undefined): Promise<InstallResult> {
    if (!authCode) return 'refused';
    if (!AUTH_CODE.test(authCode)) return 'code_expired';
    try {
      const { outcome } = await this.authorizations.consumeAuthCode({
        suiteId,
        authCode: Secret.of(authCode),
        source: 'redirect',
      });
      return outcome === 'exchanged' ? 'installed' : 'already_installed';
    } catch (error) {
      if (error instanceof AuthCodeLost) return 'code_expired';
      if (error instanceof AuthCodePending) return 'try_later';
      this.logger.error({ suiteId, err: error }, 'installation could not be finished');
      return 'try_later';
    }
  }
}
