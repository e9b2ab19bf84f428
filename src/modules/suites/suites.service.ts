import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { Database } from '../platform/database/database.js';
import { DatabaseError } from '../platform/database/database-error.js';
import { Sqlstate } from '../platform/database/sqlstate.js';
import { problemFieldsOf, ValidationFailed } from '../platform/http/validation-problem.js';
import type { Secret } from '../platform/secrets/secret.js';
import type { CallbackKeys, Provider, ProviderCallbackKeys, Suite, TicketAge } from './suite.types.js';
import { SuiteCredentials } from './suite-credentials.js';
import { RegisterProviderInput, RegisterSuiteInput } from './suite-registration.input.js';
import { SuiteTicketsService } from './suite-tickets.service.js';
import { ForeignSuiteTicket, ProviderUnknown, SuiteFixed, SuiteUnknown } from './suites.errors.js';
import { TimedCache } from './timed-cache.js';

/** How long a change of a suite may take to reach every process. */
const CACHE = { ttlMs: 30_000, absentTtlMs: 5_000, maxEntries: 2_000 };
const COLUMNS = `suite_id AS "suiteId", provider_corp_id AS "providerCorpId", kind, name, auth_type AS "authType",
  mini_program_appid AS "miniProgramAppid", length_mode AS "lengthMode"`;

type SuiteRow = Omit<Suite, 'miniProgramAppid'> & { miniProgramAppid: string | null };

/** The registry: which suites there are, whose they are, and what their callbacks are verified with. */
@Injectable()
export class SuitesService {
  readonly #suites = new TimedCache<Suite>(CACHE);
  readonly #keys = new TimedCache<CallbackKeys>(CACHE);
  readonly #providerKeys = new TimedCache<ProviderCallbackKeys>(CACHE);

  constructor(
    private readonly database: Database,
    private readonly credentials: SuiteCredentials,
    private readonly tickets: SuiteTicketsService,
  ) {}

  /** @throws SuiteUnknown */
  async get(suiteId: string): Promise<Suite> {
    const suite = await this.#suites.get(suiteId, async () => {
      const [row] = await this.database.rows<SuiteRow>(`SELECT ${COLUMNS} FROM suites WHERE suite_id = $1`, [suiteId]);
      return row ? suiteOf(row) : null;
    });
    return suite ?? fail(new SuiteUnknown());
  }

  async list(): Promise<Suite[]> {
    return (await this.database.rows<SuiteRow>(`SELECT ${COLUMNS} FROM suites ORDER BY suite_id`)).map(suiteOf);
  }

  async listProviders(): Promise<Provider[]> {
    return this.database.rows<Provider>(
      'SELECT provider_corp_id AS "providerCorpId", name FROM providers ORDER BY provider_corp_id',
    );
  }

  /** Registers a provider, or changes what is given of a registered one. @throws ValidationFailed */
  async registerProvider(input: RegisterProviderInput): Promise<Provider> {
    const given = await checked(RegisterProviderInput, input);
    const id = given.providerCorpId;
    await this.database.transaction(async (tx) => {
      const seal = (column: Parameters<SuiteCredentials['seal']>[3], value: string | undefined) =>
        value === undefined ? null : this.credentials.seal(tx, 'providers', id, column, value);
      await tx.count(
        `INSERT INTO providers AS p (provider_corp_id, name, secret_sealed, callback_token_sealed, encoding_aes_key_sealed)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (provider_corp_id) DO UPDATE SET
           name = EXCLUDED.name, updated_at = now(),
           secret_sealed = coalesce(EXCLUDED.secret_sealed, p.secret_sealed),
           callback_token_sealed = coalesce(EXCLUDED.callback_token_sealed, p.callback_token_sealed),
           encoding_aes_key_sealed = coalesce(EXCLUDED.encoding_aes_key_sealed, p.encoding_aes_key_sealed)`,
        [
          id,
          given.name,
          await seal('secret_sealed', given.providerSecret),
          await seal('callback_token_sealed', given.callbackToken),
          await seal('encoding_aes_key_sealed', given.encodingAesKey),
        ],
      );
    });
    this.#providerKeys.delete(id);
    return { providerCorpId: id, name: given.name };
  }

  /**
   * Registers a suite, or replaces what may change of a registered one (a new secret, new callback keys).
   * @throws ValidationFailed, ProviderUnknown, SuiteFixed
   */
  async register(input: RegisterSuiteInput): Promise<Suite> {
    const given = await checked(RegisterSuiteInput, input);
    const id = given.suiteId;
    await this.database.transaction(async (tx) => {
      const changed = await tx
        .count(
          `INSERT INTO suites AS s (suite_id, provider_corp_id, kind, name, auth_type, mini_program_appid, length_mode,
                                    secret_sealed, callback_token_sealed, encoding_aes_key_sealed)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           ON CONFLICT (suite_id) DO UPDATE SET
             name = EXCLUDED.name, auth_type = EXCLUDED.auth_type, mini_program_appid = EXCLUDED.mini_program_appid,
             length_mode = EXCLUDED.length_mode, secret_sealed = EXCLUDED.secret_sealed,
             callback_token_sealed = EXCLUDED.callback_token_sealed,
             encoding_aes_key_sealed = EXCLUDED.encoding_aes_key_sealed, updated_at = now()
           WHERE s.kind = EXCLUDED.kind AND s.provider_corp_id = EXCLUDED.provider_corp_id`,
          [
            id,
            given.providerCorpId,
            given.kind,
            given.name,
            given.authType ?? 0,
            given.miniProgramAppid ?? null,
            given.lengthMode ?? 'strict',
            await this.credentials.seal(tx, 'suites', id, 'secret_sealed', given.suiteSecret),
            await this.credentials.seal(tx, 'suites', id, 'callback_token_sealed', given.callbackToken),
            await this.credentials.seal(tx, 'suites', id, 'encoding_aes_key_sealed', given.encodingAesKey),
          ],
        )
        .catch(unknownProvider);
      if (changed === 0) throw new SuiteFixed();
    });
    this.#suites.delete(id);
    this.#keys.delete(id);
    return this.get(id);
  }

  /** For the callback hot path: from memory for 30 seconds. @throws SuiteUnknown */
  async callbackKeys(suiteId: string): Promise<CallbackKeys> {
    const keys = await this.#keys.get(suiteId, () => this.credentials.callbackKeys(suiteId));
    return keys ?? fail(new SuiteUnknown());
  }

  /** The pair of the system-event URL. @throws ProviderUnknown, also when the provider has no such pair */
  async providerCallbackKeys(providerCorpId: string): Promise<ProviderCallbackKeys> {
    const keys = await this.#providerKeys.get(providerCorpId, () =>
      this.credentials.providerCallbackKeys(providerCorpId),
    );
    return keys ?? fail(new ProviderUnknown());
  }

  /**
   * Keeps a pushed ticket if it is the newest of its suite.
   * @param statedSuiteId the SuiteId inside the push; another suite's ticket is refused (G-05)
   * @throws SuiteUnknown, ForeignSuiteTicket
   */
  async recordTicket(
    suiteId: string,
    ticket: Secret,
    timeStampSeconds: number,
    statedSuiteId: string = suiteId,
  ): Promise<'stored' | 'older'> {
    if (statedSuiteId !== suiteId) throw new ForeignSuiteTicket();
    return this.tickets.record(suiteId, ticket, timeStampSeconds);
  }

  /** @throws SuiteUnknown */
  ticketAge(suiteId: string): Promise<TicketAge> {
    return this.tickets.age(suiteId);
  }
}

function suiteOf(row: SuiteRow): Suite {
  return { ...row, miniProgramAppid: row.miniProgramAppid ?? undefined };
}

async function checked<T extends object>(type: new () => T, input: T): Promise<T> {
  const instance = plainToInstance(type, { ...input });
  const errors = await validate(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: false },
  });
  if (errors.length > 0) throw new ValidationFailed(problemFieldsOf(errors));
  return instance;
}

function unknownProvider(error: unknown): never {
  if (error instanceof DatabaseError && error.sqlstate === Sqlstate.foreignKeyViolation) throw new ProviderUnknown();
  throw error;
}

function fail(error: Error): never {
  throw error;
}
