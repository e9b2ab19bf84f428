import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AccessDeclarations } from './access-declarations.js';
import { ApiKeyHash } from './api-key-hash.js';
import { ApiKeyVerifier } from './api-key-verifier.js';
import { ApiKeysService } from './api-keys.service.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    ApiKeyHash,
    ApiKeysService,
    ApiKeyVerifier,
    AccessDeclarations,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [ApiKeysService],
})
export class AccessModule {}
