import { Injectable } from '@nestjs/common';
import { ClassConstructor } from 'class-transformer';
import { Secret } from '../platform/secrets/secret.js';
import { readAnswer } from './answer-fields.js';
import {
  AuthInfoAnswer,
  type AuthorizedAgent,
  type AuthorizedCorp,
  CorpTokenAnswer,
  type DealerCorp,
  type GrantingCorp,
  type GrantingUser,
  PermanentCodeAnswer,
  PreAuthCodeAnswer,
  ProviderTokenAnswer,
  SuiteTokenAnswer,
} from './responses.js';
import { WecomClient, type WecomRequest } from './wecom.client.js';

/** Count the lifetime from before the call was made: WeCom counts it from when it answered. */
export interface IssuedToken {
  readonly token: Secret;
  readonly expiresInSeconds: number;
}

export interface PreAuthCode {
  readonly preAuthCode: Secret;
  readonly expiresInSeconds: number;
}

/** Answer of the one exchange an auth code allows: write it durably before anything else (G-04). */
export interface PermanentCodeGrant {
  readonly permanentCode: Secret;
  readonly corp: GrantingCorp;
  readonly user: GrantingUser | undefined;
  /** Set when the corp was registered through one of our registration templates. */
  readonly register:
    | { readonly registerCode: Secret | undefined; readonly templateId?: string; readonly state?: string }
    | undefined;
  readonly state: string | undefined;
}

export interface AuthInfo {
  readonly corp: AuthorizedCorp;
  /** Empty for a pure contacts app and for a chat-archive authorisation. */
  readonly agents: readonly AuthorizedAgent[];
  readonly dealer: DealerCorp | undefined;
}

interface TokenAnswer {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** Calls that hand out credentials and authorisations. Each throws a WecomError; none retries. */
@Injectable()
export class SuiteApi {
  constructor(private readonly client: WecomClient) {}

  /** d:90600. Protected by the IP list and the suite ticket; refused tickets: isSuiteTicketRejected. */
  getSuiteToken(suite: { suiteId: string; suiteSecret: Secret; suiteTicket: Secret }): Promise<IssuedToken> {
    return this.#token(SuiteTokenAnswer, {
      path: '/cgi-bin/service/get_suite_token',
      body: { suite_id: suite.suiteId, suite_secret: suite.suiteSecret, suite_ticket: suite.suiteTicket },
    });
  }

  /** d:91200 */
  getProviderToken(provider: { providerCorpId: string; providerSecret: Secret }): Promise<IssuedToken> {
    return this.#token(ProviderTokenAnswer, {
      path: '/cgi-bin/service/get_provider_token',
      body: { corpid: provider.providerCorpId, provider_secret: provider.providerSecret },
    });
  }

  /** d:90601. Get a fresh one for every install attempt. */
  async getPreAuthCode(suiteToken: Secret): Promise<PreAuthCode> {
    const path = '/cgi-bin/service/get_pre_auth_code';
    const answer = await this.client.call({ path, query: { suite_access_token: suiteToken } }, 'always');
    const { preAuthCode, expiresInSeconds } = readAnswer(path, PreAuthCodeAnswer, answer);
    return { preAuthCode: Secret.of(preAuthCode), expiresInSeconds };
  }

  /** d:90602. A suite that is not released yet needs `test`, a released one `formal` (G-23). */
  async setSessionInfo(
    suiteToken: Secret,
    session: { preAuthCode: Secret; installMode: 'formal' | 'test' },
  ): Promise<void> {
    await this.client.call(
      {
        path: '/cgi-bin/service/set_session_info',
        query: { suite_access_token: suiteToken },
        body: {
          pre_auth_code: session.preAuthCode,
          session_info: { auth_type: session.installMode === 'test' ? 1 : 0 },
        },
      },
      'always',
    );
  }

  /**
   * v2, d:100776. The auth code works once: after a failure with `sent: 'maybe'` it may be consumed, and a repeat that
   * answers 40078 means that the permanent code is lost (G-04). An answer without errcode is taken when the code is there.
   */
  async getPermanentCode(suiteToken: Secret, authCode: Secret): Promise<PermanentCodeGrant> {
    const path = '/cgi-bin/service/v2/get_permanent_code';
    const answer = await this.client.call(
      { path, query: { suite_access_token: suiteToken }, body: { auth_code: authCode } },
      'on_failure_only',
    );
    const { permanentCode, corp, user, register, state } = readAnswer(path, PermanentCodeAnswer, answer);
    return {
      permanentCode: Secret.of(permanentCode),
      corp,
      user,
      register: register && {
        ...register,
        registerCode: register.registerCode === undefined ? undefined : Secret.of(register.registerCode),
      },
      state,
    };
  }

  /** v2, d:100779. Also the proof whether an authorization still stands (G-08): 40084 and 48004 mean cancelled. */
  async getAuthInfo(suiteToken: Secret, grant: { corpId: string; permanentCode: Secret }): Promise<AuthInfo> {
    const path = '/cgi-bin/service/v2/get_auth_info';
    const answer = await this.client.call(
      {
        path,
        query: { suite_access_token: suiteToken },
        body: { auth_corpid: grant.corpId, permanent_code: grant.permanentCode },
      },
      'on_failure_only',
    );
    const { corp, authorized, dealer } = readAnswer(path, AuthInfoAnswer, answer);
    return { corp, agents: authorized?.agents ?? [], dealer };
  }

  /** d:90605. Third-party apps only; a customised app is refused with 40084 or 48002 and needs `getToken`. */
  getCorpToken(suiteToken: Secret, grant: { corpId: string; permanentCode: Secret }): Promise<IssuedToken> {
    return this.#token(CorpTokenAnswer, {
      path: '/cgi-bin/service/get_corp_token',
      query: { suite_access_token: suiteToken },
      body: { auth_corpid: grant.corpId, permanent_code: grant.permanentCode },
    });
  }

  /** d:97164. Customised apps: the permanent code is the app's secret. */
  getToken(grant: { corpId: string; permanentCode: Secret }): Promise<IssuedToken> {
    return this.#token(CorpTokenAnswer, {
      path: '/cgi-bin/gettoken',
      query: { corpid: grant.corpId, corpsecret: grant.permanentCode },
    });
  }

  /** Token endpoints leave errcode out on success, so the token itself has to be there as well (G-12). */
  async #token(type: ClassConstructor<TokenAnswer>, request: WecomRequest): Promise<IssuedToken> {
    const answer = await this.client.call(request, 'on_failure_only');
    const { token, expiresInSeconds } = readAnswer(request.path, type, answer);
    return { token: Secret.of(token), expiresInSeconds };
  }
}
