import type { MiniProgramDefinition, ProviderDefinition, SuiteDefinition, SuiteKind } from '../types/definitions.ts';
import type { Corp } from './corp.ts';

export type Provider = Required<Omit<ProviderDefinition, 'token' | 'encodingAesKey'>> &
  Pick<ProviderDefinition, 'token' | 'encodingAesKey'>;
export type Suite = Required<SuiteDefinition>;
export type MiniProgram = Required<MiniProgramDefinition>;

/** What exists: providers, their suites and mini programs, and the corps. */
export class Registry {
  readonly providers = new Map<string, Provider>();
  readonly suites = new Map<string, Suite>();
  readonly corps = new Map<string, Corp>();
  readonly miniPrograms = new Map<string, MiniProgram>();

  putProvider(definition: ProviderDefinition): Provider {
    const provider: Provider = {
      ...definition,
      name: definition.name ?? definition.corpId,
      systemUrl: definition.systemUrl ?? null,
      ipAllowList: definition.ipAllowList ?? null,
    };
    this.providers.set(provider.corpId, provider);
    return provider;
  }

  putSuite(definition: SuiteDefinition): Suite {
    const kind: SuiteKind = definition.kind ?? (definition.suiteId.startsWith('dk') ? 'customized' : 'third-party');
    const suite: Suite = {
      suiteId: definition.suiteId,
      kind,
      name: definition.name ?? definition.suiteId,
      description: definition.description ?? '',
      logoUrl: definition.logoUrl ?? '',
      secret: definition.secret,
      token: definition.token,
      encodingAesKey: definition.encodingAesKey,
      providerCorpId: definition.providerCorpId,
      released: definition.released ?? true,
      commandUrl: definition.commandUrl ?? null,
      dataUrl: definition.dataUrl ?? null,
      installDomain: definition.installDomain ?? null,
      homeUrl: definition.homeUrl ?? '',
      privilegeLevel: definition.privilegeLevel ?? (kind === 'customized' ? 0 : 1),
    };
    this.suites.set(suite.suiteId, suite);
    return suite;
  }

  putCorp(corp: Corp): Corp {
    this.corps.set(corp.corpId, corp);
    return corp;
  }

  putMiniProgram(definition: MiniProgramDefinition): MiniProgram {
    const miniProgram: MiniProgram = {
      appid: definition.appid,
      name: definition.name ?? definition.appid,
      suiteIds: definition.suiteIds ?? [],
      corpIds: definition.corpIds ?? [],
      pages: definition.pages ?? null,
    };
    this.miniPrograms.set(miniProgram.appid, miniProgram);
    return miniProgram;
  }

  suiteHasMiniProgram(suiteId: string): boolean {
    for (const one of this.miniPrograms.values()) if (one.suiteIds.includes(suiteId)) return true;
    return false;
  }

  clear(): void {
    for (const map of [this.providers, this.suites, this.corps, this.miniPrograms]) map.clear();
  }
}
