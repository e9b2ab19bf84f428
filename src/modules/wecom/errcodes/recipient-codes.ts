import type { ErrcodeDeclaration } from './errcode-entry.js';

/** Members, departments, tags, the tickets of the member picker, and member authorisation. */
export const RECIPIENT_CODES: readonly ErrcodeDeclaration[] = [
  {
    codes: [40003, 46004, 60111],
    meaning: {
      zh: '成员 ID 不合法、不存在或不可见（常见于需要加密 ID 时传了明文 ID，或成员已离职）',
      en: 'User id invalid, unknown or not visible (typically a plain id where the encrypted one is needed, or the member has left)',
    },
    turn: 'product',
    todo: {
      zh: '去掉这些成员并重新同步通讯录；使用企业微信下发给本服务商的加密成员 ID，不要改写大小写。',
      en: 'Drop these members and synchronise the directory; use the encrypted ids WeCom issued to this provider, with their case unchanged.',
    },
    send: 'caller',
    recipientLevel: true,
    remedy: 'resync_recipients',
    docs: ['96516'],
  },
  {
    codes: 40031,
    meaning: { zh: '成员列表含有不存在或不可见的 ID', en: 'The user list holds unknown or invisible ids' },
    turn: 'product',
    todo: { zh: '去掉无效成员并重新同步通讯录。', en: 'Drop the invalid members and synchronise the directory.' },
    send: 'caller',
    recipientLevel: true,
    remedy: 'resync_recipients',
  },
  {
    codes: 40032,
    meaning: { zh: '一次发送的成员超过 1000 人', en: 'More than 1000 users in one call' },
    turn: 'platform',
    todo: {
      zh: '平台缺陷：应按 1000 人分批。请附上 hint 反馈。',
      en: 'A defect of the platform, which splits at 1000. Report it with the hint.',
    },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: [40125, 60221],
    meaning: {
      zh: '加密成员 ID（open_userid）无效或属于其他服务商',
      en: 'open_userid invalid or issued to another provider',
    },
    turn: 'product',
    todo: {
      zh: '只使用本服务商取得的成员 ID；去掉这些成员并重新同步。',
      en: 'Use ids issued to this provider only; drop these members and synchronise.',
    },
    send: 'caller',
    recipientLevel: true,
    remedy: 'resync_recipients',
    docs: ['95890'],
  },
  {
    codes: 40066,
    meaning: { zh: '部门列表为空或部门 ID 不存在', en: 'Department list empty or with an unknown id' },
    turn: 'product',
    todo: { zh: '核对部门 ID 并重新同步。', en: 'Check the department ids and synchronise.' },
    send: 'caller',
    remedy: 'resync_recipients',
  },
  {
    codes: [40068, 40070],
    meaning: { zh: '标签 ID 不存在，或标签内成员全部无效', en: 'Unknown tag id, or everything in the tag is invalid' },
    turn: 'product',
    todo: {
      zh: '核对标签 ID；第三方应用只能使用自己创建或可见范围内的标签。',
      en: 'Check the tag ids; a third-party app sees only its own tags and those in its visible range.',
    },
    send: 'caller',
    remedy: 'resync_recipients',
  },
  {
    codes: [50002, 60021, 71058, 92000],
    meaning: { zh: '成员不在应用可见范围内', en: 'The member is outside the visible range of the app' },
    turn: 'corp_admin',
    todo: {
      zh: '请企业管理员把成员加入应用可见范围；通知会跳过这些成员。',
      en: 'The admin adds the member to the visible range; the notice skips these members.',
    },
    send: 'caller',
    recipientLevel: true,
    remedy: 'resync_recipients',
    tenantState: 'visible_range',
  },
  {
    codes: [81012, 82001],
    meaning: { zh: '没有指定接收者', en: 'No recipients were given' },
    turn: 'product',
    todo: {
      zh: 'touser、toparty、totag 至少填写一项。',
      en: 'Fill in at least one of touser, toparty and totag.',
    },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: 81013,
    meaning: {
      zh: '全部接收者无效、不在可见范围内或没有接口许可',
      en: 'Every recipient is invalid, outside the visible range or unlicensed',
    },
    turn: 'corp_admin',
    todo: {
      zh: '检查成员 ID 是否为加密 ID；再请企业管理员检查应用可见范围，并确认成员已激活接口许可。',
      en: 'Check that the ids are the encrypted ones; then have the admin check the visible range, and that the members hold a licence.',
    },
    send: 'caller',
    recipientLevel: true,
    remedy: 'resync_recipients',
    tenantState: 'visible_range',
    docs: ['90372'],
  },
  {
    codes: [82002, 82003],
    meaning: { zh: '部门或标签超过 100 个', en: 'More than 100 departments or tags' },
    turn: 'product',
    todo: { zh: '减少到 100 个以内。', en: 'Name at most 100 of each.' },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: [60211, 60215, 60217, 60219, 60222],
    meaning: {
      zh: '选人票据（selected_ticket）无效、过期或过多',
      en: 'Tickets of the member picker invalid, expired or too many',
    },
    turn: 'product',
    todo: {
      zh: '请成员重新选人以取得新票据；一次最多 10 个。',
      en: 'Let the member pick again for a new ticket; at most 10 in one call.',
    },
    send: 'caller',
    docs: ['94515'],
  },
  {
    codes: 60218,
    meaning: { zh: '该功能仅限成员授权模式', en: 'For the member-authorised mode only' },
    turn: 'product',
    todo: {
      zh: '企业为管理员授权模式：直接指定可见范围内的成员。',
      en: 'The corp was authorised by its admin: name members of the visible range instead.',
    },
    send: 'caller',
    docs: ['94515'],
  },
  {
    codes: 60214,
    meaning: { zh: '该接口仅限第三方应用', en: 'For third-party apps only' },
    turn: 'platform',
    todo: { zh: '该应用类型不能调用此接口。', en: 'This kind of app cannot make the call.' },
  },
  {
    codes: [40133, 40134, 40135, 84135],
    meaning: {
      zh: '成员授权被禁止：应用已停用、不允许成员授权，或已有同类应用',
      en: 'Member authorisation refused: the app is disabled, forbidden for members, or a similar app exists',
    },
    turn: 'corp_admin',
    todo: {
      zh: '请企业管理员在管理后台允许成员使用该应用，或由管理员安装。',
      en: 'The admin allows members to use the app, or installs it for the corp.',
    },
    tenantState: 'permission',
    docs: ['94496'],
  },
  {
    codes: 40096,
    meaning: {
      zh: '外部联系人 ID 不合法（主体不符或跟进人不可见）',
      en: 'External user id wrong (other subject, or the follower is not visible)',
    },
    turn: 'product',
    todo: { zh: '去掉该客户并重新同步。', en: 'Drop this customer and synchronise.' },
    recipientLevel: true,
  },
  {
    codes: 84061,
    meaning: { zh: '成员与客户之间没有客户关系', en: 'Member and customer have no customer relation' },
    turn: 'product',
    todo: { zh: '去掉该客户关系并重新同步。', en: 'Drop this relation and synchronise.' },
    recipientLevel: true,
  },
];
