import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { SuitesModule } from '../suites/suites.module.js';
import { CallbackWorker } from './callback.worker.js';
import { CallbackHandlers } from './callback-handlers.js';
import { CallbackInbox } from './callback-inbox.js';
import { CallbackKeys } from './callback-keys.js';
import { CallbackOffers } from './callback-offers.js';
import { CallbacksController } from './callbacks.controller.js';
import { InboxClaims } from './inbox-claims.js';

@Module({
  imports: [SuitesModule, AuthorizationsModule],
  controllers: [CallbacksController],
  providers: [CallbackKeys, CallbackInbox, CallbackOffers, InboxClaims, CallbackHandlers, CallbackWorker],
})
export class CallbacksModule {}
