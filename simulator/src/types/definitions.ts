/** The service provider (服务商): owner of suites, of one IP allow-list and of the system-event URL. */
export interface ProviderDefinition {
  corpId: string;
  name?: string;
  secret: string;
  /** Key pair of the system-event URL; different from any suite's. */
  token?: string;
  encodingAesKey?: string;
  systemUrl?: string | null;
  /** IP白名单: addresses or wildcards such as `222.209.201.*`, `;` separates; null lets every caller in (d:90595). */
  ipAllowList?: string[] | null;
}

export type SuiteKind = 'third-party' | 'customized';

/** One third-party app, or one customised-app template (代开发模板) with a `dk…` id. */
export interface SuiteDefinition {
  suiteId: string;
  /** Default: `customized` when the id begins with `dk`. */
  kind?: SuiteKind;
  name?: string;
  description?: string;
  logoUrl?: string;
  secret: string;
  token: string;
  encodingAesKey: string;
  providerCorpId: string;
  /** Released apps install formally (auth_type 0), others only in test mode (auth_type 1) (d:90602). Default true. */
  released?: boolean;
  commandUrl?: string | null;
  /** May hold `$CORPID$` (d:90595). */
  dataUrl?: string | null;
  /** 安装完成回调域名: the host of redirect_uri must lie under it; null allows any host. */
  installDomain?: string | null;
  homeUrl?: string;
  /** `privilege.level` in the authorisation info; default 1 (0 for customised apps). */
  privilegeLevel?: number;
}

/** 1 active, 2 disabled, 4 not activated, 5 left. */
export type MemberStatus = 1 | 2 | 4 | 5;

export interface MemberDefinition {
  userId: string;
  name?: string;
  alias?: string;
  /** Default: the root department. */
  departments?: number[];
  /** Holds a valid base licence (基础账号). Default true. */
  licensed?: boolean;
  status?: MemberStatus;
  isAdmin?: boolean;
}

export interface DepartmentDefinition {
  id: number;
  name?: string;
  /** Default 1; the root department has id 1 and exists without being listed. */
  parentId?: number;
}

export interface TagDefinition {
  id: number;
  name?: string;
  userIds?: string[];
  departmentIds?: number[];
}

export interface CorpDefinition {
  corpId: string;
  name?: string;
  type?: 'verified' | 'unverified';
  /** Encrypted ids are case-sensitive, plain ones are not (d:96516). Default true. */
  encryptedIds?: boolean;
  /** 账号上限数: the daily budget of an app is this × 200 person-times. Default 1000. */
  accountCap?: number;
  members?: MemberDefinition[];
  departments?: DepartmentDefinition[];
  tags?: TagDefinition[];
}

export interface MiniProgramDefinition {
  appid: string;
  name?: string;
  /** Suites it is associated with (the provider's side). */
  suiteIds?: string[];
  /** Corps it is linked to (the tenants' side). */
  corpIds?: string[];
  /** When given, a notice may open only these pages. */
  pages?: string[] | null;
}
