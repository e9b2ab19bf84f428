import type { SimulatorSettings } from '../settings.ts';
import type { AuthorizationView, InstallRequest } from './authorizations.ts';
import type { CorpDefinition, MiniProgramDefinition, ProviderDefinition, SuiteDefinition } from './definitions.ts';

export interface StateView {
  providers: ProviderDefinition[];
  suites: SuiteDefinition[];
  corps: CorpDefinition[];
  miniPrograms: MiniProgramDefinition[];
  authorizations: AuthorizationView[];
}

/** A whole starting state; everything is created in the order of the fields. */
export interface SimulatorSeed {
  settings?: Partial<SimulatorSettings>;
  providers?: ProviderDefinition[];
  suites?: SuiteDefinition[];
  corps?: CorpDefinition[];
  miniPrograms?: MiniProgramDefinition[];
  /** Installed silently. */
  installs?: InstallRequest[];
}
