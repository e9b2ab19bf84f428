import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PlatformSecrets } from '../secrets/platform-secrets.js';
import { DomainError } from './domain-error.js';

const MAC_BYTES = 16;

class CursorInvalid extends DomainError {
  constructor() {
    super({
      code: 'cursor_invalid',
      status: 400,
      title: 'The cursor is not one of this list',
      detail: 'Pass next_cursor unchanged, with the same filters as the request that gave it, or start without one.',
    });
  }
}

/**
 * Opaque cursors. The signature covers a scope (which list, whose, which filters), so a cursor of one corp is refused in
 * another's list exactly like a made-up one.
 */
@Injectable()
export class CursorCodec {
  constructor(private readonly secrets: PlatformSecrets) {}

  async encode(scope: string, position: string): Promise<string> {
    const payload = Buffer.from(position);
    return Buffer.concat([await this.mac(scope, payload), payload]).toString('base64url');
  }

  /** @throws CursorInvalid */
  async decode(scope: string, cursor: string): Promise<string> {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) throw new CursorInvalid();
    const payload = bytes.subarray(MAC_BYTES);
    if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), await this.mac(scope, payload))) throw new CursorInvalid();
    return payload.toString();
  }

  private async mac(scope: string, payload: Buffer): Promise<Buffer> {
    const key = await this.secrets.get('cursor_key');
    const mac = createHmac('sha256', key.reveal());
    return mac.update(`${scope.length}:${scope}`).update(payload).digest().subarray(0, MAC_BYTES);
  }
}
