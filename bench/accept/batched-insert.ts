import pg from 'pg';
import { SUITE_ID } from '../load/corps.ts';
import { serveBareApi } from './bare-api.ts';
import type { BareRows } from './bare-rows.ts';

interface Waiting {
  readonly rows: BareRows;
  resolve(): void;
  reject(error: unknown): void;
}

/** All rows of a batch in one statement, so one round trip and one commit: faster here than a statement per table. */
const INSERT_BATCH = `
  WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[])
      AS g (corp_id, notice_id, key, fingerprint, body)
  ), new_notices AS (
    INSERT INTO notices (corp_id, id, suite_id, msgtype, lane, policy, recipient_count, expires_at)
    SELECT corp_id, notice_id, '${SUITE_ID}', 'miniprogram_notice', 'interactive', 'at_least_once', 1,
      now() + interval '24 hours' FROM given
  ), new_deliveries AS (
    INSERT INTO deliveries (corp_id, suite_id, notice_id, ordinal, lane, policy, body, recipient_count, expires_at)
    SELECT corp_id, '${SUITE_ID}', notice_id, 0, 'interactive', 'at_least_once', body, 1,
      now() + interval '24 hours' FROM given
  )
  INSERT INTO idempotency_keys (corp_id, suite_id, key, fingerprint, notice_id)
  SELECT corp_id, '${SUITE_ID}', key, fingerprint, notice_id FROM given`;

/** The limit: what arrives while one batch commits becomes the next; nothing is checked. Two in flight were slower. */
serveBareApi((databaseUrl) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const waiting: Waiting[] = [];
  let committing = false;

  const insert = (batch: readonly BareRows[]) =>
    pool.query({
      name: 'batch',
      text: INSERT_BATCH,
      values: [
        batch.map((rows) => rows.corpId),
        batch.map((rows) => rows.noticeId),
        batch.map((rows) => rows.idempotencyKey),
        batch.map((rows) => rows.fingerprint),
        batch.map((rows) => rows.body),
      ],
    });

  const commitWaiting = async () => {
    committing = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0);
      try {
        await insert(batch.map(({ rows }) => rows));
        for (const { resolve } of batch) {
          resolve();
        }
      } catch (error) {
        for (const { reject } of batch) {
          reject(error);
        }
      }
    }
    committing = false;
  };

  return (rows) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ rows, resolve, reject });
      if (!committing) {
        committing = true;
        setImmediate(() => void commitWaiting());
      }
    });
});
