import type { QueryRunner } from 'typeorm';

/** The group role that the running platform belongs to; never the owner of a table, never able to bypass a policy. */
export const RUNTIME_ROLE = 'suitepost_runtime';

/**
 * Row-level security as the second wall behind the tenant predicate of every statement: without a tenant set, a tenant
 * table is empty. The setting holds a comma-separated list of corp ids; after a transaction it is the empty string, not
 * null, so the policy compares lists of text and never casts.
 *
 * @param options.worker statements that serve all tenants at once (claiming lanes, due tokens) may see the table too;
 *   never granted on `data_keys`, so such a statement can open no secret.
 */
export async function forceTenantIsolation(
  runner: QueryRunner,
  table: string,
  options: { worker: boolean; sharedRowsWithoutCorp?: boolean },
): Promise<void> {
  // The settings stand in sub-selects so that they are read once per statement: written plainly, a list of 200 corps is split
  // again for every row of a batch (measured: 446 against 250 µs of PostgreSQL's time per notice).
  const corps = `corp_id = ANY ((SELECT string_to_array(current_setting('suitepost.corp_ids', true), ','))::text[])`;
  const shared = options.sharedRowsWithoutCorp ? ` OR corp_id = ''` : '';
  const worker = options.worker ? ` OR (SELECT current_setting('suitepost.scope', true)) = 'worker'` : '';
  await runner.query(`
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON ${table} USING (${corps}${shared}${worker}) WITH CHECK (${corps}${shared}${worker});
  `);
}
