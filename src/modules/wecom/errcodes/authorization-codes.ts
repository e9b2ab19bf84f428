import type { ErrcodeDeclaration } from './errcode-entry.js';

const HOUR_MS = 3_600_000;

/** What the corp granted, withdrew, switched off or has not paid for. */
export const AUTHORIZATION_CODES: readonly ErrcodeDeclaration[] = [
  {
    codes: 48004,
    meaning: { zh: '企业没有授权该应用，或授权已取消', en: 'The corp has not authorised the suite, or has cancelled' },
    turn: 'corp_admin',
    todo: {
      zh: '平台核实一次后停止该企业的发送；请企业管理员重新安装应用。',
      en: 'The platform verifies once and then stops sending; the corp has to install the app again.',
    },
    call: 'verify_authorization',
    send: 'tenant',
    hold: { scope: 'authorization', until: 'reauthorized', recheckAfterMs: [] },
    tenantState: 'uninstalled',
  },
  {
    codes: [50003, 50006],
    meaning: { zh: '应用已被企业停用', en: 'The corp has switched the app off' },
    turn: 'corp_admin',
    todo: {
      zh: '请企业管理员在企业微信管理后台启用应用；启用后积压的通知会继续发送。',
      en: 'The admin enables the app in the WeCom admin console; held notices are sent after that.',
    },
    call: 'hold',
    send: 'tenant',
    hold: { scope: 'authorization', until: 'change_auth', recheckAfterMs: [] },
    tenantState: 'disabled',
    docs: ['90363'],
  },
  {
    codes: 48006,
    meaning: {
      zh: '企业长期未使用应用，接口权限已被收回',
      en: 'The right was withdrawn because the corp did not use the app for long',
    },
    turn: 'corp_admin',
    todo: {
      zh: '请企业管理员在应用详情页重新启用应用。',
      en: 'The admin opens the app again on its page in the WeCom admin console.',
    },
    call: 'hold',
    send: 'tenant',
    hold: { scope: 'authorization', until: 'agent_reopened', recheckAfterMs: [] },
    tenantState: 'inactive',
  },
  {
    codes: 48011,
    meaning: { zh: '应用活跃度过低，不能使用客户数据', en: 'Activity too low for customer data' },
    turn: 'corp_admin',
    todo: {
      zh: '该企业的客户联系接口受限；请企业恢复使用应用。',
      en: 'Customer-contact calls are limited for this corp until it uses the app again.',
    },
    tenantState: 'inactive',
  },
  {
    codes: [40141, 301007],
    meaning: { zh: '企业帐号异常、已解散或被封禁', en: 'The corp account is abnormal, dissolved or banned' },
    turn: 'corp_admin',
    todo: {
      zh: '请企业联系企业微信处理其帐号；在此之前不再发送。',
      en: 'The corp sorts out its account with WeCom; nothing is sent before that.',
    },
    call: 'hold',
    send: 'tenant',
    hold: { scope: 'authorization', until: 'corp_admin', recheckAfterMs: [6 * HOUR_MS] },
    tenantState: 'suspended',
  },
  {
    codes: [40136, 40137, 40138, 40139],
    meaning: {
      zh: '试用或服务已到期，或使用人数超出付费人数上限',
      en: 'Trial or service is over, or more people use the app than were paid for',
    },
    turn: 'corp_admin',
    todo: {
      zh: '请企业续费或扩容；完成后平台会自动恢复发送。',
      en: 'The corp renews or buys more seats; sending resumes by itself after that.',
    },
    call: 'hold',
    send: 'tenant',
    hold: { scope: 'authorization', until: 'corp_admin', recheckAfterMs: [HOUR_MS] },
    tenantState: 'unpaid',
  },
  {
    codes: [90302, 90303],
    meaning: { zh: '应用版本已到期或人数超限', en: 'The edition of the app has expired or its seats are exceeded' },
    turn: 'corp_admin',
    todo: {
      zh: '请企业续费或扩容；完成后平台会自动恢复发送。',
      en: 'The corp renews or buys more seats; sending resumes by itself after that.',
    },
    call: 'hold',
    send: 'tenant',
    hold: { scope: 'authorization', until: 'corp_admin', recheckAfterMs: [HOUR_MS] },
    tenantState: 'unpaid',
  },
  {
    codes: 40132,
    meaning: { zh: '团队帐号不支持该功能', en: 'A team account cannot do this' },
    turn: 'corp_admin',
    todo: {
      zh: '请企业完成企业注册或认证后再使用。',
      en: 'The corp has to register as a company first.',
    },
    send: 'tenant',
    tenantState: 'unverified',
  },
  {
    codes: 43009,
    meaning: { zh: '企业主体未认证', en: 'The corp is not verified' },
    turn: 'corp_admin',
    todo: { zh: '请企业管理员完成企业认证。', en: 'The admin completes the verification of the corp.' },
    send: 'tenant',
    tenantState: 'unverified',
  },
  {
    codes: 48001,
    meaning: { zh: '接口功能未授权', en: 'The function is not authorised' },
    turn: 'corp_admin',
    todo: {
      zh: '检查授权状态；请企业管理员确认应用所需的权限。不要重试。',
      en: 'Check the authorisation; the admin confirms the permissions the app asks for. Do not repeat.',
    },
    send: 'tenant',
    tenantState: 'permission',
  },
  {
    codes: 48002,
    meaning: {
      zh: '应用无权调用该接口：权限未申请、未发布或企业未确认；小程序通知则表示应用不是小程序应用；代开发应用误用第三方凭证接口也会出现',
      en: 'The app may not call this API: permission not requested, published or confirmed; for a mini-program notice: the app is no mini-program app; for a customised app: it used the third-party token call',
    },
    turn: 'platform',
    todo: {
      zh: '先核对服务商后台的应用类型与权限，再请企业管理员在管理后台确认新增权限。',
      en: 'First check app type and permissions in the provider console, then have the admin confirm new permissions.',
    },
    send: 'platform',
    tenantState: 'permission',
    docs: ['91143'],
  },
  {
    codes: 48005,
    meaning: { zh: '接口已下线', en: 'The API was withdrawn' },
    turn: 'platform',
    todo: { zh: '升级平台版本；请附上 hint 反馈。', en: 'Update the platform; report it with the hint.' },
    send: 'platform',
    alarm: 'operator',
  },
  {
    codes: 48008,
    meaning: { zh: '通讯录编辑授权只能调用部分接口', en: 'The contact-editing authorisation may call only some APIs' },
    turn: 'platform',
    todo: {
      zh: '该调用不适用于此类授权，不要重试。',
      en: 'The call does not fit this kind of authorisation; do not repeat.',
    },
  },
  {
    codes: 60011,
    meaning: {
      zh: '无权访问该成员、部门或标签（不在应用可见范围，或为成员授权模式）',
      en: 'No right on this member, department or tag (outside the visible range, or member-authorised mode)',
    },
    turn: 'corp_admin',
    todo: {
      zh: '平台会重新拉取授权信息；请企业管理员把接收对象加入应用可见范围。成员授权模式下只能按成员发送。',
      en: 'The platform reads the authorisation again; the admin adds the recipients to the visible range. In member-authorised mode send to members only.',
    },
    send: 'tenant',
    recipientLevel: true,
    remedy: 'refetch_agent',
    tenantState: 'visible_range',
    docs: ['94496'],
  },
  {
    codes: 60031,
    meaning: { zh: '应用当前被禁止调用接口', en: 'The app is barred from calling APIs' },
    turn: 'platform',
    todo: {
      zh: '运维人员在服务商后台查看处罚通知并申诉；期间暂停该授权。',
      en: 'An operator reads the notice in the provider console and appeals; the authorisation is paused meanwhile.',
    },
    call: 'hold',
    send: 'platform',
    hold: { scope: 'authorization', until: 'operator', recheckAfterMs: [HOUR_MS] },
    tenantState: 'suspended',
    alarm: 'operator',
  },
  {
    codes: 60246,
    meaning: { zh: '应用未上线', en: 'The app is not released' },
    turn: 'platform',
    todo: {
      zh: '在服务商后台发布应用；未上线的应用只能以测试模式安装。',
      en: 'Release the app in the provider console; before that it can be installed in test mode only.',
    },
    send: 'platform',
    alarm: 'operator',
  },
  {
    codes: [84005, 846000],
    meaning: {
      zh: '第三方应用不存在，或该接口只支持第三方应用与代开发应用',
      en: 'The third-party app does not exist, or the call is for third-party and customised apps only',
    },
    turn: 'platform',
    todo: { zh: '核对应用类型与 suite_id。', en: 'Check the kind of app and the suite_id.' },
    send: 'platform',
  },
  {
    codes: 92001,
    meaning: { zh: '没有敏感接口权限', en: 'No right for sensitive data' },
    turn: 'platform',
    todo: { zh: '在服务商后台申请相应权限。', en: 'Ask for the permission in the provider console.' },
    tenantState: 'permission',
  },
  {
    codes: [60206, 60207, 60208],
    meaning: {
      zh: '“独立第三方应用”只能发送模板消息，且不支持 @all',
      en: 'An "independent third-party app" may send template messages only, and not to @all',
    },
    turn: 'platform',
    todo: {
      zh: '改用应用模板消息并指定成员，或在服务商后台调整应用类型。',
      en: 'Use template messages with named members, or change the kind of app in the provider console.',
    },
    send: 'platform',
    docs: ['94515'],
  },
];
