/*
 * Statements on `tokens`, all on the database's clock. $1 corp, $2 suite, $3 kind, $4 generation wherever a row is named.
 * now() is the start of the transaction, never later than the moment we write: what it decides is on the safe side.
 */

const ROW = 'corp_id = $1 AND suite_id = $2 AND kind = $3';
const NOT_LEASED = '(t.leased_until IS NULL OR t.leased_until <= now())';
const NOT_COOLING = '(t.cooldown_until IS NULL OR t.cooldown_until <= now())';
const SAME = 't.generation = EXCLUDED.generation';

/** Nothing of an older generation goes over to the next; its lease is void because `lease_no` moves on. */
const CLEAN_OLDER_GENERATION = `
  generation     = EXCLUDED.generation,
  version        = CASE WHEN ${SAME} THEN t.version ELSE t.version + 1 END,
  sealed         = CASE WHEN ${SAME} THEN t.sealed END,
  expires_at     = CASE WHEN ${SAME} THEN t.expires_at END,
  failures       = CASE WHEN ${SAME} THEN t.failures ELSE 0 END,
  cooldown_until = CASE WHEN ${SAME} THEN t.cooldown_until END,
  last_errcode   = CASE WHEN ${SAME} THEN t.last_errcode END,
  updated_at     = now()`;

/**
 * A wiped token keeps an infinite cooldown: a holder that read the authorization just before it was cancelled can neither
 * take a lease nor write. Seconds of an infinite interval cannot be computed before PostgreSQL 17, hence isfinite.
 */
export const READ = `
  SELECT version, generation, sealed, expires_at, failures, last_errcode,
         (EXTRACT(EPOCH FROM expires_at - now()) * 1000)::float8 AS remaining_ms,
         coalesce(leased_until > now(), false) AS leased,
         coalesce(cooldown_until > now(), false) AS cooling,
         CASE WHEN isfinite(cooldown_until) THEN EXTRACT(EPOCH FROM cooldown_until - now())::float8 END AS cooldown_seconds,
         coalesce(cooldown_until = 'infinity', false) AS wiped,
         coalesce(refresh_at < now() - interval '2 minutes', false) AS overdue
  FROM tokens WHERE ${ROW}`;

/** $5 lease seconds, $6 true to refresh a token that still lives. Re-reads and takes in one: nothing happens to a fresh row. */
export const TAKE_LEASE = `
  INSERT INTO tokens AS t (corp_id, suite_id, kind, generation, lease_no, leased_until)
  VALUES ($1, $2, $3, $4, 1, now() + make_interval(secs => $5))
  ON CONFLICT (corp_id, suite_id, kind) DO UPDATE SET
    lease_no = t.lease_no + 1,
    leased_until = EXCLUDED.leased_until,
    refresh_at = CASE WHEN ${SAME} THEN t.refresh_at END,${CLEAN_OLDER_GENERATION}
  WHERE t.generation < EXCLUDED.generation
     OR (${SAME} AND ${NOT_LEASED} AND ${NOT_COOLING}
         AND (t.expires_at IS NULL OR t.expires_at <= now() OR ($6 AND t.refresh_at <= now())))
  RETURNING lease_no`;

/** $1 kind, $2 how many, $3 lease seconds. */
export const CLAIM_DUE = `
  UPDATE tokens AS t SET lease_no = t.lease_no + 1, leased_until = now() + make_interval(secs => $3)
  FROM (SELECT corp_id, suite_id, kind FROM tokens AS t
        WHERE kind = $1 AND refresh_at <= now() AND ${NOT_LEASED} AND ${NOT_COOLING}
        ORDER BY refresh_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
  WHERE t.corp_id = due.corp_id AND t.suite_id = due.suite_id AND t.kind = due.kind
  RETURNING t.corp_id, t.suite_id, t.kind, t.generation, t.lease_no`;

/** $5 lease_no. The row, locked, while the lease is still ours; the writers below repeat no check because it stays locked. */
export const LOCK_LEASED = `
  SELECT sealed, version, coalesce(expires_at > now(), false) AS alive
  FROM tokens WHERE ${ROW} AND generation = $4 AND lease_no = $5 FOR UPDATE`;

const NEW_EXPIRY = `CASE WHEN $6 THEN LEAST(expires_at, now() + make_interval(secs => $7))
                         ELSE now() + make_interval(secs => $7) END`;

/**
 * $5 sealed, $6 the same token again while the old one lives (then the earlier expiry stands, and it is asked for once more
 * five minutes before its end and at its end), $7 seconds to live, $8 seconds ahead, $9 seconds of rest: WeCom handed out
 * again what it had refused, so asking at once would only repeat that.
 */
export const SAVE = `
  UPDATE tokens SET
    sealed = $5, version = version + 1, expires_at = ${NEW_EXPIRY},
    refresh_at = CASE WHEN NOT $6 THEN ${NEW_EXPIRY} - make_interval(secs => $8)
                      WHEN ${NEW_EXPIRY} > now() + interval '10 minutes' THEN ${NEW_EXPIRY} - interval '5 minutes'
                      ELSE ${NEW_EXPIRY} END,
    leased_until = NULL, failures = 0, last_errcode = NULL,
    cooldown_until = CASE WHEN $9::float8 > 0 THEN now() + make_interval(secs => $9) END,
    updated_at = now()
  WHERE ${ROW} AND generation = $4
  RETURNING version, expires_at, (EXTRACT(EPOCH FROM expires_at - now()) * 1000)::float8 AS remaining_ms`;

/** A transient failure: it never blots out a refusal that came before it. $5 lease_no, $6 first pause, $7 longest pause, seconds. */
export const FAIL_TRANSIENT = `
  UPDATE tokens AS t SET
    failures = failed.failures, cooldown_until = failed.until, leased_until = NULL, updated_at = now(),
    refresh_at = CASE WHEN t.refresh_at IS NOT NULL THEN GREATEST(t.refresh_at, failed.until) END
  FROM (SELECT CASE WHEN last_errcode IS NULL THEN failures + 1 ELSE failures END AS failures,
               now() + make_interval(secs => LEAST($7::float8, CASE WHEN last_errcode IS NULL
                 THEN $6::float8 * 2 ^ LEAST(failures, 20) ELSE $7::float8 END)) AS until
        FROM tokens WHERE ${ROW} AND generation = $4 AND lease_no = $5 FOR UPDATE) AS failed
  WHERE t.corp_id = $1 AND t.suite_id = $2 AND t.kind = $3
  RETURNING t.failures, EXTRACT(EPOCH FROM t.cooldown_until - now())::float8 AS cooldown_seconds, false AS open`;

/**
 * A refusal. $5 lease_no, $6 first pause, $7 longest pause, $8 errcode, $9 at how many refusals the breaker opens (0: never).
 * Once it is open the schedule leaves the token alone; a caller in need may probe when the longest pause is over.
 */
export const FAIL_REFUSED = `
  UPDATE tokens AS t SET
    failures = failed.failures, cooldown_until = failed.until, last_errcode = $8, leased_until = NULL, updated_at = now(),
    refresh_at = CASE WHEN t.refresh_at IS NOT NULL AND NOT failed.open THEN GREATEST(t.refresh_at, failed.until) END
  FROM (SELECT n AS failures, open,
               now() + make_interval(secs => CASE WHEN open THEN $7::float8
                 ELSE LEAST($7::float8, $6::float8 * 2 ^ LEAST(n - 1, 20)) END) AS until
        FROM (SELECT n, $9::int > 0 AND n >= $9::int AS open
              FROM (SELECT CASE WHEN last_errcode IS NULL THEN 1 ELSE failures + 1 END AS n
                    FROM tokens WHERE ${ROW} AND generation = $4 AND lease_no = $5 FOR UPDATE) AS counted) AS judged) AS failed
  WHERE t.corp_id = $1 AND t.suite_id = $2 AND t.kind = $3
  RETURNING t.failures, EXTRACT(EPOCH FROM t.cooldown_until - now())::float8 AS cooldown_seconds, failed.open`;

/** $5 lease_no, $6 seconds until the schedule may look again, null to leave it alone until somebody plans it. */
export const RELEASE = `
  UPDATE tokens SET leased_until = NULL, refresh_at = CASE
    WHEN refresh_at IS NULL OR $6::float8 IS NULL THEN NULL
    ELSE GREATEST(refresh_at, now() + make_interval(secs => $6)) END
  WHERE ${ROW} AND generation = $4 AND lease_no = $5`;

/** $4 version. During a rest (see SAVE, no failures) nothing happens. The sealed token stays, to compare the next one with. */
export const INVALIDATE = `
  UPDATE tokens AS t SET expires_at = now(), refresh_at = now(), version = t.version + 1, updated_at = now()
  WHERE ${ROW} AND version = $4 AND expires_at > now() AND (t.failures > 0 OR ${NOT_COOLING})`;

export const CURRENT_VERSION = `SELECT version FROM tokens WHERE ${ROW}`;

/** Due at once: the schedule fetches it with its next tick. */
export const PLAN = `
  INSERT INTO tokens AS t (corp_id, suite_id, kind, generation, refresh_at) VALUES ($1, $2, $3, $4, now())
  ON CONFLICT (corp_id, suite_id, kind) DO UPDATE SET
    lease_no = CASE WHEN ${SAME} THEN t.lease_no ELSE t.lease_no + 1 END,
    leased_until = CASE WHEN ${SAME} THEN t.leased_until END,
    refresh_at = now(),${CLEAN_OLDER_GENERATION}
  WHERE t.generation < EXCLUDED.generation OR (${SAME} AND t.refresh_at IS NULL AND ${NOT_COOLING})`;

/** Leaves a row without a token that nothing of the same generation can write to again. */
export const WIPE = `
  INSERT INTO tokens AS t (corp_id, suite_id, kind, generation, cooldown_until) VALUES ($1, $2, $3, $4, 'infinity')
  ON CONFLICT (corp_id, suite_id, kind) DO UPDATE SET
    generation = EXCLUDED.generation, sealed = NULL, version = t.version + 1, expires_at = NULL, refresh_at = NULL,
    lease_no = t.lease_no + 1, leased_until = NULL, cooldown_until = 'infinity', updated_at = now()
  WHERE t.generation <= EXCLUDED.generation`;

/** $4 errcode. What WeCom refused then has been mended since: no need to sit the pause out. */
export const FORGIVE = `
  UPDATE tokens SET failures = 0, last_errcode = NULL, cooldown_until = NULL,
    refresh_at = CASE WHEN refresh_at IS NOT NULL THEN now() END
  WHERE ${ROW} AND last_errcode = $4 AND isfinite(cooldown_until)`;
