import { DomainError } from '../platform/http/domain-error.js';

/** What was looked at when a callback was refused; also the label it is counted under. */
export type CallbackCheck =
  | 'unknown_url'
  | 'size'
  | 'query'
  | 'envelope'
  | 'signature'
  | 'base64'
  | 'padding'
  | 'length'
  | 'utf8'
  | 'receive_id';

const STATUS: Record<CallbackCheck, number> = {
  unknown_url: 404,
  size: 413,
  query: 400,
  envelope: 400,
  signature: 403,
  base64: 400,
  padding: 400,
  length: 400,
  utf8: 400,
  receive_id: 403,
};

/** The request is no callback of WeCom for this URL. Which check failed is for our log; the sender learns only the status. */
export class CallbackRefused extends DomainError {
  constructor(
    readonly check: CallbackCheck,
    /** Our own words: never a piece of the request. */
    readonly reason: string,
  ) {
    super({ code: 'callback_refused', status: STATUS[check], title: 'The callback was refused' });
    this.message = `${check}: ${reason}`;
  }
}

/** It is a callback, but it could not be stored in time, so it is not acknowledged: WeCom may push it again. */
export class CallbackNotStored extends DomainError {
  constructor(options?: ErrorOptions) {
    super({ code: 'callback_not_stored', status: 500, title: 'The callback could not be stored' }, options);
  }
}
