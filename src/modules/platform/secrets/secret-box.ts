import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { DataKeys } from './data-keys.js';
import { keyIdOf, open, SealBroken, seal } from './sealed-blob.js';
import { Secret } from './secret.js';

/** The place a sealed value belongs to. All of it is authenticated: the value opens nowhere else. */
export interface SealContext {
  /** Tenant; the empty string for what belongs to a suite, a provider or the platform. */
  corpId: string;
  /** Suite id, provider corp id, or the empty string for the platform. */
  suiteId: string;
  table: string;
  column: string;
  /** Generation of the authorization; 0 where there is none. */
  generation: number;
}

/**
 * Seals every credential column. A corp's values need the transaction of that corp (`Database.asCorp`), because its data key is a
 * row of that tenant.
 */
@Injectable()
export class SecretBox {
  constructor(private readonly dataKeys: DataKeys) {}

  async seal(tx: Tx | null, context: SealContext, value: Secret | Uint8Array): Promise<Buffer> {
    const dataKey = await this.dataKeys.obtain(tx, context.corpId, context.suiteId);
    const plaintext = value instanceof Secret ? Buffer.from(value.reveal(), 'utf8') : value;
    return seal(dataKey.key, dataKey.id, place(context), plaintext);
  }

  /** @throws SealBroken when the value was changed, moved, or its data key destroyed */
  async open(tx: Tx | null, context: SealContext, blob: Uint8Array): Promise<Secret> {
    return Secret.of((await this.openBytes(tx, context, blob)).toString('utf8'));
  }

  async openBytes(tx: Tx | null, context: SealContext, blob: Uint8Array): Promise<Buffer> {
    const dataKey = await this.dataKeys.find(tx, context.corpId, context.suiteId, keyIdOf(blob));
    if (!dataKey) throw new SealBroken('its data key is not there');
    return open(dataKey.key, place(context), blob);
  }

  /** Destroys the data key of a corp: whatever was sealed for it can never be read again. */
  async destroyKeys(tx: Tx, corpId: string, suiteId: string): Promise<void> {
    await this.dataKeys.destroy(tx, corpId, suiteId);
  }
}

function place(context: SealContext): string[] {
  return [context.table, context.column, context.suiteId, context.corpId, String(context.generation)];
}
