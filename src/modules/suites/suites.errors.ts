import { DomainError } from '../platform/http/domain-error.js';

export class SuiteUnknown extends DomainError {
  constructor(options?: ErrorOptions) {
    super({ code: 'suite_not_found', status: 404, title: 'There is no such suite' }, options);
  }
}

export class ProviderUnknown extends DomainError {
  constructor(options?: ErrorOptions) {
    super({ code: 'provider_not_found', status: 404, title: 'There is no such provider' }, options);
  }
}

/** The push was for another suite: a console that points two suites at one URL would overwrite ours (G-05). */
export class ForeignSuiteTicket extends DomainError {
  constructor() {
    super({ code: 'foreign_suite_ticket', status: 422, title: 'The ticket belongs to another suite' });
  }
}

/** What a suite is made of never changes: another kind or provider is another suite. */
export class SuiteFixed extends DomainError {
  constructor() {
    super({
      code: 'suite_fixed',
      status: 409,
      title: 'The kind and the provider of a registered suite cannot change',
    });
  }
}
