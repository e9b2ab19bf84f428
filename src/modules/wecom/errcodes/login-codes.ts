import type { ErrcodeDeclaration } from './errcode-entry.js';

/** Logins, registration, domains and id conversion: not sent by this platform today, but support staff meet the codes. */
export const LOGIN_CODES: readonly ErrcodeDeclaration[] = [
  {
    codes: [40029, 42003, 42022],
    meaning: {
      zh: '登录 code 无效、已使用、超过五分钟，或由其他应用签发',
      en: 'Login code invalid, already used, older than five minutes, or issued to another suite',
    },
    turn: 'product',
    todo: { zh: '让用户重新登录以取得新的 code。', en: 'Let the user log in again for a new code.' },
    docs: ['91121'],
  },
  {
    codes: [42006, 42013],
    meaning: {
      zh: '展示组件或小程序的登录态已过期',
      en: 'The login of the display component or mini program has expired',
    },
    turn: 'product',
    todo: { zh: '让用户重新登录。', en: 'Let the user log in again.' },
  },
  {
    codes: [84014, 84015],
    meaning: { zh: 'user_ticket 无效或已过期', en: 'user_ticket invalid or expired' },
    turn: 'product',
    todo: { zh: '让用户重新登录以取得新票据。', en: 'Let the user log in again for a new ticket.' },
    docs: ['91121'],
  },
  {
    codes: 84075,
    meaning: { zh: '登录或授权 code 不合法或已过期', en: 'Login or authorisation code illegal or expired' },
    turn: 'product',
    todo: { zh: '让用户重新操作以取得新的 code。', en: 'Let the user start again for a new code.' },
  },
  {
    codes: [84019, 84020, 84021, 84022, 84023],
    meaning: {
      zh: '注册模板或注册码不合法、已过期或已使用',
      en: 'Registration template or register code invalid, expired or used',
    },
    turn: 'platform',
    todo: {
      zh: '核对注册模板，并重新取得注册码。',
      en: 'Check the registration template and get a new register code.',
    },
    docs: ['90581'],
  },
  {
    codes: 84024,
    meaning: { zh: '没有该注册码的注册记录', en: 'Nobody has registered with this code' },
    turn: 'corp_admin',
    todo: { zh: '请企业通过注册链接完成注册。', en: 'The corp completes the registration with its link.' },
    docs: ['90582'],
  },
  {
    codes: 84025,
    meaning: {
      zh: 'state 不合法（只能是字母和数字，且不超长）',
      en: 'Illegal state (letters and digits only, limited length)',
    },
    turn: 'platform',
    todo: { zh: '平台缺陷：请附上 hint 反馈。', en: 'A defect of the platform; report it with the hint.' },
    docs: ['90597'],
  },
  {
    codes: 50001,
    meaning: {
      zh: '跳转链接的域名不是可信域名（须完全一致，含端口）；与消息发送无关',
      en: 'The redirect host is not a trusted domain (exact match, port included); not a send error',
    },
    turn: 'platform',
    todo: { zh: '在服务商后台设置可信域名。', en: 'Set the trusted domain in the provider console.' },
  },
  {
    codes: [80001, 85005],
    meaning: { zh: '域名未备案，或归属校验失败', en: 'The domain has no ICP record, or its ownership is not proven' },
    turn: 'platform',
    todo: {
      zh: '完成备案与归属校验后重新设置域名。',
      en: 'Complete record and ownership check and set the domain again.',
    },
  },
  {
    codes: 610014,
    meaning: { zh: 'unionid 不合法', en: 'Illegal unionid' },
    turn: 'product',
    todo: { zh: '核对 unionid 的来源。', en: 'Check where the unionid comes from.' },
    docs: ['95900'],
  },
  {
    codes: [610015, 610016],
    meaning: { zh: '公众号或小程序帐号未认证，或企业未认证', en: 'The WeChat account or the corp is not certified' },
    turn: 'corp_admin',
    todo: { zh: '请完成相应认证。', en: 'Complete the certification.' },
    tenantState: 'unverified',
    docs: ['95900'],
  },
  {
    codes: [610017, 610018],
    meaning: {
      zh: '主体不一致，或 openid 与 unionid 不匹配',
      en: 'Subjects differ, or openid and unionid do not belong together',
    },
    turn: 'product',
    todo: {
      zh: '核对 openid 与 unionid 是否来自同一主体。',
      en: 'Check that openid and unionid come from the same subject.',
    },
    docs: ['95900'],
  },
  {
    codes: 610019,
    meaning: { zh: '企业未安装该应用', en: 'The corp has not installed the app' },
    turn: 'corp_admin',
    todo: { zh: '请企业先安装应用。', en: 'The corp installs the app first.' },
    tenantState: 'uninstalled',
    docs: ['95900'],
  },
];
