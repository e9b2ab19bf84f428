import { secretText } from '../random-source.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { AuthorizationView, InstallRequest } from '../types/authorizations.ts';
import type { Corp } from './corp.ts';
import type { Suite } from './registry.ts';
import { fullRange, VisibleSet } from './visible-range.ts';

export interface Authorization extends AuthorizationView {
  /** Waits for the exchange of the code that reset_permanent_code pushed. */
  nextPermanentCode: string | null;
  visible: VisibleSet | null;
}

const firstAgentId = 1000002;

/** Which corp granted which suite what: one entry per pair, kept after a cancel. */
export class AuthorizationBook {
  private readonly byPair = new Map<string, Authorization>();
  private readonly nextAgentId = new Map<string, number>();
  private readonly settings: SimulatorSettings;

  constructor(settings: SimulatorSettings) {
    this.settings = settings;
  }

  find(suiteId: string, corpId: string): Authorization | undefined {
    return this.byPair.get(pairKey(suiteId, corpId));
  }

  all(): Authorization[] {
    return [...this.byPair.values()];
  }

  /** Installing again while installed renews the consent: same agent, same permanent code. */
  install(suite: Suite, corp: Corp, request: InstallRequest): Authorization {
    const known = this.find(suite.suiteId, corp.corpId);
    const again = known?.status === 'active';
    const keepsCode = again || this.settings.reinstallPermanentCode === 'same';
    const keepsAgent = again || this.settings.reinstallAgentId === 'same';
    const authorization: Authorization = {
      suiteId: suite.suiteId,
      corpId: corp.corpId,
      agentId: keepsAgent && known ? known.agentId : this.newAgentId(corp.corpId),
      status: 'active',
      disabled: false,
      authMode: request.authMode ?? 0,
      test: request.test ?? !suite.released,
      publishStatus: suite.kind === 'customized' ? 0 : 2,
      adminUserId: request.adminUserId ?? corp.admin()?.userId ?? null,
      visibleRange: fullRange(request.visibleRange),
      generation: (known?.generation ?? 0) + (again ? 0 : 1),
      permanentCode: keepsCode && known ? known.permanentCode : secretText(86),
      exchanged: false,
      nextPermanentCode: null,
      visible: null,
    };
    this.byPair.set(pairKey(suite.suiteId, corp.corpId), authorization);
    return authorization;
  }

  cancel(authorization: Authorization): void {
    authorization.status = 'cancelled';
    authorization.nextPermanentCode = null;
  }

  /** Prepares the new secret of a customised app; it counts from the exchange on, or at once (unconfirmed). */
  resetPermanentCode(authorization: Authorization): void {
    authorization.nextPermanentCode = secretText(86);
    if (this.settings.resetOldCode === 'dies-at-once') this.adoptNextCode(authorization);
  }

  adoptNextCode(authorization: Authorization): void {
    authorization.permanentCode = authorization.nextPermanentCode ?? authorization.permanentCode;
    authorization.nextPermanentCode = null;
  }

  /** The app of `corpId` with that agent id, whichever suite it belongs to. */
  findAgent(corpId: string, agentId: number): Authorization | undefined {
    return this.all().find((one) => one.corpId === corpId && one.agentId === agentId && one.status === 'active');
  }

  /** The customised app whose secret this is (gettoken names only corp and secret). */
  findBySecret(corpId: string, secret: string): Authorization | undefined {
    return this.all().find((one) => one.corpId === corpId && one.permanentCode === secret);
  }

  testInstallations(suiteId: string): number {
    return this.all().filter((one) => one.suiteId === suiteId && one.test && one.status === 'active').length;
  }

  visibleSet(authorization: Authorization, corp: Corp): VisibleSet {
    const kept = authorization.visible;
    const fresh =
      kept !== null &&
      kept.corp === corp &&
      kept.corpVersion === corp.version &&
      kept.range === authorization.visibleRange;
    if (!fresh) authorization.visible = new VisibleSet(corp, authorization.visibleRange);
    return authorization.visible as VisibleSet;
  }

  clear(): void {
    this.byPair.clear();
    this.nextAgentId.clear();
  }

  private newAgentId(corpId: string): number {
    const agentId = this.nextAgentId.get(corpId) ?? firstAgentId;
    this.nextAgentId.set(corpId, agentId + 1);
    return agentId;
  }
}

export function authorizationView(authorization: Authorization): AuthorizationView {
  const { nextPermanentCode: _next, visible: _visible, ...view } = authorization;
  return view;
}

function pairKey(suiteId: string, corpId: string): string {
  return `${suiteId} ${corpId}`;
}
