import { Injectable } from '@nestjs/common';
import { AuthorizationsService } from '../authorizations/authorizations.service.js';
import { SuitesService } from '../suites/suites.service.js';

/** The services that entries of the event table may call. */
@Injectable()
export class CallbackHandlers {
  constructor(
    readonly suites: SuitesService,
    readonly authorizations: AuthorizationsService,
  ) {}
}
