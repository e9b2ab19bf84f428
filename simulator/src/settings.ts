/**
 * Everything about WeCom that is a number, or that its documents leave open. Changed while running with
 * `PATCH /control/settings`; the README says which default stands for which open point.
 */
export interface SimulatorSettings {
  /** Suite, provider and corp tokens (d:90600, d:91200, d:90605). */
  tokenLifetimeSeconds: number;
  suiteTicketLifetimeSeconds: number;
  preAuthCodeLifetimeSeconds: number;
  authCodeLifetimeSeconds: number;

  /** What asking again for a live token gives: the same one, or a new one that leaves or kills the old one. */
  tokenMode: 'same' | 'new-keeps-old' | 'new-kills-old';
  /** `expires_in` of a repeated answer: counts down, or says the full lifetime again. */
  repeatedExpiresIn: 'remaining' | 'full';
  /** What a corp token answers that was invalidated early. */
  invalidatedTokenErrcode: 40014 | 42001;
  preAuthCodeSingleUse: boolean;
  /** Whether set_session_info refuses an auth_type that does not fit the suite's release state (d:90602). */
  sessionInfoRule: 'strict' | 'lenient';
  reinstallPermanentCode: 'new' | 'same';
  reinstallAgentId: 'new' | 'same';
  /** How long the old code of a customised app lives after reset_permanent_code. */
  resetOldCode: 'until-exchange' | 'dies-at-once';
  /** Push create_auth as well when the install link was used; the documents say it is not sent. */
  installLinkPushesCreateAuth: boolean;
  /** Wrong secrets of one IP in an hour before its token calls answer 45009; null never bans. */
  wrongSecretLimit: number | null;
  wrongSecretBanSeconds: number;

  /** Strict: a 汉字 count must hold under every reading; lenient: under at least one. */
  noticeLengths: 'strict' | 'lenient';
  /** Title and description out of range: refused with 40058, or cut to 12 code points. */
  noticeTitleOverflow: 'refuse' | 'truncate';
  /** Unit of the hard cap of 5120 on text.content. */
  textCapUnit: 'bytes' | 'characters';
  /** Whether lengths are taken before or after id translation. */
  lengthsCountIdTranslation: 'before' | 'after';
  /** Flags and agentid of the wrong JSON type: refused with 40058, or accepted with the warning in errmsg. */
  wrongTypes: 'refuse' | 'warn';
  noticeAgentId: 'ignore' | 'refuse';
  /** A mini program of another suite. */
  foreignAppidErrcode: 90207 | 90208;
  noRecipientLeftErrcode: number;
  /** touser names only unlicensed members. */
  allUnlicensed: 'refuse' | 'accept';
  /** What counts as the same request JSON for the duplicate check. */
  duplicateEquality: 'bytes' | 'json';
  /** Empty lists in the answer: `""` for the three invalid fields, left out, or `[]`. */
  emptyLists: 'string' | 'absent' | 'array';
  lowerCaseInvalidUser: boolean;
  lowerCaseUnlicensedUser: boolean;

  memberPerMinute: number | null;
  memberPerHour: number | null;
  /** Above the member's limit: dropped silently, or 45009 for the call. */
  memberOverflow: 'drop' | 'errcode';
  /** Account cap × 200 person-times a day of an app; the excess answers 45009. */
  dailyPersonTimes: boolean;
  corpPerMinute: number | null;
  corpPerHour: number | null;
  ipPerMinute: number | null;
  ipPerHour: number | null;

  /** Outer ToUserName on the command URL. */
  commandToUserName: 'suite' | 'provider';
  /** Receive id inside echostr on the command URL. */
  commandVerifyReceiveId: 'provider' | 'suite';
  /** Deadline of create_auth, change_auth, cancel_auth and reset_permanent_code. */
  pushAuthorizationDeadlineMs: number;
  pushDeadlineMs: number;
  verifyDeadlineMs: number;
  pushAttempts: number;
  pushRetryOnStatus: boolean;
  pushRetryDelayMs: number;
  /** Whether a retry repeats timestamp, nonce and ciphertext. */
  pushRetryReusesEnvelope: boolean;
  systemRequiresSuccess: boolean;

  /** Take the caller's address from X-Forwarded-For (for rigs with several egress addresses). */
  trustForwardedFor: boolean;
  ledgerLimit: number;
  /** Which raw bodies the ledger keeps. */
  ledgerBodies: 'all' | 'messages' | 'none';
  /** Entries kept per member. */
  inboxLimit: number;
  pushLogLimit: number;
}

export const defaultSettings: Readonly<SimulatorSettings> = {
  tokenLifetimeSeconds: 7200,
  suiteTicketLifetimeSeconds: 1800,
  preAuthCodeLifetimeSeconds: 1200,
  authCodeLifetimeSeconds: 600,
  tokenMode: 'same',
  repeatedExpiresIn: 'remaining',
  invalidatedTokenErrcode: 40014,
  preAuthCodeSingleUse: true,
  sessionInfoRule: 'strict',
  reinstallPermanentCode: 'new',
  reinstallAgentId: 'new',
  resetOldCode: 'until-exchange',
  installLinkPushesCreateAuth: false,
  wrongSecretLimit: 2000,
  wrongSecretBanSeconds: 3600,
  noticeLengths: 'strict',
  noticeTitleOverflow: 'refuse',
  textCapUnit: 'bytes',
  lengthsCountIdTranslation: 'after',
  wrongTypes: 'refuse',
  noticeAgentId: 'ignore',
  foreignAppidErrcode: 90207,
  noRecipientLeftErrcode: 81013,
  allUnlicensed: 'refuse',
  duplicateEquality: 'bytes',
  emptyLists: 'string',
  lowerCaseInvalidUser: true,
  lowerCaseUnlicensedUser: false,
  memberPerMinute: 30,
  memberPerHour: 1000,
  memberOverflow: 'drop',
  dailyPersonTimes: true,
  corpPerMinute: 10_000,
  corpPerHour: 150_000,
  ipPerMinute: 40_000,
  ipPerHour: 1_200_000,
  commandToUserName: 'suite',
  commandVerifyReceiveId: 'provider',
  pushAuthorizationDeadlineMs: 1000,
  pushDeadlineMs: 5000,
  verifyDeadlineMs: 1000,
  pushAttempts: 3,
  pushRetryOnStatus: false,
  pushRetryDelayMs: 0,
  pushRetryReusesEnvelope: false,
  systemRequiresSuccess: true,
  trustForwardedFor: false,
  ledgerLimit: 100_000,
  ledgerBodies: 'all',
  inboxLimit: 200,
  pushLogLimit: 5000,
};

const choices: { [K in keyof SimulatorSettings]?: ReadonlyArray<SimulatorSettings[K]> } = {
  tokenMode: ['same', 'new-keeps-old', 'new-kills-old'],
  repeatedExpiresIn: ['remaining', 'full'],
  invalidatedTokenErrcode: [40014, 42001],
  sessionInfoRule: ['strict', 'lenient'],
  reinstallPermanentCode: ['new', 'same'],
  reinstallAgentId: ['new', 'same'],
  resetOldCode: ['until-exchange', 'dies-at-once'],
  noticeLengths: ['strict', 'lenient'],
  noticeTitleOverflow: ['refuse', 'truncate'],
  textCapUnit: ['bytes', 'characters'],
  lengthsCountIdTranslation: ['before', 'after'],
  wrongTypes: ['refuse', 'warn'],
  noticeAgentId: ['ignore', 'refuse'],
  foreignAppidErrcode: [90207, 90208],
  allUnlicensed: ['refuse', 'accept'],
  duplicateEquality: ['bytes', 'json'],
  emptyLists: ['string', 'absent', 'array'],
  memberOverflow: ['drop', 'errcode'],
  commandToUserName: ['suite', 'provider'],
  commandVerifyReceiveId: ['provider', 'suite'],
  ledgerBodies: ['all', 'messages', 'none'],
};

const nullable = new Set<string>([
  'wrongSecretLimit',
  'memberPerMinute',
  'memberPerHour',
  'corpPerMinute',
  'corpPerHour',
  'ipPerMinute',
  'ipPerHour',
]);

/** Writes a partial change into `settings`; says what is wrong with the first bad entry and then changes nothing. */
export function changeSettings(settings: SimulatorSettings, change: Record<string, unknown>): string | null {
  for (const [name, value] of Object.entries(change)) {
    const problem = settingProblem(name, value);
    if (problem !== null) return problem;
  }
  Object.assign(settings, change);
  return null;
}

function settingProblem(name: string, value: unknown): string | null {
  if (!Object.hasOwn(defaultSettings, name)) return `there is no setting ${name}`;
  const key = name as keyof SimulatorSettings;
  const allowed: readonly unknown[] | undefined = choices[key];
  if (allowed !== undefined) {
    return allowed.includes(value) ? null : `${name} must be one of ${allowed.join(', ')}`;
  }
  if (value === null && nullable.has(name)) return null;
  const wanted = typeof defaultSettings[key] === 'boolean' ? 'boolean' : 'number';
  if (typeof value === wanted && (wanted === 'boolean' || ((value as number) >= 0 && Number.isFinite(value))))
    return null;
  return `${name} must be a ${wanted === 'number' ? 'number of at least 0' : 'boolean'}${nullable.has(name) ? ' or null' : ''}`;
}
