import type { Writable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ClientBase, QueryResult } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { DatabaseError } from './database-error.js';

export type Row = Record<string, unknown>;

/** A transaction in progress. `manager` is TypeORM's, bound to the same connection. */
export interface Tx {
  /** Rows of a select, or of any statement with RETURNING. */
  rows<T = Row>(sql: string, params?: unknown[]): Promise<T[]>;
  /** Rows the statement affected. */
  count(sql: string, params?: unknown[]): Promise<number>;
  readonly manager: EntityManager;
}

const BEGIN_AS_WORKER = `BEGIN; SET LOCAL suitepost.scope = 'worker'; SET LOCAL jit = off`;
const CORP_ID = /^[A-Za-z0-9_.@-]{1,128}$/;

/**
 * The way to the database. Tables of tenants show a row only inside `asCorp`, `asCorps` or `asWorker`: row-level security
 * compares with a setting that lives exactly as long as the transaction, so nothing leaks through a pooled connection.
 *
 * TypeORM's `transaction()` swallows a failed ROLLBACK and gives the connection back as healthy; the next borrower would read
 * as the first tenant. So transactions are opened here, and a connection that cannot end its transaction is destroyed.
 */
@Injectable()
export class Database {
  constructor(@InjectDataSource() protected readonly dataSource: DataSource) {}

  /** One statement outside a transaction, on tables that have no tenant. */
  async rows<T = Row>(sql: string, params: unknown[] = []): Promise<T[]> {
    return (await this.statement(sql, params)).rows as T[];
  }

  /** Like `rows`, for statements whose only answer is how many rows they touched. */
  async count(sql: string, params: unknown[] = []): Promise<number> {
    return (await this.statement(sql, params)).rowCount ?? 0;
  }

  /** A transaction on tables that have no tenant. */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run('BEGIN', work);
  }

  /** A transaction that sees the rows of one corp, and of that corp only. */
  async asCorp<T>(corpId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.asCorps([corpId], work);
  }

  /** A transaction that sees the rows of these corps: for statements that serve a batch of tenants at once. */
  async asCorps<T>(corpIds: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    for (const corpId of corpIds) {
      if (!CORP_ID.test(corpId))
        throw new DatabaseError('22023', 'not a corp id: refused before it reached the database');
    }
    // Checked against CORP_ID above: no quote can occur. One message for both statements saves a round trip.
    return this.run(`BEGIN; SET LOCAL suitepost.corp_ids = '${[...new Set(corpIds)].join(',')}'`, work);
  }

  /**
   * A transaction that sees every tenant's rows except the data keys: it can schedule and count, and open no secret.
   * @param options.durable false: the commit does not wait for the disk, for what the next sweep would do again
   */
  async asWorker<T>(work: (tx: Tx) => Promise<T>, options: { durable: boolean } = { durable: true }): Promise<T> {
    return this.run(options.durable ? BEGIN_AS_WORKER : `${BEGIN_AS_WORKER}; SET LOCAL synchronous_commit = off`, work);
  }

  private async statement(sql: string, params: unknown[]): Promise<QueryResult> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as ClientBase;
      return await client.query(sql, params);
    } catch (error) {
      throw DatabaseError.from(error);
    } finally {
      await runner.release();
    }
  }

  private async run<T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let client: ClientBase;
    try {
      client = (await runner.connect()) as ClientBase;
    } catch (error) {
      await discard(runner);
      throw DatabaseError.from(error);
    }
    // Not awaited before the work begins: the first statement goes out in the same write. It can only fail with the connection.
    holdWrites(client);
    const begun = client.query(begin);
    begun.catch(() => undefined);
    markTransaction(runner, true);
    try {
      const result = await work(transactionOn(client, runner.manager));
      await begun;
      const ended = await client.query('COMMIT');
      // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error: the work swallowed a statement's failure.
      if (ended.command !== 'COMMIT')
        throw new DatabaseError('25P02', 'transaction was rolled back: a statement in it had failed');
      markTransaction(runner, false);
      await runner.release();
      return result;
    } catch (error) {
      await this.rollback(client, runner);
      throw isDriverError(error) ? DatabaseError.from(error) : error;
    }
  }

  private async rollback(client: ClientBase, runner: QueryRunner): Promise<void> {
    try {
      await client.query('ROLLBACK');
      markTransaction(runner, false);
      await runner.release();
    } catch {
      await discard(runner);
    }
  }
}

function transactionOn(client: ClientBase, manager: EntityManager): Tx {
  const query = async (sql: string, params: unknown[]): Promise<QueryResult> => {
    try {
      return await client.query(sql, params);
    } catch (error) {
      throw DatabaseError.from(error);
    }
  };
  return {
    manager,
    rows: async <T>(sql: string, params: unknown[] = []) => (await query(sql, params)).rows as T[],
    count: async (sql, params = []) => (await query(sql, params)).rowCount ?? 0,
  };
}

/**
 * Until this turn of the event loop is over: what is written in it leaves as one packet. Measured on accepting notices: 235 against 215 µs
 * of this process's time for each.
 */
function holdWrites(client: ClientBase): void {
  const { connection } = client as ClientBase & { connection?: { stream?: Pick<Writable, 'cork' | 'uncork'> } };
  const stream = connection?.stream;
  if (!stream) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** TypeORM must know, or `manager.save()` would open and commit a transaction of its own inside ours. Its type says read-only. */
function markTransaction(runner: QueryRunner, active: boolean): void {
  (runner as { isTransactionActive: boolean }).isTransactionActive = active;
}

/** Gives the connection back as broken, so that the pool closes it instead of lending an open transaction to the next caller. */
async function discard(runner: QueryRunner): Promise<void> {
  const destroy = (runner as QueryRunner & { releasePostgresConnection?: (error?: Error) => Promise<void> })
    .releasePostgresConnection;
  if (destroy) await destroy.call(runner, new Error('transaction could not be ended'));
  else await runner.release();
}

function isDriverError(error: unknown): boolean {
  return error instanceof Error && ('driverError' in error || ('severity' in error && 'code' in error));
}
