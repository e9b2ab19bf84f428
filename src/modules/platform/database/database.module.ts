import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../config/app-config.js';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { RESERVED_DATA_SOURCE, ReservedDatabase } from './reserved-database.js';

const RESERVED_CONNECTIONS = 3;
const STATEMENT_TIMEOUT_MS = 15_000;
/** WeCom cuts an authorisation callback after 1000 ms (d:100964): better a quick refusal than a late success. */
const RESERVED_STATEMENT_TIMEOUT_MS = 600;

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        ...dataSourceOptions({
          url: config.databaseUrl.reveal(),
          poolSize: config.databasePoolSize,
          applicationName: `suitepost-${config.role}`,
          statementTimeoutMs: STATEMENT_TIMEOUT_MS,
        }),
        autoLoadEntities: true,
      }),
    }),
    TypeOrmModule.forRootAsync({
      name: RESERVED_DATA_SOURCE,
      inject: [AppConfig],
      useFactory: (config: AppConfig) =>
        dataSourceOptions({
          url: config.databaseUrl.reveal(),
          poolSize: RESERVED_CONNECTIONS,
          applicationName: `suitepost-${config.role}-reserved`,
          statementTimeoutMs: RESERVED_STATEMENT_TIMEOUT_MS,
        }),
    }),
  ],
  providers: [Database, ReservedDatabase],
  exports: [Database, ReservedDatabase],
})
export class DatabaseModule {}
