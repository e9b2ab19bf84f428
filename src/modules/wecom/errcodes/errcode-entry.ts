/** The same sentence for both audiences of the console: Chinese first, English switch. */
export interface BilingualText {
  readonly zh: string;
  readonly en: string;
}

/**
 * Who has to move before the same call can work: the tenant's admin, we (operators and code of this platform),
 * the SaaS product that called us, or WeCom itself (wait). `nobody` only for code 0.
 */
export type Turn = 'corp_admin' | 'platform' | 'product' | 'wecom' | 'nobody';

/**
 * What to do when any call other than message/send is answered with the code.
 * `refresh_*` names the token WeCom's text speaks of; refresh the token the call really carried, once, and repeat once.
 */
export type CallAction =
  | 'ok'
  /** Repeat with back-off, at most three times (d:90455). */
  | 'retry'
  | 'refresh_corp_token'
  | 'refresh_suite_token'
  | 'refresh_jsapi_ticket'
  /** Read the newest suite ticket again and repeat once; never delete the stored one (G-05). */
  | 'reload_suite_ticket'
  /** Ask v2/get_auth_info once with the newest permanent code; refused again means cancelled (G-08). */
  | 'verify_authorization'
  /** WeCom is already in the wanted state or will say so: read the state again before judging. */
  | 'reread_state'
  /** Stop calling for what `hold` names. */
  | 'hold'
  | 'permanent';

/** What to do with a delivery whose message/send was answered with the code (classes of messages.md: T B C A P). */
export type SendAction =
  | 'accepted'
  /** Refresh the corp token once and send the same bytes once more. */
  | 'refresh'
  /** Send the same bytes later. */
  | 'backoff'
  /** The notice itself is wrong: never send it again unchanged. */
  | 'caller'
  /** Nothing goes to this corp until its admin acts. */
  | 'tenant'
  /** Our configuration or code is wrong: an operator acts. */
  | 'platform'
  /** Not documented for message/send: one more try with the same bytes, then give up, and tell an operator. */
  | 'unexpected';

export type HoldEnd =
  /** WeCom never says which window was exceeded: wait the steps of `recheckAfterMs` one after another. */
  | 'window_passed'
  | 'reauthorized'
  | 'change_auth'
  | 'agent_reopened'
  /** An operator mends it; meanwhile one probe per `recheckAfterMs`. */
  | 'operator'
  /** The corp pays, is verified or is unblocked; no event tells us, so probe. */
  | 'corp_admin';

export interface Hold {
  readonly scope: 'lane' | 'authorization' | 'suite';
  readonly until: HoldEnd;
  /** When to try one call again although nobody told us; the last value repeats. Empty: only the event lifts it. */
  readonly recheckAfterMs: readonly number[];
}

/** What may be mended by us before the one repeat that `send` or `call` allows. */
export type Remedy =
  | 'reupload_media'
  | 'refetch_agent'
  | 'resync_recipients'
  | 'lower_concurrency'
  | 'new_pre_auth_code';

/** Why a tenant needs its admin (or is gone); the word the console shows. */
export type TenantState =
  | 'uninstalled'
  | 'disabled'
  | 'inactive'
  | 'suspended'
  | 'unpaid'
  | 'unlicensed'
  | 'unverified'
  | 'permission'
  | 'visible_range';

export interface ErrcodeEntry {
  readonly code: number;
  readonly meaning: BilingualText;
  readonly turn: Turn;
  readonly todo: BilingualText;
  readonly call: CallAction;
  readonly send: SendAction;
  /** True where the answer does not prove that the request had no effect (-1, 6000, unknown codes). */
  readonly ambiguous: boolean;
  /** True where some recipients caused it: drop or resync those, the others may still be served. */
  readonly recipientLevel: boolean;
  readonly hold?: Hold;
  readonly remedy?: Remedy;
  readonly tenantState?: TenantState;
  /** `isolation`: a token met another tenant's or app's data; treat as a possible mix-up of tenants. */
  readonly alarm?: 'operator' | 'isolation';
  /** Pages of developer.work.weixin.qq.com/document/path/<id>. */
  readonly docs: readonly string[];
}

/** One declaration covers one code, or several that mean and ask for exactly the same. */
export type ErrcodeDeclaration = Omit<
  ErrcodeEntry,
  'code' | 'ambiguous' | 'recipientLevel' | 'docs' | 'call' | 'send'
> &
  Partial<Pick<ErrcodeEntry, 'ambiguous' | 'recipientLevel' | 'docs' | 'call' | 'send'>> & {
    readonly codes: number | readonly number[] | { readonly from: number; readonly to: number };
  };
