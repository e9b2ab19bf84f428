import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import { DataKeys } from './data-keys.js';
import { Keyring } from './keyring.js';
import { PlatformSecrets } from './platform-secrets.js';
import { SecretBox } from './secret-box.js';

@Global()
@Module({
  providers: [
    { provide: Keyring, inject: [AppConfig], useFactory: (config: AppConfig) => Keyring.load(config) },
    DataKeys,
    SecretBox,
    PlatformSecrets,
  ],
  exports: [SecretBox, PlatformSecrets],
})
export class SecretsModule {}
