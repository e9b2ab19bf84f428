import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryWorker } from './delivery.worker.js';
import { DeliverySender } from './delivery-sender.js';
import { LaneHints } from './lane-hints.js';
import { LanesRepository } from './lanes.repository.js';
import { SettlementRepository } from './settlement.repository.js';
import { WorkerRegistry } from './worker-registry.js';

@Module({
  imports: [AuthorizationsModule, TokensModule],
  providers: [
    DeliveriesRepository,
    DeliveriesService,
    DeliverySender,
    DeliveryWorker,
    LaneHints,
    LanesRepository,
    SettlementRepository,
    WorkerRegistry,
  ],
  exports: [DeliveriesService],
})
export class DeliveriesModule {}
