import {
  Ints,
  NeededInt,
  NeededObject,
  NeededSeconds,
  NeededText,
  Objects,
  OptionalFlag,
  OptionalInt,
  OptionalObject,
  OptionalText,
  Texts,
} from './answer-fields.js';

/*
 * One class per answer or part of one, camelCase, with WeCom's name beside it. The classes whose names end in `Answer`
 * hold credentials as plain text for the moment of reading; suite-api.ts wraps them and they go no further.
 */

/** d:90600 */
export class SuiteTokenAnswer {
  @NeededText('suite_access_token') token!: string;
  @NeededSeconds('expires_in') expiresInSeconds!: number;
}

/** d:91200 */
export class ProviderTokenAnswer {
  @NeededText('provider_access_token') token!: string;
  @NeededSeconds('expires_in') expiresInSeconds!: number;
}

/** get_corp_token d:90605, gettoken d:97164 */
export class CorpTokenAnswer {
  @NeededText('access_token') token!: string;
  @NeededSeconds('expires_in') expiresInSeconds!: number;
}

/** d:90601 */
export class PreAuthCodeAnswer {
  @NeededText('pre_auth_code') preAuthCode!: string;
  @NeededSeconds('expires_in') expiresInSeconds!: number;
}

export class GrantingCorp {
  @NeededText('corpid') corpId!: string;
  @OptionalText('corp_name') corpName?: string;
}

/** The admin who consented; absent or partly empty in some ways of installing. */
export class GrantingUser {
  @OptionalText('userid') userId?: string;
  @OptionalText('open_userid') openUserId?: string;
  @OptionalText('name') name?: string;
  @OptionalText('avatar') avatarUrl?: string;
}

class RegisterCode {
  @OptionalText('register_code') registerCode?: string;
  @OptionalText('template_id') templateId?: string;
  @OptionalText('state') state?: string;
}

/** v2/get_permanent_code, d:100776 */
export class PermanentCodeAnswer {
  @NeededText('permanent_code') permanentCode!: string;
  @NeededObject('auth_corp_info', () => GrantingCorp) corp!: GrantingCorp;
  @OptionalObject('auth_user_info', () => GrantingUser) user?: GrantingUser;
  @OptionalObject('register_code_info', () => RegisterCode) register?: RegisterCode;
  @OptionalText('state') state?: string;
}

/** Who and what the app may see (d:100779). */
export class AgentPrivilege {
  /** 1 contacts basic read, 3 full read/write, 4 single basic read, 0 customised app; 2 and 5 are retired. */
  @OptionalInt('level') level?: number;
  @Ints('allow_party') allowedParties!: number[];
  @Texts('allow_user') allowedUsers!: string[];
  @Ints('allow_tag') allowedTags!: number[];
  @Ints('extra_party') extraParties!: number[];
  @Texts('extra_user') extraUsers!: string[];
  @Ints('extra_tag') extraTags!: number[];
}

class SharedFrom {
  @OptionalText('corpid') corpId?: string;
  /** 0 企业互联, 1 上下游. */
  @OptionalInt('share_type') shareType?: number;
}

export class AuthorizedAgent {
  @NeededInt('agentid') agentId!: number;
  @OptionalText('name') name?: string;
  @OptionalText('square_logo_url') squareLogoUrl?: string;
  @OptionalText('round_logo_url') roundLogoUrl?: string;
  /** 0 installed by an admin, 1 by a member for himself (no department rights at all, d:94496). */
  @OptionalInt('auth_mode') authMode?: number;
  @OptionalFlag('is_customized_app') isCustomizedApp?: boolean;
  @OptionalFlag('auth_from_thirdapp') isFromThirdPartyApp?: boolean;
  @OptionalObject('privilege', () => AgentPrivilege) privilege?: AgentPrivilege;
  @OptionalObject('shared_from', () => SharedFrom) sharedFrom?: SharedFrom;
}

/** `auth_info`: one element for modern suites. */
class AuthorizedAgents {
  @Objects('agent', () => AuthorizedAgent) agents!: AuthorizedAgent[];
}

export class AuthorizedCorp {
  @NeededText('corpid') corpId!: string;
  @OptionalText('corp_name') corpName?: string;
  /** `verified` or `unverified`. */
  @OptionalText('corp_type') corpType?: string;
  @OptionalText('corp_square_logo_url') squareLogoUrl?: string;
  /** Nearest figure to the account cap of the daily message budget; absent in member-authorised mode. */
  @OptionalInt('corp_user_max') userMax?: number;
  /** 1 company, 2 government or institution, 3 other, 4 team. */
  @OptionalInt('subject_type') subjectType?: number;
  /** Unix seconds. */
  @OptionalInt('verified_end_time') verifiedEndTime?: number;
  @OptionalText('corp_scale') scale?: string;
  @OptionalText('corp_industry') industry?: string;
  @OptionalText('corp_sub_industry') subIndustry?: string;
}

export class DealerCorp {
  @OptionalText('corpid') corpId?: string;
  @OptionalText('corp_name') corpName?: string;
}

/** v2/get_auth_info, d:100779 */
export class AuthInfoAnswer {
  @NeededObject('auth_corp_info', () => AuthorizedCorp) corp!: AuthorizedCorp;
  /** Absent for a pure contacts app and for a chat-archive authorisation. */
  @OptionalObject('auth_info', () => AuthorizedAgents) authorized?: AuthorizedAgents;
  @OptionalObject('dealer_corp_info', () => DealerCorp) dealer?: DealerCorp;
}

/** A member of the visible range; an element without a userid is of no use to us and is skipped later. */
class VisibleUser {
  @OptionalText('userid') userId?: string;
}

class VisibleUsers {
  @Objects('user', () => VisibleUser) users!: VisibleUser[];
}

class VisibleParties {
  @Ints('partyid') ids!: number[];
}

class VisibleTags {
  @Ints('tagid') ids!: number[];
}

/** agent/get, d:90363 */
export class AgentAnswer {
  @NeededInt('agentid') agentId!: number;
  @OptionalText('name') name?: string;
  @OptionalText('description') description?: string;
  @OptionalText('square_logo_url') squareLogoUrl?: string;
  @OptionalObject('allow_userinfos', () => VisibleUsers) visibleUsers?: VisibleUsers;
  @OptionalObject('allow_partys', () => VisibleParties) visibleParties?: VisibleParties;
  @OptionalObject('allow_tags', () => VisibleTags) visibleTags?: VisibleTags;
  @OptionalFlag('close') closed?: boolean;
  @OptionalText('redirect_domain') redirectDomain?: string;
  @OptionalText('home_url') homeUrl?: string;
  @OptionalInt('customized_publish_status') customizedPublishStatus?: number;
}
