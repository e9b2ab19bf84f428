import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { JobQueue } from '../platform/jobs/jobs.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import { SuiteTokensService } from '../suites/suite-tokens.service.js';
import { type AuthInfo, SuiteApi } from '../wecom/suite-api.js';
import { isAuthorizationRejected } from '../wecom/wecom.errors.js';
import { ActiveAuthorizations } from './active-authorizations.js';
import { AuthorizationEnding } from './authorization-ending.js';
import { AuthorizationStates } from './authorization-states.js';
import { AuthorizationNotActive, AuthorizationNotFound } from './authorizations.errors.js';
import { type AuthorizationInfo, AuthorizationsRepository } from './authorizations.repository.js';
import type { Authorization, AuthorizationKey, MoveCause, PermanentCode } from './authorizations.types.js';
import { permanentCodePlace } from './permanent-code-place.js';

export const PULL_INFO: JobQueue<AuthorizationKey> = {
  name: 'authorization-info',
  expireInSeconds: 60,
  // The sweep asks again every minute, for as long as it takes.
  retryLimit: 4,
  retryDelaySeconds: 1,
  retryDelayMaxSeconds: 15,
  concurrency: 8,
};

/** What WeCom says about an authorization: `v2/get_auth_info` (d:100779), with the newest permanent code. */
@Injectable()
export class AuthorizationInfoService {
  private readonly logger = new Logger(AuthorizationInfoService.name);

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly authorizations: AuthorizationsRepository,
    private readonly states: AuthorizationStates,
    private readonly ending: AuthorizationEnding,
    private readonly active: ActiveAuthorizations,
    private readonly suiteTokens: SuiteTokensService,
    private readonly suiteApi: SuiteApi,
  ) {}

  /** @throws AuthorizationNotFound, AuthorizationNotActive when no code is stored any more */
  async storedCode(key: AuthorizationKey): Promise<PermanentCode & { authorization: Authorization }> {
    return this.database.asCorp(key.corpId, async (tx) => {
      const authorization = await this.authorizations.find(tx, key);
      if (!authorization) throw new AuthorizationNotFound();
      const sealed = await this.authorizations.sealedCode(tx, key);
      if (!sealed || authorization.state === 'cancelled') throw new AuthorizationNotActive(authorization.state);
      const { generation, isCustomized } = authorization;
      const code = await this.box.open(tx, permanentCodePlace(key, generation), sealed);
      return { code, generation, isCustomized, authorization };
    });
  }

  /** Whether WeCom still knows the present generation. @throws WecomError when WeCom cannot be asked */
  async isStillAuthorized(key: AuthorizationKey): Promise<{ generation: number; authorized: boolean }> {
    const { code, generation } = await this.storedCode(key);
    try {
      await this.ask(key, code);
      return { generation, authorized: true };
    } catch (error) {
      if (isAuthorizationRejected(error)) return { generation, authorized: false };
      throw error;
    }
  }

  /**
   * Reads agent, visible range, privileges and corp profile, and what follows from being refused.
   * @param cause `change_event` when WeCom announced a change, which also ends `disabled`
   */
  async pull(key: AuthorizationKey, cause: Extract<MoveCause, 'info_pulled' | 'change_event'>): Promise<void> {
    const { code, generation, authorization } = await this.storedCode(key);
    let info: AuthInfo;
    try {
      info = await this.ask(key, code);
    } catch (error) {
      if (!isAuthorizationRejected(error)) throw error;
      await this.refused(authorization, error.errcode);
      return;
    }
    const kept = await this.database.asCorp(key.corpId, (tx) =>
      this.authorizations.keepInfo(tx, key, generation, infoOf(info)),
    );
    this.active.forget(key);
    if (!kept) return;
    this.logger.log({ ...key, generation, agents: info.agents.length }, 'authorization info pulled');
    if (this.states.leadsTo(authorization.state, 'active', cause)) {
      await this.states.move({ ...key, to: 'active', cause, generation, evidence: {} });
    }
  }

  private ask({ corpId, suiteId }: AuthorizationKey, permanentCode: PermanentCode['code']): Promise<AuthInfo> {
    return this.suiteTokens.withSuiteToken(suiteId, (token) =>
      this.suiteApi.getAuthInfo(token, { corpId, permanentCode }),
    );
  }

  /**
   * The newest code is refused. When a cancel_auth of this generation had come before the generation itself, that was it. Otherwise
   * nothing is destroyed on WeCom's word alone: the credentials stay, unused, until a cancellation or a new installation.
   */
  private async refused(authorization: Authorization, errcode: number): Promise<void> {
    const { generation, authorizedEventTime } = authorization;
    const evidence = { errcode };
    const isCancelled = await this.database.asCorp(authorization.corpId, (tx) =>
      this.authorizations.hasCancelEventSince(tx, authorization, authorizedEventTime ?? 0),
    );
    if (isCancelled) await this.ending.end(authorization, 'info_refused', evidence);
    else if (this.states.leadsTo(authorization.state, 'needs_reauthorization', 'info_refused')) {
      const { corpId, suiteId } = authorization;
      await this.states.move({
        corpId,
        suiteId,
        to: 'needs_reauthorization',
        cause: 'info_refused',
        generation,
        evidence,
      });
    }
  }
}

/** Modern suites have one agent; a pure contacts app has none. */
function infoOf({ corp, agents, dealer }: AuthInfo): AuthorizationInfo {
  const [agent] = agents;
  return {
    corpName: corp.corpName,
    corpInfo: { ...corp, dealer },
    agentId: agent?.agentId,
    authMode: agent?.authMode,
    privilege: agent?.privilege,
    isCustomized: agent?.isCustomizedApp,
  };
}
