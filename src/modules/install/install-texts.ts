export type Language = 'zh' | 'en';

/** How an installation can end, from the corporate admin's point of view. */
export type InstallResult =
  | 'installed'
  | 'already_installed'
  | 'refused'
  | 'code_expired'
  | 'state_mismatch'
  | 'try_later'
  | 'unavailable'
  | 'unknown_app';

interface ResultText {
  readonly title: string;
  readonly detail: string;
  /** What the admin can do now. */
  readonly next: string;
  /** Label of the button that starts again; absent when there is nothing to start. */
  readonly again?: string;
}

interface InstallTexts {
  readonly htmlLang: string;
  readonly otherLanguage: string;
  readonly kicker: string;
  readonly heading: (app: string) => string;
  readonly lead: string;
  readonly points: readonly string[];
  readonly button: string;
  readonly note: string;
  readonly testMode: string;
  readonly results: { readonly [R in InstallResult]: ResultText };
}

export const INSTALL_TEXTS: { readonly [L in Language]: InstallTexts } = {
  zh: {
    htmlLang: 'zh-CN',
    otherLanguage: 'English',
    kicker: '企业微信应用',
    heading: (app) => `安装「${app}」`,
    lead: '安装后，业务系统可以通过该应用，把通知直接发送到贵企业成员的企业微信。',
    points: [
      '由企业微信官方页面完成授权，我们不会接触您的登录信息',
      '您可以决定应用的可见范围：哪些部门和成员可以收到通知',
      '随时可以在企业微信管理后台移除应用，移除后我们会删除贵企业的授权凭证',
    ],
    button: '前往企业微信安装',
    note: '需要企业微信管理员身份。点击后将打开企业微信的授权页面。',
    testMode: '此应用尚未发布，将以测试方式安装。',
    results: {
      installed: {
        title: '安装成功',
        detail: '贵企业已完成授权，应用可以开始发送通知了。',
        next: '可以关闭此页面。如需调整哪些成员能收到通知，请在企业微信管理后台修改应用的可见范围。',
      },
      already_installed: {
        title: '应用已安装',
        detail: '本次授权之前已经处理完成，无需重复操作。',
        next: '可以关闭此页面。',
      },
      refused: {
        title: '未完成安装',
        detail: '企业微信没有返回授权结果，可能是授权被取消或被拒绝。',
        next: '如果这不是您的本意，请重新开始安装。',
        again: '重新安装',
      },
      code_expired: {
        title: '授权码已失效',
        detail: '本次授权的凭证已过期或已被使用，我们无法完成安装。',
        next: '请先在企业微信管理后台移除该应用，然后重新安装。',
        again: '重新安装',
      },
      state_mismatch: {
        title: '无法确认此次安装',
        detail: '此页面不是由当前浏览器发起的安装打开的，或停留时间超过了半小时。',
        next: '请在同一个浏览器中重新开始安装。如果企业微信中已显示该应用，请先将其移除。',
        again: '重新安装',
      },
      try_later: {
        title: '正在处理',
        detail: '授权已收到，但暂时无法完成最后一步。我们会在后台继续尝试。',
        next: '请稍等片刻后刷新此页面，无需重新安装。',
      },
      unavailable: {
        title: '暂时无法开始安装',
        detail: '我们现在无法从企业微信取得安装许可。',
        next: '请几分钟后再试。',
        again: '再试一次',
      },
      unknown_app: {
        title: '没有这个应用',
        detail: '安装链接不正确，或应用已下线。',
        next: '请向提供链接的服务商索取新的安装链接。',
      },
    },
  },
  en: {
    htmlLang: 'en',
    otherLanguage: '中文',
    kicker: 'WeCom app',
    heading: (app) => `Install “${app}”`,
    lead: 'Once installed, your business systems can send notices straight to your members in WeCom.',
    points: [
      'You consent on WeCom’s own page; we never see how you sign in',
      'You choose the visible range: which departments and members can receive notices',
      'Remove the app in WeCom’s admin console at any time; we then destroy the credentials of your company',
    ],
    button: 'Continue to WeCom',
    note: 'You need to be a WeCom administrator. The button opens WeCom’s consent page.',
    testMode: 'This app is not released yet; it will be installed in test mode.',
    results: {
      installed: {
        title: 'Installed',
        detail: 'Your company has authorised the app. It can send notices now.',
        next: 'You can close this page. To change who receives notices, edit the app’s visible range in WeCom’s admin console.',
      },
      already_installed: {
        title: 'Already installed',
        detail: 'This authorisation had been completed before; there is nothing more to do.',
        next: 'You can close this page.',
      },
      refused: {
        title: 'Not installed',
        detail: 'WeCom returned no authorisation; it may have been cancelled or refused.',
        next: 'If that was not intended, start again.',
        again: 'Install again',
      },
      code_expired: {
        title: 'The authorisation has expired',
        detail: 'Its code is too old or was used before, so the installation cannot be completed.',
        next: 'Remove the app in WeCom’s admin console first, then install it again.',
        again: 'Install again',
      },
      state_mismatch: {
        title: 'This installation cannot be confirmed',
        detail:
          'The page was not opened by an installation started in this browser, or more than half an hour has passed.',
        next: 'Start again in one and the same browser. If WeCom already shows the app, remove it first.',
        again: 'Install again',
      },
      try_later: {
        title: 'Still working on it',
        detail:
          'We received the authorisation, but could not complete the last step yet. We keep trying in the background.',
        next: 'Reload this page in a moment. There is no need to install again.',
      },
      unavailable: {
        title: 'Cannot start right now',
        detail: 'WeCom does not give us permission to start an installation at the moment.',
        next: 'Please try again in a few minutes.',
        again: 'Try again',
      },
      unknown_app: {
        title: 'There is no such app',
        detail: 'The install link is wrong, or the app is no longer offered.',
        next: 'Ask whoever gave you the link for a new one.',
      },
    },
  },
};
