export type Language = 'zh' | 'en';

const texts = {
  title: ['企业微信模拟器', 'WeCom simulator'],
  subtitle: [
    '按接口文档实现，供第三方应用开发与测试',
    'As strict as the documents, for building and testing third-party apps',
  ],
  otherLanguage: ['English', '中文'],
  simulatedTime: ['模拟时间', 'Simulated time'],
  suites: ['应用', 'Apps'],
  corps: ['企业', 'Corps'],
  miniPrograms: ['小程序', 'Mini programs'],
  recentPushes: ['最近的回调推送', 'Latest callbacks'],
  recentCalls: ['最近的接口调用', 'Latest API calls'],
  nothingYet: ['暂无', 'Nothing yet'],
  emptyServer: [
    '模拟器还是空的。用 --seed 启动，或通过 /control/seed 创建应用和企业。',
    'This simulator is empty. Start it with --seed, or create suites and corps through /control/seed.',
  ],
  thirdParty: ['第三方应用', 'Third-party app'],
  customized: ['代开发模板', 'Customised app template'],
  released: ['已上线', 'Released'],
  unreleased: ['未上线', 'Not released'],
  installedBy: ['已安装企业', 'Installed by'],
  commandUrl: ['指令回调', 'Command URL'],
  dataUrl: ['数据回调', 'Data URL'],
  notSet: ['未设置', 'not set'],
  members: ['成员', 'Members'],
  more: ['还有', 'more:'],
  installedApps: ['已安装应用', 'Installed apps'],
  active: ['已授权', 'Active'],
  cancelled: ['已取消授权', 'Cancelled'],
  disabled: ['已停用', 'Disabled'],
  unlicensed: ['无许可', 'No licence'],
  admin: ['管理员', 'Admin'],
  linkedCorps: ['关联企业', 'Linked corps'],
  boundSuites: ['关联应用', 'Bound apps'],
  ok: ['成功', 'ok'],
  failed: ['失败', 'failed'],
  attempts: ['次', 'tries'],
  noMessages: ['还没有消息', 'No messages yet'],
  noMessagesHint: ['应用发来的消息会显示在这里', 'What the app sends will show up here'],
  messagesOf: ['的手机', "'s phone"],
  backToIndex: ['返回首页', 'Back to overview'],
  otherMembers: ['同企业成员', 'Colleagues'],
  miniProgram: ['小程序', 'Mini Program'],
  department: ['部门', 'Department'],
  status: ['状态', 'Status'],
  licence: ['接口许可', 'Licence'],
  licensed: ['有', 'Valid'],
  truncated: ['内容超过 2048 字节，已被截断', 'Cut at 2048 bytes'],
  status1: ['已激活', 'Active'],
  status2: ['已禁用', 'Disabled'],
  status4: ['未激活', 'Not activated'],
  status5: ['已退出', 'Left'],
  install: ['安装应用', 'Install app'],
  provider: ['服务商', 'Provider'],
  installInto: ['安装到', 'Install for'],
  switchCorp: ['切换企业', 'Switch corp'],
  permissions: ['应用将获得以下权限', 'The app will be able to'],
  permissionContacts: ['读取可见范围内的成员与部门信息', 'Read members and departments in its visible range'],
  permissionMessages: ['向可见范围内的成员发送消息', 'Send messages to members in its visible range'],
  permissionIdentity: ['识别使用应用的成员身份', 'Recognise the members who use it'],
  visibleRange: ['可见范围', 'Visible range'],
  wholeCorp: ['全公司', 'Whole corp'],
  part: ['部分部门或成员', 'Some departments or members'],
  departments: ['部门', 'Departments'],
  approve: ['同意以上授权并安装', 'Approve and install'],
  refuse: ['拒绝', 'Refuse'],
  refusedTitle: ['未安装', 'Not installed'],
  refusedText: [
    '你拒绝了授权，应用没有安装。可以关闭此页面。',
    'You refused; nothing was installed. You can close this page.',
  ],
  installError: ['无法安装', 'Cannot install'],
  alreadyInstalled: ['该企业已安装此应用，同意后将更新授权', 'Already installed; approving renews the authorization'],
  testInstall: ['测试安装', 'Test installation'],
  noCorp: ['模拟器里还没有企业', 'The simulator has no corp yet'],
  errorSuite: ['应用不存在，或不支持从安装链接安装', 'There is no such app, or it has no install link'],
  errorPreAuthCode: ['预授权码校验失败', 'The pre_auth_code is not valid here'],
  errorPreAuthCodeExpired: ['预授权码已过期', 'The pre_auth_code has expired'],
  errorSession: [
    '应用未上线，需先用 set_session_info 设置 auth_type 为 1',
    'The app is not released: call set_session_info with auth_type 1 first',
  ],
  errorRedirect: ['redirect_uri 不在安装完成回调域名之下', "redirect_uri is not under the app's callback domain"],
  errorState: ['state 只能是字母和数字，且不超过 128 字节', 'state takes letters and digits only, at most 128 bytes'],
  errorTestFull: ['测试安装的企业数已达上限', 'The limit of test installations is reached'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type TextName = keyof typeof texts;
export type PageText = (name: TextName) => string;

export function pageText(language: Language): PageText {
  return (name) => texts[name][language === 'zh' ? 0 : 1];
}

const timeFormats = {
  clock: new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' }),
  full: new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' }),
};

/** Times are shown as a phone in China shows them. */
export function timeText(ms: number, format: keyof typeof timeFormats): string {
  return timeFormats[format].format(ms);
}
