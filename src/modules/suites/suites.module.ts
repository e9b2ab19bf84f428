import { Module } from '@nestjs/common';
import { LeasesModule } from '../platform/leases/leases.module.js';
import { SuiteCredentials } from './suite-credentials.js';
import { SuiteTicketWatch } from './suite-ticket-watch.js';
import { SuiteTicketsService } from './suite-tickets.service.js';
import { SuiteTokensService } from './suite-tokens.service.js';
import { SuitesService } from './suites.service.js';

@Module({
  imports: [LeasesModule],
  providers: [SuiteCredentials, SuiteTicketsService, SuiteTicketWatch, SuiteTokensService, SuitesService],
  exports: [SuitesService, SuiteTokensService, SuiteTicketsService],
})
export class SuitesModule {}
