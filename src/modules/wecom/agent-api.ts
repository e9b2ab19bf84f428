import { Injectable } from '@nestjs/common';
import { Secret } from '../platform/secrets/secret.js';
import { readAnswer } from './answer-fields.js';
import { AgentAnswer } from './responses.js';
import { WecomClient } from './wecom.client.js';

const AGENT_PATH = '/cgi-bin/agent/get';

/** What the corp's admin has set for the app; the first thing to read when a corp gets 81013 or 50003. */
export interface AgentState {
  readonly agentId: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly squareLogoUrl: string | undefined;
  /** True when the corp has switched the app off. */
  readonly closed: boolean;
  readonly visibleUsers: readonly string[];
  readonly visibleParties: readonly number[];
  readonly visibleTags: readonly number[];
  readonly redirectDomain: string | undefined;
  readonly homeUrl: string | undefined;
  /** Customised apps: 0 authorised, 1 created, 2 online, 3 online with an unpublished newer version. */
  readonly customizedPublishStatus: number | undefined;
}

/** Calls about the app inside one corp, made with a corp token. */
@Injectable()
export class AgentApi {
  constructor(private readonly client: WecomClient) {}

  /** d:90363; own app only. Throws a WecomError. */
  async getAgent(token: Secret, agentId: number): Promise<AgentState> {
    const answer = await this.client.call(
      { path: AGENT_PATH, query: { access_token: token, agentid: agentId } },
      'always',
    );
    const { visibleUsers, visibleParties, visibleTags, closed, ...agent } = readAnswer(AGENT_PATH, AgentAnswer, answer);
    return {
      agentId: agent.agentId,
      name: agent.name,
      description: agent.description,
      squareLogoUrl: agent.squareLogoUrl,
      closed: closed ?? false,
      visibleUsers: visibleUsers?.users.flatMap(({ userId }) => (userId === undefined ? [] : [userId])) ?? [],
      visibleParties: visibleParties?.ids ?? [],
      visibleTags: visibleTags?.ids ?? [],
      redirectDomain: agent.redirectDomain,
      homeUrl: agent.homeUrl,
      customizedPublishStatus: agent.customizedPublishStatus,
    };
  }
}
