import type { PushRecord } from './pushes.ts';

/** Who may see the app (可见范围). Department 1 is the whole corp. */
export interface VisibleRange {
  userIds: string[];
  departmentIds: number[];
  tagIds: number[];
}

/**
 * How a corp installs: `silent` tells nobody and hands the auth_code back (what the install link's redirect would
 * carry), `market` and `qr` push create_auth. Customised apps know only `qr`.
 */
export type InstallMode = 'silent' | 'market' | 'qr';

export interface InstallRequest {
  suiteId: string;
  corpId: string;
  mode?: InstallMode;
  adminUserId?: string;
  visibleRange?: Partial<VisibleRange>;
  /** 0 installed by an administrator, 1 by a member for himself (d:94496). */
  authMode?: 0 | 1;
  /** Test installation (auth_type 1). Default: the suite is not released. */
  test?: boolean;
  state?: string;
}

export interface ChangeRequest {
  visibleRange?: Partial<VisibleRange>;
  /** The corp switched the app off or on. */
  disabled?: boolean;
  /** 代开发 publish status shown by agent/get (d:90363). */
  publishStatus?: 0 | 1 | 2 | 3;
  state?: string;
  /** Push change_auth. Default true. */
  push?: boolean;
}

export interface AuthorizationView {
  suiteId: string;
  corpId: string;
  agentId: number;
  status: 'active' | 'cancelled';
  disabled: boolean;
  authMode: 0 | 1;
  test: boolean;
  publishStatus: 0 | 1 | 2 | 3;
  adminUserId: string | null;
  visibleRange: VisibleRange;
  /** Counts installations of this suite by this corp. */
  generation: number;
  permanentCode: string;
  /** A permanent code was handed out in this generation. */
  exchanged: boolean;
}

export interface InstallResult {
  authorization: AuthorizationView;
  authCode: string;
  expiresInSeconds: number;
  push: PushRecord | null;
}
