import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Secret } from './secret.js';
import { SecretBox } from './secret-box.js';

export type PlatformSecretName = 'api_key_pepper' | 'install_state_key' | 'cursor_key';

/** Random keys the platform itself needs; made at first use, sealed like every credential, shared by all instances. */
@Injectable()
export class PlatformSecrets {
  readonly #known = new Map<PlatformSecretName, Promise<Secret>>();

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** 32 random bytes as base64url. */
  get(name: PlatformSecretName): Promise<Secret> {
    const known = this.#known.get(name);
    if (known) return known;
    const loading = this.load(name);
    this.#known.set(name, loading);
    loading.catch(() => this.#known.delete(name));
    return loading;
  }

  private async load(name: PlatformSecretName): Promise<Secret> {
    const context = { corpId: '', suiteId: '', table: 'platform_secrets', column: name, generation: 0 };
    const fresh = await this.box.seal(null, context, Secret.of(randomBytes(32).toString('base64url')));
    await this.database.count('INSERT INTO platform_secrets (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      name,
      fresh,
    ]);
    const [row] = await this.database.rows<{ sealed: Buffer }>('SELECT sealed FROM platform_secrets WHERE name = $1', [
      name,
    ]);
    if (!row) throw new Error(`platform secret ${name} is not there after it was made`);
    return this.box.open(null, context, row.sealed);
  }
}
