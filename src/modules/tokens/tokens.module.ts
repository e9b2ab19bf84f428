import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { LeasesModule } from '../platform/leases/leases.module.js';
import { SuitesModule } from '../suites/suites.module.js';
import { CorpTokensService } from './corp-tokens.service.js';
import { MissingTokens } from './missing-tokens.js';
import { TokenRefreshSchedule } from './token-refresh.schedule.js';

@Module({
  imports: [LeasesModule, SuitesModule, AuthorizationsModule],
  providers: [CorpTokensService, MissingTokens, TokenRefreshSchedule],
  exports: [CorpTokensService],
})
export class TokensModule {}
