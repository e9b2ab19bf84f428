import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('Database', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase({ poolSize: 2 });
    await test.everything(`
      INSERT INTO lanes (corp_id, suite_id, lane) VALUES ('wpA', 'ww1', 'bulk'), ('wpB', 'ww1', 'bulk'), ('wpa', 'ww1', 'bulk')`);
  });
  afterAll(() => test.drop());

  const corps = 'SELECT corp_id FROM lanes ORDER BY corp_id';

  it('shows nothing of a tenant table when no tenant is named', async () => {
    expect(await test.db.rows(corps)).toEqual([]);
    expect(await test.db.transaction((tx) => tx.rows(corps))).toEqual([]);
  });

  it('shows one corp its own rows only, and tells ids apart by case', async () => {
    expect(await test.db.asCorp('wpA', (tx) => tx.rows(corps))).toEqual([{ corp_id: 'wpA' }]);
    expect(await test.db.asCorp('wpa', (tx) => tx.rows(corps))).toEqual([{ corp_id: 'wpa' }]);
  });

  it('refuses to write a row of another corp', async () => {
    const foreign = `INSERT INTO lanes (corp_id, suite_id, lane) VALUES ('wpB', 'ww2', 'bulk')`;
    await expect(test.db.asCorp('wpA', (tx) => tx.count(foreign))).rejects.toMatchObject({ sqlstate: '42501' });
  });

  it('shows a worker every tenant, but no data key', async () => {
    await test.everything(
      `INSERT INTO data_keys (corp_id, suite_id, id, kek_id, wrapped) VALUES ('wpA', 'ww1', gen_random_uuid(), 'k', '\\x00')`,
    );
    const seen = await test.db.asWorker(async (tx) => [await tx.rows(corps), await tx.rows('SELECT * FROM data_keys')]);
    expect(seen).toEqual([[{ corp_id: 'wpA' }, { corp_id: 'wpB' }, { corp_id: 'wpa' }], []]);
  });

  it('leaves no tenant behind on a pooled connection', async () => {
    await test.db.asCorp('wpA', (tx) => tx.rows(corps));
    await expect(test.db.asCorp('wpA', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    for (let borrowed = 0; borrowed < 4; borrowed++) expect(await test.db.rows(corps)).toEqual([]);
  });

  it('refuses a corp id that could end the statement it is written into', async () => {
    await expect(test.db.asCorp(`x'; DROP TABLE lanes; --`, (tx) => tx.rows(corps))).rejects.toMatchObject({
      sqlstate: '22023',
    });
  });

  it('says so when work swallowed the failure of a statement, instead of committing nothing in silence', async () => {
    const swallow = test.db.transaction(async (tx) => {
      await tx.rows('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(swallow).rejects.toMatchObject({ sqlstate: '25P02' });
  });

  it('never carries a bound parameter in an error', async () => {
    const failure = await test.db.rows('SELECT $1::int', ['s3cret-value']).catch((error: unknown) => error);
    const { inspect } = await import('node:util');
    expect(inspect(failure, { depth: 10 }) + JSON.stringify(failure)).not.toContain('s3cret-value');
  });

  it('does not lend out a connection whose transaction was cut off by the server', async () => {
    const killed = test.db.asCorp('wpA', async (tx) => {
      const [self] = await tx.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await test.everything('SELECT pg_terminate_backend($1)', [self?.pid]);
      return tx.rows(corps);
    });
    await expect(killed).rejects.toThrow();
    for (let borrowed = 0; borrowed < 4; borrowed++) expect(await test.db.rows(corps)).toEqual([]);
  });

  it('gives every tenant table forced row-level security', async () => {
    const open = await test.everything(`
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'corp_id')`);
    expect(open).toEqual([]);
  });

  it('begins every unique index of a tenant table with the tenant', async () => {
    const loose = await test.everything(`
      SELECT i.indexrelid::regclass::text AS name FROM pg_index i
      JOIN pg_attribute t ON t.attrelid = i.indrelid AND t.attname = 'corp_id'
      WHERE i.indisunique AND i.indkey[0] <> t.attnum`);
    expect(loose).toEqual([]);
  });

  it('runs as a role that owns no table and cannot bypass row-level security', async () => {
    const [role] = await test.db.rows(`
      SELECT rolsuper, rolbypassrls, (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owned
      FROM pg_roles r WHERE rolname = current_user`);
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, owned: 0 });
  });
});
