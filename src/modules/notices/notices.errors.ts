import { DomainError } from '../platform/http/domain-error.js';

/**
 * The corp is not one the key may act for: it does not exist, has not installed the suite, or belongs to somebody else.
 * The three are deliberately one answer.
 */
export class CorpNotFound extends DomainError {
  constructor() {
    super({
      code: 'corp_not_found',
      status: 404,
      title: 'There is no such corp',
      detail: 'No corp with this id has authorised the suite of the API key.',
    });
  }
}

export class AuthorizationCancelled extends DomainError {
  constructor() {
    super({
      code: 'authorization_cancelled',
      status: 410,
      title: 'The corp has removed the app',
      detail: 'Notices are accepted again once an admin of the corp installs the app.',
    });
  }
}

export class AuthorizationPending extends DomainError {
  constructor() {
    super({
      code: 'authorization_pending',
      status: 409,
      title: 'The installation of the app is not finished',
      detail: 'What WeCom says about the corp has not arrived yet.',
      retryAfterSeconds: 5,
    });
  }
}

/** The type names the app by its agent id, and the authorization info that carries it has not been read yet. */
export class AgentUnknown extends DomainError {
  constructor() {
    super({
      code: 'agent_unknown',
      status: 409,
      title: 'The agent id of the app in this corp is not known yet',
      detail: 'It comes with the authorization info, usually seconds after the installation.',
      retryAfterSeconds: 5,
    });
  }
}

export class IdempotencyKeyMissing extends DomainError {
  constructor() {
    super({
      code: 'idempotency_key_missing',
      status: 400,
      title: 'The Idempotency-Key header is missing',
      detail: 'Send a new key for each notice, and the same key when you send the same request again.',
      fields: [
        { field: 'Idempotency-Key', rule: 'required', message: 'is required', limit: '1–128 visible characters' },
      ],
    });
  }
}

export class IdempotencyKeyInvalid extends DomainError {
  constructor(length: number) {
    super({
      code: 'idempotency_key_invalid',
      status: 400,
      title: 'The Idempotency-Key header cannot be used',
      fields: [
        {
          field: 'Idempotency-Key',
          rule: 'visible_characters',
          message: 'must be 1 to 128 visible ASCII characters, once',
          limit: '1–128 visible characters',
          given: `${length} characters`,
        },
      ],
    });
  }
}

export class IdempotencyKeyReused extends DomainError {
  constructor() {
    super({
      code: 'idempotency_key_reused',
      status: 422,
      title: 'The Idempotency-Key was used for another request',
      detail: 'Within 72 hours a key stands for one request. Use a new key for a new notice.',
    });
  }
}

export class NoticeNotFound extends DomainError {
  constructor() {
    super({ code: 'notice_not_found', status: 404, title: 'There is no such notice' });
  }
}

/** More notices are waiting for the database than this process keeps in memory. */
export class TooManyWaiting extends DomainError {
  constructor() {
    super({
      code: 'too_many_waiting',
      status: 503,
      title: 'Too many notices are waiting to be stored',
      detail: 'Nothing was accepted. Send the same request again, with the same Idempotency-Key.',
      retryAfterSeconds: 1,
    });
  }
}
