import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database/database.js';
import type {
  ActiveAuthorization,
  Authorization,
  AuthorizationKey,
  AuthorizationState,
  MoveCause,
} from './authorizations.types.js';

interface AuthorizationRow {
  corp_id: string;
  suite_id: string;
  generation: number;
  state: AuthorizationState;
  state_reason: string | null;
  agent_id: string | null;
  corp_name: string | null;
  auth_mode: number | null;
  privilege: Record<string, unknown> | null;
  is_customized: boolean;
  installed_via: string;
  authorized_at: Date;
  authorized_event_time: string | null;
  cancelled_at: Date | null;
  info_pulled_at: Date | null;
}

const COLUMNS = `corp_id, suite_id, generation, state, state_reason, agent_id, corp_name, auth_mode, privilege, is_customized,
  installed_via, authorized_at, authorized_event_time, cancelled_at, info_pulled_at`;

/** A move to be written into the history, with what proves it. Never a secret: the evidence is shown to support. */
export interface HistoryEntry {
  readonly generation: number;
  readonly from: AuthorizationState | undefined;
  readonly to: AuthorizationState;
  readonly cause: MoveCause;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** What v2/get_auth_info told us. */
export interface AuthorizationInfo {
  readonly corpName: string | undefined;
  readonly corpInfo: object;
  readonly agentId: number | undefined;
  readonly authMode: number | undefined;
  readonly privilege: object | undefined;
  readonly isCustomized: boolean | undefined;
}

/** The SQL of `authorizations` and its history. Every method runs in the corp's own transaction. */
@Injectable()
export class AuthorizationsRepository {
  /** What the accepting of notices needs of these authorizations; `tx` must see all their corps. */
  async active(tx: Tx, keys: readonly AuthorizationKey[]): Promise<ActiveAuthorization[]> {
    const rows = await tx.rows<
      Omit<ActiveAuthorization, 'agentId' | 'corpName'> & { agentId: string | null; corpName: string | null }
    >(
      `SELECT a.corp_id AS "corpId", a.suite_id AS "suiteId", a.state, a.agent_id AS "agentId", a.generation,
              a.is_customized AS "isCustomized", a.corp_name AS "corpName"
       FROM unnest($1::text[], $2::text[]) AS asked(corp_id, suite_id) JOIN authorizations a USING (corp_id, suite_id)`,
      [keys.map(({ corpId }) => corpId), keys.map(({ suiteId }) => suiteId)],
    );
    return rows.map(({ agentId, corpName, ...rest }) => ({
      ...rest,
      agentId: agentId === null ? undefined : Number(agentId),
      corpName: corpName ?? undefined,
    }));
  }

  async find(tx: Tx, { corpId, suiteId }: AuthorizationKey): Promise<Authorization | null> {
    const [row] = await tx.rows<AuthorizationRow>(
      `SELECT ${COLUMNS} FROM authorizations WHERE corp_id = $1 AND suite_id = $2`,
      [corpId, suiteId],
    );
    return row ? toAuthorization(row) : null;
  }

  /** The same, kept from changing until the transaction ends. */
  async lock(tx: Tx, { corpId, suiteId }: AuthorizationKey): Promise<Authorization | null> {
    const [row] = await tx.rows<AuthorizationRow>(
      `SELECT ${COLUMNS} FROM authorizations WHERE corp_id = $1 AND suite_id = $2 FOR UPDATE`,
      [corpId, suiteId],
    );
    return row ? toAuthorization(row) : null;
  }

  async forCorp(tx: Tx, corpId: string): Promise<Authorization[]> {
    const rows = await tx.rows<AuthorizationRow>(
      `SELECT ${COLUMNS} FROM authorizations WHERE corp_id = $1 ORDER BY suite_id`,
      [corpId],
    );
    return rows.map(toAuthorization);
  }

  async sealedCode(tx: Tx, { corpId, suiteId }: AuthorizationKey): Promise<Buffer | null> {
    const [row] = await tx.rows<{ permanent_code_sealed: Buffer | null }>(
      'SELECT permanent_code_sealed FROM authorizations WHERE corp_id = $1 AND suite_id = $2',
      [corpId, suiteId],
    );
    return row?.permanent_code_sealed ?? null;
  }

  /** Makes the row when there is none, as generation 0, so that it can be locked. */
  async ensure(tx: Tx, { corpId, suiteId }: AuthorizationKey, installedVia: string): Promise<void> {
    await tx.count(
      `INSERT INTO authorizations (corp_id, suite_id, generation, state, installed_via) VALUES ($1, $2, 0, 'pending', $3)
       ON CONFLICT DO NOTHING`,
      [corpId, suiteId, installedVia],
    );
  }

  /** Opens a generation with its permanent code; what belonged to the one before is forgotten. */
  async grant(
    tx: Tx,
    { corpId, suiteId }: AuthorizationKey,
    granted: {
      generation: number;
      sealedCode: Buffer;
      installedVia: string;
      eventTimeSeconds: number | undefined;
    },
  ): Promise<void> {
    await tx.count(
      `UPDATE authorizations SET generation = $3, state = 'active', state_reason = NULL, permanent_code_sealed = $4,
         is_customized = (SELECT kind = 'customized' FROM suites WHERE suites.suite_id = $2),
         installed_via = $5, authorized_at = now(), authorized_event_time = coalesce($6::bigint, extract(epoch FROM now())::bigint),
         cancelled_at = NULL, info_pulled_at = NULL, updated_at = now()
       WHERE corp_id = $1 AND suite_id = $2`,
      [corpId, suiteId, granted.generation, granted.sealedCode, granted.installedVia, granted.eventTimeSeconds ?? null],
    );
  }

  async describe(
    tx: Tx,
    { corpId, suiteId }: AuthorizationKey,
    generation: number,
    described: { corpName: string | undefined; authUser: object | undefined },
  ): Promise<void> {
    await tx.count(
      `UPDATE authorizations SET corp_name = coalesce($4, corp_name), auth_user = $5, updated_at = now()
       WHERE corp_id = $1 AND suite_id = $2 AND generation = $3 AND state <> 'cancelled'`,
      [corpId, suiteId, generation, described.corpName ?? null, jsonOf(described.authUser)],
    );
  }

  async keepInfo(
    tx: Tx,
    { corpId, suiteId }: AuthorizationKey,
    generation: number,
    info: AuthorizationInfo,
  ): Promise<boolean> {
    const kept = await tx.count(
      `UPDATE authorizations SET corp_name = coalesce($4, corp_name), corp_info = $5, agent_id = coalesce($6, agent_id),
         auth_mode = $7, privilege = $8, is_customized = coalesce($9, is_customized), info_pulled_at = now(), updated_at = now()
       WHERE corp_id = $1 AND suite_id = $2 AND generation = $3 AND state <> 'cancelled'`,
      [
        corpId,
        suiteId,
        generation,
        info.corpName ?? null,
        jsonOf(info.corpInfo),
        info.agentId ?? null,
        info.authMode ?? null,
        jsonOf(info.privilege),
        info.isCustomized ?? null,
      ],
    );
    return kept > 0;
  }

  async setState(
    tx: Tx,
    { corpId, suiteId }: AuthorizationKey,
    state: AuthorizationState,
    reason: string,
  ): Promise<void> {
    await tx.count(
      `UPDATE authorizations SET state = $3, state_reason = $4, updated_at = now() WHERE corp_id = $1 AND suite_id = $2`,
      [corpId, suiteId, state, reason],
    );
  }

  /** Leaves a tombstone: who, which suite, when, what it was called. Everything else about the corp goes (G-10). */
  async bury(tx: Tx, { corpId, suiteId }: AuthorizationKey, reason: string): Promise<void> {
    await tx.count(
      `UPDATE authorizations SET state = 'cancelled', state_reason = $3, permanent_code_sealed = NULL, corp_info = NULL,
         auth_user = NULL, privilege = NULL, cancelled_at = now(), updated_at = now()
       WHERE corp_id = $1 AND suite_id = $2`,
      [corpId, suiteId, reason],
    );
  }

  async record(tx: Tx, { corpId, suiteId }: AuthorizationKey, entry: HistoryEntry): Promise<void> {
    await tx.count(
      `INSERT INTO authorization_history (corp_id, suite_id, id, generation, from_state, to_state, cause, evidence)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        corpId,
        suiteId,
        randomUUID(),
        entry.generation,
        entry.from ?? null,
        entry.to,
        entry.cause,
        JSON.stringify(entry.evidence),
      ],
    );
  }

  /** Whether some cancel_auth was pushed at or after this second of WeCom's clock. */
  async hasCancelEventSince(tx: Tx, { corpId, suiteId }: AuthorizationKey, seconds: number): Promise<boolean> {
    const found = await tx.rows(
      `SELECT 1 FROM authorization_history
       WHERE corp_id = $1 AND suite_id = $2 AND to_state = 'cancelled' AND (evidence->>'eventTimeSeconds')::bigint >= $3
       LIMIT 1`,
      [corpId, suiteId, seconds],
    );
    return found.length > 0;
  }

  /**
   * Authorizations whose information was never pulled for their present generation: each is answered at most once a minute,
   * to one caller. Runs as worker.
   */
  async claimWithoutInfo(tx: Tx, limit: number): Promise<AuthorizationKey[]> {
    const rows = await tx.rows<{ corp_id: string; suite_id: string }>(
      `UPDATE authorizations SET updated_at = now() WHERE (corp_id, suite_id) IN (
         SELECT corp_id, suite_id FROM authorizations
         WHERE state NOT IN ('pending', 'cancelled', 'needs_reauthorization') AND info_pulled_at IS NULL
           AND updated_at < now() - interval '1 minute'
         LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING corp_id, suite_id`,
      [limit],
    );
    return rows.map((row) => ({ corpId: row.corp_id, suiteId: row.suite_id }));
  }
}

function jsonOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function toAuthorization(row: AuthorizationRow): Authorization {
  return {
    corpId: row.corp_id,
    suiteId: row.suite_id,
    generation: row.generation,
    state: row.state,
    stateReason: row.state_reason ?? undefined,
    agentId: numberOf(row.agent_id),
    corpName: row.corp_name ?? undefined,
    authMode: row.auth_mode ?? undefined,
    privilege: row.privilege ?? undefined,
    isCustomized: row.is_customized,
    installedVia: row.installed_via,
    authorizedAt: row.authorized_at,
    authorizedEventTime: numberOf(row.authorized_event_time),
    cancelledAt: row.cancelled_at ?? undefined,
    infoPulledAt: row.info_pulled_at ?? undefined,
  };
}

/** bigint arrives as text. */
function numberOf(value: string | null): number | undefined {
  return value === null ? undefined : Number(value);
}
