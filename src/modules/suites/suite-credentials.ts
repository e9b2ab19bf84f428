import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import { Secret } from '../platform/secrets/secret.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import type { CallbackKeys, ProviderCallbackKeys, SuiteKind } from './suite.types.js';

type SealedColumn = 'secret_sealed' | 'callback_token_sealed' | 'encoding_aes_key_sealed';

interface SealedRow {
  secret_sealed: Buffer | null;
  callback_token_sealed: Buffer | null;
  encoding_aes_key_sealed: Buffer | null;
}

/** Seals and opens what suites and providers have of credentials. */
@Injectable()
export class SuiteCredentials {
  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {}

  seal(tx: Tx, table: 'suites' | 'providers', id: string, column: SealedColumn, value: string): Promise<Buffer> {
    return this.secretBox.seal(tx, placeOf(table, id, column), Secret.of(value));
  }

  async suiteSecret(suiteId: string): Promise<Secret | null> {
    const [row] = await this.database.rows<SealedRow>('SELECT secret_sealed FROM suites WHERE suite_id = $1', [
      suiteId,
    ]);
    return row ? this.#open('suites', suiteId, 'secret_sealed', row) : null;
  }

  async providerSecret(providerCorpId: string): Promise<Secret | null> {
    const [row] = await this.database.rows<SealedRow>(
      'SELECT secret_sealed FROM providers WHERE provider_corp_id = $1',
      [providerCorpId],
    );
    return row ? this.#open('providers', providerCorpId, 'secret_sealed', row) : null;
  }

  async callbackKeys(suiteId: string): Promise<CallbackKeys | null> {
    const [row] = await this.database.rows<SealedRow & { provider_corp_id: string; kind: SuiteKind }>(
      'SELECT callback_token_sealed, encoding_aes_key_sealed, provider_corp_id, kind FROM suites WHERE suite_id = $1',
      [suiteId],
    );
    const pair = row && (await this.#pair('suites', suiteId, row));
    return pair ? { ...pair, providerCorpId: row.provider_corp_id, kind: row.kind } : null;
  }

  async providerCallbackKeys(providerCorpId: string): Promise<ProviderCallbackKeys | null> {
    const [row] = await this.database.rows<SealedRow>(
      'SELECT callback_token_sealed, encoding_aes_key_sealed FROM providers WHERE provider_corp_id = $1',
      [providerCorpId],
    );
    return row ? this.#pair('providers', providerCorpId, row) : null;
  }

  async #pair(table: 'suites' | 'providers', id: string, row: SealedRow): Promise<ProviderCallbackKeys | null> {
    const [token, encodingAesKey] = await Promise.all([
      this.#open(table, id, 'callback_token_sealed', row),
      this.#open(table, id, 'encoding_aes_key_sealed', row),
    ]);
    return token && encodingAesKey ? { token, encodingAesKey } : null;
  }

  async #open(table: string, id: string, column: SealedColumn, row: SealedRow): Promise<Secret | null> {
    const sealed = row[column];
    return sealed === null ? null : this.secretBox.open(null, placeOf(table, id, column), sealed);
  }
}

function placeOf(table: string, suiteId: string, column: string) {
  return { corpId: '', suiteId, table, column, generation: 0 };
}
