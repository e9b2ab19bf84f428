import { DataSource, type DataSourceOptions } from 'typeorm';

export interface DataSourceInput {
  url: string;
  poolSize: number;
  applicationName: string;
  /** Server side: a client-side timeout would hand an open transaction back to the pool (design §8). */
  statementTimeoutMs: number;
}

/** Options of the running platform. Schema changes only ever come from migrations (`migrate.ts`). */
export function dataSourceOptions(input: DataSourceInput): DataSourceOptions {
  return {
    type: 'postgres',
    url: input.url,
    applicationName: input.applicationName,
    poolSize: input.poolSize,
    synchronize: false,
    logging: false,
    extra: {
      statement_timeout: input.statementTimeoutMs,
      idle_in_transaction_session_timeout: 10_000,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // BEGIN and what follows it go out in one write instead of waiting for each other.
      pipeline: true,
    },
  };
}

export function createDataSource(input: DataSourceInput): DataSource {
  return new DataSource(dataSourceOptions(input));
}
