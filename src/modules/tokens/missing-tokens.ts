import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { LeasedTokens } from '../platform/leases/leased-tokens.js';

/**
 * Active authorizations that no refresh is planned for: just granted, reinstalled, or left alone after a pause. Whoever grants an
 * authorization may plan its token in the same transaction; this sweep is what makes it certain.
 */
@Injectable()
export class MissingTokens {
  constructor(
    private readonly database: Database,
    private readonly leasedTokens: LeasedTokens,
  ) {}

  /** Makes up to `limit` of them due. Answers how many. */
  async plan(limit: number): Promise<number> {
    return this.database.asWorker(async (tx) => {
      const missing = await tx.rows<{ corp_id: string; suite_id: string; generation: number }>(
        `SELECT a.corp_id, a.suite_id, a.generation
         FROM authorizations a
         LEFT JOIN tokens t ON t.corp_id = a.corp_id AND t.suite_id = a.suite_id AND t.kind = 'corp'
         WHERE a.state = 'active' AND a.permanent_code_sealed IS NOT NULL
           AND (t.corp_id IS NULL OR t.generation < a.generation
                OR (t.generation = a.generation AND t.refresh_at IS NULL
                    AND (t.cooldown_until IS NULL OR t.cooldown_until <= now())))
         LIMIT $1`,
        [limit],
      );
      for (const { corp_id: corpId, suite_id: suiteId, generation } of missing) {
        await this.leasedTokens.plan(tx, { corpId, suiteId, kind: 'corp', generation });
      }
      return missing.length;
    });
  }
}
