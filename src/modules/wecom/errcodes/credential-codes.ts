import type { ErrcodeDeclaration } from './errcode-entry.js';

/** Secrets, tokens, tickets and single-use codes: the chain of authorization.md §1. */
export const CREDENTIAL_CODES: readonly ErrcodeDeclaration[] = [
  {
    codes: 40001,
    meaning: {
      zh: '凭证密钥（secret）错误：参数缺失、与企业不匹配、已被重置，或应用已停用',
      en: 'Wrong secret: missing, of another corp, reset meanwhile, or the app was stopped',
    },
    turn: 'platform',
    todo: {
      zh: '不要重试：反复使用错误密钥会使出口 IP 被封禁一小时。核对服务商密钥；代开发应用请等待企业重置后的新永久授权码。',
      en: 'Do not repeat: wrong secrets in a row bar the calling IP for an hour. Check the provider secret; for a customised app wait for the new permanent code after the reset.',
    },
    send: 'platform',
    alarm: 'operator',
  },
  {
    codes: 40091,
    meaning: { zh: '密钥属于另一个企业', en: 'The secret belongs to another corp' },
    turn: 'platform',
    todo: {
      zh: '核对配置中的企业 ID 与密钥是否成对；修正前不要重试。',
      en: 'Check that corp id and secret in the configuration belong together; do not repeat before that.',
    },
    send: 'platform',
    alarm: 'operator',
  },
  {
    codes: 40014,
    meaning: { zh: 'access_token 无效', en: 'Invalid access_token' },
    turn: 'platform',
    todo: {
      zh: '平台会作废这一枚凭证，刷新一次并重试一次；若仍失败，请检查是否用错了凭证种类。',
      en: 'The platform discards exactly this token, refreshes once and repeats once; if that fails too, check that the right kind of token is used.',
    },
    call: 'refresh_corp_token',
    send: 'refresh',
    docs: ['90605'],
  },
  {
    codes: 42001,
    meaning: { zh: 'access_token 已过期', en: 'access_token has expired' },
    turn: 'platform',
    todo: {
      zh: '平台会刷新一次凭证并重试一次，无需处理。',
      en: 'The platform refreshes the token once and repeats once; nothing to do.',
    },
    call: 'refresh_corp_token',
    send: 'refresh',
    docs: ['90605'],
  },
  {
    codes: 40082,
    meaning: {
      zh: 'suite_access_token（或 provider_access_token）无效',
      en: 'Invalid suite_access_token (or provider_access_token)',
    },
    turn: 'platform',
    todo: {
      zh: '刷新本次调用所用的凭证一次并重试一次；持续失败时检查应用密钥与 suite_ticket。',
      en: 'Refresh the token this call carried once and repeat once; if it goes on, check the suite secret and the suite ticket.',
    },
    call: 'refresh_suite_token',
    send: 'platform',
    docs: ['90600', '91200'],
  },
  {
    codes: 42009,
    meaning: { zh: 'suite_access_token 已过期', en: 'suite_access_token has expired' },
    turn: 'platform',
    todo: {
      zh: '平台会刷新一次并重试一次，无需处理。',
      en: 'The platform refreshes it once and repeats once; nothing to do.',
    },
    call: 'refresh_suite_token',
    send: 'platform',
    docs: ['90600'],
  },
  {
    codes: 40080,
    meaning: { zh: '应用密钥（suite_secret）错误', en: 'Wrong suite_secret' },
    turn: 'platform',
    todo: {
      zh: '在服务商后台核对并更新应用密钥；修正前该应用的所有企业都无法刷新凭证。',
      en: 'Check and update the suite secret in the provider console; until then no corp of this suite can get a token.',
    },
    send: 'platform',
    alarm: 'operator',
    docs: ['90600'],
  },
  {
    codes: 40083,
    meaning: { zh: '应用 ID（suite_id）不存在', en: 'Unknown suite_id' },
    turn: 'platform',
    todo: { zh: '核对应用配置中的 suite_id。', en: 'Check the suite_id in the configuration of the suite.' },
    send: 'platform',
    alarm: 'operator',
    docs: ['90600'],
  },
  {
    codes: 40085,
    meaning: {
      zh: 'suite_ticket 无效、已过期，或属于另一个应用',
      en: 'suite_ticket unknown, expired, or of another suite',
    },
    turn: 'platform',
    todo: {
      zh: '重新读取该应用最新的 suite_ticket 并重试一次；没有更新的票据时检查指令回调是否可达，可在服务商后台手动推送一次。',
      en: 'Read the newest ticket of this suite and repeat once; if there is no newer one, check that the command URL is reachable; a push can be started in the provider console.',
    },
    call: 'reload_suite_ticket',
    send: 'platform',
    alarm: 'operator',
    docs: ['90600', '90628'],
  },
  {
    codes: 40086,
    meaning: {
      zh: '第三方应用 appid 不存在（旧版多应用套件）',
      en: 'Unknown third-party appid (old multi-app suites)',
    },
    turn: 'platform',
    todo: { zh: '不要传入 appid；新版应用没有该参数。', en: 'Leave appid out; modern suites have none.' },
    docs: ['90602'],
  },
  {
    codes: [40077, 42007],
    meaning: { zh: '预授权码（pre_auth_code）无效或已过期', en: 'pre_auth_code unknown or expired' },
    turn: 'corp_admin',
    todo: {
      zh: '请管理员从安装页重新开始；平台会取得新的预授权码。',
      en: 'The admin starts again from the install page; the platform gets a fresh code.',
    },
    remedy: 'new_pre_auth_code',
    docs: ['90597', '90601'],
  },
  {
    codes: 40078,
    meaning: {
      zh: '临时授权码（auth_code）无效、已过期或已被使用',
      en: 'auth_code unknown, expired or already used',
    },
    turn: 'corp_admin',
    todo: {
      zh: '若该授权码此前已成功换取永久授权码，则视为成功；否则永久授权码已无法取回，请企业取消授权后重新安装。',
      en: 'If this code was exchanged before, that was the success; otherwise the permanent code is lost and the corp has to remove the app and install it again.',
    },
    call: 'permanent',
    alarm: 'operator',
    docs: ['100776'],
  },
  {
    codes: 40084,
    meaning: {
      zh: '永久授权码错误、属于其他应用或服务商，或企业已取消授权',
      en: 'Permanent code wrong, of another suite or provider, or the corp has cancelled',
    },
    turn: 'corp_admin',
    todo: {
      zh: '平台用最新的永久授权码核实一次；确认取消后停止该企业的发送，请企业管理员重新安装应用。',
      en: 'The platform verifies once with the newest permanent code; if it is refused again, sending stops and the corp has to install the app again.',
    },
    call: 'verify_authorization',
    send: 'tenant',
    hold: { scope: 'authorization', until: 'reauthorized', recheckAfterMs: [] },
    tenantState: 'uninstalled',
    docs: ['90605'],
  },
  {
    codes: 41001,
    meaning: { zh: '缺少 access_token', en: 'access_token missing' },
    turn: 'platform',
    todo: {
      zh: '平台缺陷：凭证必须放在查询参数中。请附上 hint 反馈。',
      en: 'A defect of the platform: the token belongs into the query. Report it with the hint.',
    },
    send: 'platform',
    alarm: 'operator',
  },
  {
    codes: [41002, 41004, 41008, 41021, 41022, 41023, 41024, 41025],
    meaning: {
      zh: '缺少企业 ID、密钥、授权码、suite_id、suite_access_token、suite_ticket、suite_secret 或永久授权码等参数',
      en: 'A corp id, secret, auth code, suite_id, suite_access_token, suite_ticket, suite_secret or permanent code is missing',
    },
    turn: 'platform',
    todo: {
      zh: '平台缺陷：通常是请求体未按 JSON 编码。请附上 hint 反馈。',
      en: 'A defect of the platform, usually a body that is not JSON. Report it with the hint.',
    },
    alarm: 'operator',
  },
  {
    codes: 48003,
    meaning: { zh: 'suite_id 与 suite_access_token 不匹配', en: 'suite_id does not match the suite_access_token' },
    turn: 'platform',
    todo: {
      zh: '两个应用的凭证被混用：立即检查配置。',
      en: 'Credentials of two suites were crossed: check the configuration now.',
    },
    alarm: 'isolation',
  },
  {
    codes: 91040,
    meaning: { zh: '票据类型（type）不合法', en: 'Illegal ticket type' },
    turn: 'platform',
    todo: { zh: '平台缺陷：请附上 hint 反馈。', en: 'A defect of the platform; report it with the hint.' },
    docs: ['90539'],
  },
  {
    codes: [40093, 42012],
    meaning: {
      zh: 'JS-SDK 签名错误，或 jsapi_ticket 不可用（混用了企业票据与应用票据）',
      en: 'JS-SDK signature wrong, or jsapi_ticket unusable (corp and agent ticket mixed up)',
    },
    turn: 'platform',
    todo: {
      zh: '刷新 jsapi_ticket 一次后重试；仍失败时检查签名所用的 URL 与票据种类。',
      en: 'Refresh the jsapi_ticket once and repeat; if it fails again, check the signed URL and the kind of ticket.',
    },
    call: 'refresh_jsapi_ticket',
    docs: ['90539'],
  },
  {
    codes: [92002, 92003],
    meaning: { zh: '跨企业或跨应用调用', en: 'A call across corps or across apps' },
    turn: 'platform',
    todo: {
      zh: '凭证可能被用于错误的企业：按租户隔离事故处理，停止发送并排查。',
      en: 'A token may have met the wrong corp: treat it as an incident of tenant isolation, stop and investigate.',
    },
    send: 'platform',
    alarm: 'isolation',
  },
  {
    codes: [40013, 2000002],
    meaning: { zh: '企业 ID 不合法（错误或被改写大小写）', en: 'Invalid corp id (wrong, or its case was changed)' },
    turn: 'platform',
    todo: {
      zh: '加密企业 ID 区分大小写：检查是否有地方改写了大小写，或混用了明文与加密 ID。',
      en: 'Encrypted corp ids are case-sensitive: look for a place that folds case or mixes plain and encrypted ids.',
    },
    send: 'platform',
  },
  {
    codes: 710000,
    meaning: { zh: 'open_corpid 不合法', en: 'Illegal open_corpid' },
    turn: 'platform',
    todo: {
      zh: '核对传入的是本服务商取得的加密企业 ID。',
      en: 'Check that the id is the encrypted corp id issued to this provider.',
    },
  },
];
