import { DynamicModule, FactoryProvider, Module, ModuleMetadata } from '@nestjs/common';
import { AgentApi } from './agent-api.js';
import { MessageApi } from './message-api.js';
import { SuiteApi } from './suite-api.js';
import { WecomClient } from './wecom.client.js';
import { WecomClientOptions } from './wecom-client-options.js';

type WecomModuleOptions = Pick<ModuleMetadata, 'imports'> &
  Pick<FactoryProvider<WecomClientOptions>, 'inject' | 'useFactory'>;

@Module({})
export class WecomModule {
  /** Call it once, in the root module. Global, because the process must have one connection pool, not one per importer. */
  static forRootAsync({ imports, inject, useFactory }: WecomModuleOptions): DynamicModule {
    return {
      module: WecomModule,
      global: true,
      ...(imports ? { imports } : {}),
      providers: [
        { provide: WecomClientOptions, useFactory, ...(inject ? { inject } : {}) },
        WecomClient,
        SuiteApi,
        AgentApi,
        MessageApi,
      ],
      exports: [SuiteApi, AgentApi, MessageApi],
    };
  }
}
