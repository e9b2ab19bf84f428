import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { SuitesModule } from '../suites/suites.module.js';
import { BodyLedgerRepository } from './body-ledger.repository.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { NoticeAcceptance } from './notice-acceptance.js';
import { NoticeHistoryService } from './notice-history.service.js';
import { NoticePurge } from './notice-purge.js';
import { NoticesController } from './notices.controller.js';
import { NoticesRepository } from './notices.repository.js';
import { NoticesService } from './notices.service.js';

@Module({
  imports: [SuitesModule, AuthorizationsModule, DeliveriesModule],
  controllers: [NoticesController],
  providers: [
    BodyLedgerRepository,
    IdempotencyRepository,
    NoticeAcceptance,
    NoticeHistoryService,
    NoticePurge,
    NoticesRepository,
    NoticesService,
  ],
  exports: [NoticesService],
})
export class NoticesModule {}
