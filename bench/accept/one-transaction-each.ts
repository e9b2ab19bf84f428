import pg from 'pg';
import { SUITE_ID } from '../load/corps.ts';
import { serveBareApi } from './bare-api.ts';

const INSERT_NOTICE = `INSERT INTO notices (corp_id, id, suite_id, msgtype, lane, policy, recipient_count, expires_at)
  VALUES ($1, $2, '${SUITE_ID}', 'miniprogram_notice', 'interactive', 'at_least_once', 1, now() + interval '24 hours')`;

const INSERT_DELIVERY = `INSERT INTO deliveries
  (corp_id, suite_id, notice_id, ordinal, lane, policy, body, recipient_count, expires_at)
  VALUES ($1, '${SUITE_ID}', $2, 0, 'interactive', 'at_least_once', $3, 1, now() + interval '24 hours')`;

const INSERT_IDEMPOTENCY_KEY = `INSERT INTO idempotency_keys (corp_id, suite_id, key, fingerprint, notice_id)
  VALUES ($1, '${SUITE_ID}', $2, $3, $4)`;

/** The usual way to write it: each request opens a transaction, inserts with prepared statements, commits. */
serveBareApi((databaseUrl) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  return async ({ corpId, noticeId, body, idempotencyKey, fingerprint }) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query({ name: 'notice', text: INSERT_NOTICE, values: [corpId, noticeId] });
      await client.query({ name: 'delivery', text: INSERT_DELIVERY, values: [corpId, noticeId, body] });
      const keyValues = [corpId, idempotencyKey, fingerprint, noticeId];
      await client.query({ name: 'key', text: INSERT_IDEMPOTENCY_KEY, values: keyValues });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
});
