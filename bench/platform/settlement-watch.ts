import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const LOOK_EVERY_MS = 15;
const DEADLINE_MS = 180_000;

/** Asks Postgres itself, past the platform, whether anything is still owed. Its CPU counts as the platform's. */
export class SettlementWatch {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(superuserUrl: string): Promise<SettlementWatch> {
    const client = new pg.Client({ connectionString: superuserUrl });
    await client.connect();
    // While everything is owed the planner would take a look at the whole table for the faster way; at the end it is not.
    await client.query('SET enable_seqscan = off');
    return new SettlementWatch(client);
  }

  async allSettled(): Promise<void> {
    const deadlineMs = performance.now() + DEADLINE_MS;
    while (await this.#anyOwed()) {
      if (performance.now() > deadlineMs) {
        throw new Error(`not settled in time: ${JSON.stringify(await this.#states())}`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  async refuseOtherThanAccepted(): Promise<void> {
    const states = await this.#states();
    if (states.some(({ state }) => state !== 'accepted')) {
      throw new Error(`not all accepted: ${JSON.stringify(states)}`);
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  /** Two partial indexes answer this from their first entry. */
  async #anyOwed(): Promise<boolean> {
    const { rows } = await this.#client.query<{ owed: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'ready')
           OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'sending') AS owed`,
    );
    return rows[0]!.owed;
  }

  async #states(): Promise<{ state: string; count: string }[]> {
    const { rows } = await this.#client.query('SELECT state, count(*) FROM deliveries GROUP BY state');
    return rows;
  }
}
