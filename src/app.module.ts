import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AuthorizationsModule } from './modules/authorizations/authorizations.module.js';
import { CallbacksModule } from './modules/callbacks/callbacks.module.js';
import { DeliveriesModule } from './modules/deliveries/deliveries.module.js';
import { InstallModule } from './modules/install/install.module.js';
import { NoticesModule } from './modules/notices/notices.module.js';
import { AccessModule } from './modules/platform/access/access.module.js';
import { AppConfig } from './modules/platform/config/app-config.js';
import { ConfigModule } from './modules/platform/config/config.module.js';
import { DatabaseModule } from './modules/platform/database/database.module.js';
import { HttpModule } from './modules/platform/http/http.module.js';
import { JobsModule } from './modules/platform/jobs/jobs.module.js';
import { ObservabilityModule } from './modules/platform/observability/observability.module.js';
import { SecretsModule } from './modules/platform/secrets/secrets.module.js';
import { SuitesModule } from './modules/suites/suites.module.js';
import { TokensModule } from './modules/tokens/tokens.module.js';
import { WecomModule } from './modules/wecom/wecom.module.js';
import { WecomClientOptions } from './modules/wecom/wecom-client-options.js';

/** The whole platform. Which parts of it work in a process is decided by `ROLE`: one graph, one build. */
@Module({})
export class AppModule {
  static of(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        ObservabilityModule,
        DatabaseModule,
        SecretsModule,
        JobsModule,
        HttpModule,
        AccessModule,
        // Ticks are the workers' business; a command of the CLI is no worker either.
        ...(config.role === 'api' ? [] : [ScheduleModule.forRoot()]),
        WecomModule.forRootAsync({
          inject: [AppConfig],
          useFactory: ({ wecomApiUrl, wecomConnections, wecomTimeoutMs }: AppConfig) =>
            new WecomClientOptions({ baseUrl: wecomApiUrl, connections: wecomConnections, timeoutMs: wecomTimeoutMs }),
        }),
        SuitesModule,
        AuthorizationsModule,
        TokensModule,
        DeliveriesModule,
        NoticesModule,
        CallbacksModule,
        InstallModule,
      ],
    };
  }
}
