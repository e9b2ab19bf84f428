import type { SimulatorSettings } from './settings.ts';
import type { AuthorizationView, ChangeRequest, InstallRequest, InstallResult } from './types/authorizations.ts';
import type {
  CorpDefinition,
  MemberDefinition,
  MiniProgramDefinition,
  ProviderDefinition,
  SuiteDefinition,
} from './types/definitions.ts';
import type { FaultDefinition, FaultView, InvalidateTokensRequest } from './types/faults.ts';
import type { PushRecord, PushRequest, RawPushRequest, SuiteVerification, UrlVerification } from './types/pushes.ts';
import type { CallCounts, ClockView, InboxEntry, LedgerPage, LedgerQuery, SimulatorStats } from './types/records.ts';
import type { SimulatorSeed, StateView } from './types/seed.ts';

export type { SimulatorSettings } from './settings.ts';
export type * from './types/authorizations.ts';
export type * from './types/definitions.ts';
export type * from './types/faults.ts';
export type * from './types/pushes.ts';
export type * from './types/records.ts';
export type * from './types/seed.ts';

/** The control API answered something else than 2xx; `message` is its own explanation. */
export class SimulatorControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'SimulatorControlError';
    this.status = status;
  }
}

/** Steers a running simulator over HTTP: what WeCom's consoles, its clock, its network and its members would do. */
export class SimulatorControl {
  readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
  }

  /** Back to an empty server: state, settings, faults, ledger, clock. */
  reset(): Promise<void> {
    return this.call('POST', '/control/reset');
  }
  seed(seed: SimulatorSeed): Promise<StateView> {
    return this.call('POST', '/control/seed', seed);
  }
  state(): Promise<StateView> {
    return this.call('GET', '/control/state');
  }
  settings(): Promise<SimulatorSettings> {
    return this.call('GET', '/control/settings');
  }
  changeSettings(change: Partial<SimulatorSettings>): Promise<SimulatorSettings> {
    return this.call('PATCH', '/control/settings', change);
  }

  putProvider(provider: ProviderDefinition): Promise<ProviderDefinition> {
    return this.call('PUT', path`/control/providers/${provider.corpId}`, provider);
  }
  putSuite(suite: SuiteDefinition): Promise<SuiteDefinition> {
    return this.call('PUT', path`/control/suites/${suite.suiteId}`, suite);
  }
  putCorp(corp: CorpDefinition): Promise<CorpDefinition> {
    return this.call('PUT', path`/control/corps/${corp.corpId}`, corp);
  }
  putMember(corpId: string, member: MemberDefinition): Promise<MemberDefinition> {
    return this.call('PUT', path`/control/corps/${corpId}/members/${member.userId}`, member);
  }
  removeMember(corpId: string, userId: string): Promise<void> {
    return this.call('DELETE', path`/control/corps/${corpId}/members/${userId}`);
  }
  putMiniProgram(miniProgram: MiniProgramDefinition): Promise<MiniProgramDefinition> {
    return this.call('PUT', path`/control/mini-programs/${miniProgram.appid}`, miniProgram);
  }

  install(request: InstallRequest): Promise<InstallResult> {
    return this.call('POST', '/control/authorizations', request);
  }
  authorization(suiteId: string, corpId: string): Promise<AuthorizationView> {
    return this.call('GET', path`/control/authorizations/${suiteId}/${corpId}`);
  }
  cancel(suiteId: string, corpId: string, options: { push?: boolean } = {}): Promise<PushRecord | null> {
    return this.call('POST', path`/control/authorizations/${suiteId}/${corpId}/cancel`, options);
  }
  change(suiteId: string, corpId: string, request: ChangeRequest): Promise<PushRecord | null> {
    return this.call('POST', path`/control/authorizations/${suiteId}/${corpId}/change`, request);
  }
  /** 重新获取 secret of a customised app (d:94758). */
  resetPermanentCode(suiteId: string, corpId: string): Promise<InstallResult> {
    return this.call('POST', path`/control/authorizations/${suiteId}/${corpId}/reset-permanent-code`, {});
  }
  /**
   * Does what the corporate admin does in the browser: opens the install link and approves. Returns where the browser
   * would be sent (the redirect_uri with auth_code, expires_in and state).
   */
  async approveInstall(installUrl: string, corpId: string, visibleRange?: Partial<VisibleRangeForm>): Promise<string> {
    const query = new URL(installUrl, this.baseUrl).searchParams;
    const form = new URLSearchParams(query);
    form.set('corp_id', corpId);
    form.set('decision', 'approve');
    for (const userId of visibleRange?.userIds ?? []) form.append('user', userId);
    for (const id of visibleRange?.departmentIds ?? []) form.append('department', String(id));
    const url = `${this.baseUrl}/3rdapp/install`;
    const response = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status !== 302 || location === null) {
      const errcode = /data-errcode="(\d+)"/.exec(await response.text())?.[1] ?? 'none';
      throw new SimulatorControlError(response.status, `the install page did not redirect, errcode ${errcode}`);
    }
    await response.body?.cancel();
    return location;
  }

  pushTicket(suiteId: string): Promise<PushRecord> {
    return this.call('POST', path`/control/suites/${suiteId}/ticket`, {});
  }
  push(request: PushRequest): Promise<PushRecord> {
    return this.call('POST', '/control/push', request);
  }
  pushRaw(request: RawPushRequest): Promise<PushRecord> {
    return this.call('POST', '/control/push/raw', request);
  }
  pushes(query: { after?: number; limit?: number } = {}): Promise<PushRecord[]> {
    return this.call('GET', `/control/pushes${queryString(query)}`);
  }
  /** What saving the URLs in the console does: GET both, then one ticket. */
  verifyUrls(suiteId: string): Promise<SuiteVerification> {
    return this.call('POST', path`/control/suites/${suiteId}/verify-urls`, {});
  }
  verifySystemUrl(providerCorpId: string): Promise<UrlVerification> {
    return this.call('POST', path`/control/providers/${providerCorpId}/verify-url`, {});
  }

  clock(): Promise<ClockView> {
    return this.call('GET', '/control/clock');
  }
  /** Moves the simulator's clock; tickets that fell due are pushed before this resolves. */
  advanceClock(advanceSeconds: number): Promise<ClockView> {
    return this.call('POST', '/control/clock', { advanceSeconds });
  }

  addFault(fault: FaultDefinition): Promise<FaultView> {
    return this.call('POST', '/control/faults', fault);
  }
  faults(): Promise<FaultView[]> {
    return this.call('GET', '/control/faults');
  }
  removeFault(id: number): Promise<void> {
    return this.call('DELETE', path`/control/faults/${String(id)}`);
  }
  clearFaults(): Promise<void> {
    return this.call('DELETE', '/control/faults');
  }
  invalidateTokens(request: InvalidateTokensRequest = {}): Promise<{ invalidated: number }> {
    return this.call('POST', '/control/tokens/invalidate', request);
  }

  inbox(corpId: string, userId: string): Promise<InboxEntry[]> {
    return this.call('GET', path`/control/corps/${corpId}/members/${userId}/inbox`);
  }
  clearInboxes(): Promise<void> {
    return this.call('DELETE', '/control/inboxes');
  }
  ledger(query: LedgerQuery = {}): Promise<LedgerPage> {
    return this.call('GET', `/control/ledger${queryString(query)}`);
  }
  clearLedger(): Promise<void> {
    return this.call('POST', '/control/ledger/clear');
  }
  counts(): Promise<CallCounts> {
    return this.call('GET', '/control/counts');
  }
  stats(): Promise<SimulatorStats> {
    return this.call('GET', '/control/stats');
  }

  private async call<T>(method: string, target: string, body?: unknown): Promise<T> {
    const response = await fetch(this.baseUrl + target, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json; charset=utf-8' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new SimulatorControlError(response.status, `${method} ${target}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

/** What the install page lets the admin choose. */
export interface VisibleRangeForm {
  userIds: string[];
  departmentIds: number[];
}

function path(parts: TemplateStringsArray, ...ids: string[]): string {
  return parts.reduce((whole, part, index) => whole + encodeURIComponent(ids[index - 1] ?? '') + part);
}

function queryString(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}
