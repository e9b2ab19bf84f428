import { Module } from '@nestjs/common';
import { LeasesModule } from '../platform/leases/leases.module.js';
import { SuitesModule } from '../suites/suites.module.js';
import { ActiveAuthorizations } from './active-authorizations.js';
import { AuthCodeExchange } from './auth-code-exchange.js';
import { AuthCodesRepository } from './auth-codes.repository.js';
import { AuthorizationCancellation } from './authorization-cancellation.js';
import { AuthorizationEnding } from './authorization-ending.js';
import { AuthorizationInfoService } from './authorization-info.js';
import { AuthorizationStates } from './authorization-states.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { AuthorizationsService } from './authorizations.service.js';
import { AuthorizationsWorker } from './authorizations.worker.js';
import { GrantKeeper } from './grant-keeper.js';

@Module({
  imports: [SuitesModule, LeasesModule],
  providers: [
    AuthorizationsRepository,
    AuthCodesRepository,
    ActiveAuthorizations,
    AuthorizationStates,
    AuthorizationEnding,
    AuthorizationInfoService,
    AuthorizationCancellation,
    GrantKeeper,
    AuthCodeExchange,
    AuthorizationsWorker,
    AuthorizationsService,
  ],
  exports: [AuthorizationsService],
})
export class AuthorizationsModule {}
