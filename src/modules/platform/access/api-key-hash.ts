import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PlatformSecrets } from '../secrets/platform-secrets.js';
import type { Secret } from '../secrets/secret.js';

/**
 * Keyed hash under which a key is stored. A fast hash is right: the key has 256 random bits, so there is nothing to guess
 * (ASVS 6.5.2 asks for slow hashing below 112 bits).
 */
@Injectable()
export class ApiKeyHash {
  constructor(private readonly secrets: PlatformSecrets) {}

  async of(key: Secret): Promise<Buffer> {
    const pepper = await this.secrets.get('api_key_pepper');
    return createHmac('sha256', pepper.reveal()).update(key.reveal()).digest();
  }
}
