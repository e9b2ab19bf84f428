import { DomainError } from '../http/domain-error.js';

const HOW = 'Send `Authorization: Bearer sp_live_…`.';

export class ApiKeyMissing extends DomainError {
  constructor() {
    super({ code: 'api_key_missing', status: 401, title: 'No API key was sent', detail: HOW });
  }
}

/** Wrong form or checksum: a typo or a cut, found without looking for the key. */
export class ApiKeyMalformed extends DomainError {
  constructor() {
    super({ code: 'api_key_malformed', status: 401, title: 'What was sent is not an API key', detail: HOW });
  }
}

export class ApiKeyUnknown extends DomainError {
  constructor() {
    super({ code: 'api_key_unknown', status: 401, title: 'The API key is not known' });
  }
}

export class ApiKeyExpired extends DomainError {
  constructor() {
    super({ code: 'api_key_expired', status: 401, title: 'The API key has expired' });
  }
}

export class ApiKeyRevoked extends DomainError {
  constructor() {
    super({ code: 'api_key_revoked', status: 401, title: 'The API key was revoked' });
  }
}

export class ApiKeyScopeMissing extends DomainError {
  constructor(scope: string) {
    super({
      code: 'api_key_scope_missing',
      status: 403,
      title: 'The API key lacks the scope of this route',
      detail: `The route needs ${scope}.`,
    });
  }
}

export class ApiKeyNetworkRefused extends DomainError {
  constructor() {
    super({
      code: 'api_key_network_refused',
      status: 403,
      title: 'The API key may not be used from this network address',
    });
  }
}

/** For the command line: the key asked for cannot be made or found. */
export class ApiKeyRequestRefused extends DomainError {
  constructor(detail: string) {
    super({ code: 'api_key_request_refused', status: 422, title: 'The API key cannot be made like this', detail });
  }
}

export class ApiKeyNotFound extends DomainError {
  constructor() {
    super({ code: 'api_key_not_found', status: 404, title: 'There is no API key with this id' });
  }
}
