import { type InstallRequest, SimulatorControl, type SimulatorSettings } from '../../src/control-client.ts';
import { type RunningSimulator, startSimulator } from '../../src/server.ts';
import { suite as firstSuite, template, world } from './sample-world.ts';

export type Answer = Record<string, unknown> & { errcode?: number; errmsg?: string };

/** A simulator with the sample world, and a third-party app that talks to it over HTTP. */
export class SampleApp {
  readonly running: RunningSimulator;
  readonly control: SimulatorControl;

  private constructor(running: RunningSimulator) {
    this.running = running;
    this.control = new SimulatorControl(running.url);
  }

  static async start(settings: Partial<SimulatorSettings> = {}, ticketIntervalSeconds: number | null = null) {
    const running = await startSimulator({
      ticketIntervalSeconds,
      settings: { pushAttempts: 1, ...settings },
      seed: world,
    });
    return new SampleApp(running);
  }

  close(): Promise<void> {
    return this.running.close();
  }

  async get(path: string, query: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.running.url}/cgi-bin/${path}?${new URLSearchParams(query)}`);
    return (await response.json()) as Answer;
  }

  post(path: string, body: unknown, query: Record<string, string> = {}): Promise<Answer> {
    return this.postRaw(path, JSON.stringify(body), query);
  }

  async postRaw(path: string, body: string | Uint8Array, query: Record<string, string> = {}): Promise<Answer> {
    const url = `${this.running.url}/cgi-bin/${path}?${new URLSearchParams(query)}`;
    const response = await fetch(url, { method: 'POST', body });
    return (await response.json()) as Answer;
  }

  /** The ticket of a push that nobody had to take. */
  async ticket(suiteId: string = firstSuite.suiteId): Promise<string> {
    const { plaintext } = await this.control.pushTicket(suiteId);
    return /<SuiteTicket><!\[CDATA\[(.*)\]\]>/.exec(plaintext)?.[1] ?? '';
  }

  async suiteToken(suite = firstSuite): Promise<string> {
    const body = {
      suite_id: suite.suiteId,
      suite_secret: suite.secret,
      suite_ticket: await this.ticket(suite.suiteId),
    };
    return String((await this.post('service/get_suite_token', body)).suite_access_token);
  }

  async preAuthCode(suiteToken: string): Promise<string> {
    return String((await this.get('service/get_pre_auth_code', { suite_access_token: suiteToken })).pre_auth_code);
  }

  exchange(authCode: string, suiteToken: string): Promise<Answer> {
    const query = { suite_access_token: suiteToken };
    return this.post('service/v2/get_permanent_code', { auth_code: authCode }, query);
  }

  /** Installs silently and exchanges the code. */
  async install(corpId: string, request: Partial<InstallRequest> = {}, suite = firstSuite) {
    const { authCode, authorization } = await this.control.install({ suiteId: suite.suiteId, corpId, ...request });
    const suiteToken = await this.suiteToken(suite);
    const { permanent_code: permanentCode } = await this.exchange(authCode, suiteToken);
    return { suiteToken, permanentCode: String(permanentCode), agentId: authorization.agentId };
  }

  /** Installs and fetches the corp's token. */
  async accessToken(corpId: string, request: Partial<InstallRequest> = {}, suite = firstSuite) {
    const { suiteToken, permanentCode, agentId } = await this.install(corpId, request, suite);
    const answer =
      suite.suiteId === template.suiteId
        ? await this.get('gettoken', { corpid: corpId, corpsecret: permanentCode })
        : await this.corpToken(corpId, permanentCode, suiteToken);
    return { accessToken: String(answer.access_token), agentId, permanentCode, suiteToken };
  }

  corpToken(corpId: string, permanentCode: string, suiteToken: string): Promise<Answer> {
    const body = { auth_corpid: corpId, permanent_code: permanentCode };
    return this.post('service/get_corp_token', body, { suite_access_token: suiteToken });
  }

  send(accessToken: string, body: unknown): Promise<Answer> {
    return this.post('message/send', body, { access_token: accessToken });
  }
}

export function notice(content: Record<string, unknown> = {}, around: Record<string, unknown> = {}) {
  return {
    touser: 'woLiWei',
    msgtype: 'miniprogram_notice',
    miniprogram_notice: { appid: 'wxMini01', title: '巡检任务待处理', ...content },
    ...around,
  };
}

export function textMessage(agentid: number, content: string, around: Record<string, unknown> = {}) {
  return { touser: 'woLiWei', msgtype: 'text', agentid, text: { content }, ...around };
}
