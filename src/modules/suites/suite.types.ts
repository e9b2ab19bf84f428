import type { Secret } from '../platform/secrets/secret.js';

/** `customized`: a template of 代开发 apps, whose corps use the permanent code as the secret of `gettoken` (d:97164). */
export type SuiteKind = 'third_party' | 'customized';

/** One third-party app or one customised-app template, without its credentials. */
export interface Suite {
  readonly suiteId: string;
  readonly providerCorpId: string;
  readonly kind: SuiteKind;
  readonly name: string;
  /** What set_session_info is told: 1 installs in test mode (a suite that is not released), 0 formally (d:90602). */
  readonly authType: 0 | 1;
  /** The mini program bound to the suite, for notices that open it. */
  readonly miniProgramAppid: string | undefined;
  /** Whether a notice above WeCom's length limits is refused, or cut as WeCom would. */
  readonly lengthMode: 'strict' | 'lenient';
}

export interface Provider {
  readonly providerCorpId: string;
  readonly name: string;
}

/** What the callback URLs of a suite verify and decrypt with; the pair serves every corp of the suite (d:90595). */
export interface CallbackKeys {
  readonly token: Secret;
  readonly encodingAesKey: Secret;
  readonly providerCorpId: string;
  readonly kind: SuiteKind;
}

export type ProviderCallbackKeys = Pick<CallbackKeys, 'token' | 'encodingAesKey'>;

/**
 * `late` after 12 minutes and `overdue` after 20 without a push (they come 7 to 14 minutes apart), `expired` after the 30 it is
 * valid for: then no suite token can be fetched, while tokens that still live go on working.
 */
export type TicketHealth = 'fresh' | 'late' | 'overdue' | 'expired' | 'missing';

export interface TicketAge {
  readonly suiteId: string;
  /** Since the newest ticket arrived; since the suite was registered when none ever did (`missing`). */
  readonly ageSeconds: number;
  readonly health: TicketHealth;
}
