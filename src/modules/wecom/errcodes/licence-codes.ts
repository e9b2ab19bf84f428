import type { ErrcodeDeclaration } from './errcode-entry.js';

/** Interface licences (接口调用许可), app editions and their orders. */
export const LICENCE_CODES: readonly ErrcodeDeclaration[] = [
  {
    codes: [701001, 701002, 701004, 701005, 701006, 701007, 701021],
    meaning: { zh: '许可激活码、类型或订单不合法', en: 'Licence code, type or order invalid' },
    turn: 'platform',
    todo: { zh: '核对激活码与订单号后再提交。', en: 'Check code and order before submitting again.' },
  },
  {
    codes: [701003, 701011],
    meaning: { zh: '激活码或成员已经绑定许可', en: 'The code is bound already, or the member is' },
    turn: 'platform',
    todo: { zh: '重新读取许可状态；多半已经完成。', en: 'Read the licence state again; it is probably done.' },
    call: 'reread_state',
  },
  {
    codes: 701008,
    meaning: { zh: '没有成员持有有效的互通许可', en: 'No member holds a valid interop licence' },
    turn: 'corp_admin',
    todo: { zh: '请为成员购买或激活许可。', en: 'Buy or activate licences for the members.' },
    send: 'tenant',
    tenantState: 'unlicensed',
    docs: ['95652'],
  },
  {
    codes: [701016, 701063],
    meaning: { zh: '接口许可缺失或已关闭', en: 'The licence is missing or switched off' },
    turn: 'corp_admin',
    todo: { zh: '请为该企业的成员购买或激活许可。', en: 'Buy or activate licences for the members of this corp.' },
    send: 'tenant',
    tenantState: 'unlicensed',
    docs: ['95652'],
  },
  {
    codes: 701099,
    meaning: { zh: '部分接收者没有接口许可', en: 'Some targets have no licence' },
    turn: 'corp_admin',
    todo: { zh: '请为这些成员购买或激活许可。', en: 'Buy or activate licences for these members.' },
    send: 'tenant',
    recipientLevel: true,
    tenantState: 'unlicensed',
    docs: ['95652'],
  },
  {
    codes: 701015,
    meaning: {
      zh: '企业没有授权本服务商的应用，不能下单',
      en: 'The corp has authorised no app of ours, so no order is possible',
    },
    turn: 'corp_admin',
    todo: { zh: '请企业先安装应用。', en: 'The corp installs an app first.' },
    tenantState: 'uninstalled',
  },
  {
    codes: [701017, 701018],
    meaning: {
      zh: '许可 30 天内已转移过，或接收者的许可剩余超过 20 天',
      en: 'The licence was transferred within 30 days, or the receiver still has more than 20 days',
    },
    turn: 'corp_admin',
    todo: { zh: '到期后再转移许可。', en: 'Transfer it later.' },
  },
  {
    codes: [701022, 701033, 701081, 701085, 701134, 701142],
    meaning: {
      zh: '许可订单正在处理、写入冲突或调用过于频繁',
      en: 'Licence order in progress, write conflict, or too many calls',
    },
    turn: 'wecom',
    todo: { zh: '平台会稍后重试，无需处理。', en: 'The platform repeats later; nothing to do.' },
    call: 'retry',
  },
  {
    codes: [701030, 701082],
    meaning: {
      zh: '合并后的许可有效期超过五年，或旧激活码剩余超过 20 天',
      en: 'The merged validity exceeds five years, or the old code has more than 20 days left',
    },
    turn: 'corp_admin',
    todo: { zh: '缩短续期时长或稍后再续期。', en: 'Renew for a shorter time, or later.' },
  },
  {
    codes: [701071, 701072],
    meaning: {
      zh: '企业从未购买许可，或没有未使用的激活码',
      en: 'The corp never bought licences, or has no unused code left',
    },
    turn: 'corp_admin',
    todo: { zh: '请购买许可。', en: 'Buy licences.' },
    tenantState: 'unlicensed',
  },
  {
    codes: [701083, 701084],
    meaning: { zh: '许可订单未支付，或不是待支付状态', en: 'The licence order is unpaid, or not waiting for payment' },
    turn: 'platform',
    todo: { zh: '重新读取订单状态。', en: 'Read the state of the order again.' },
    call: 'reread_state',
  },
  {
    codes: [701088, 701089],
    meaning: {
      zh: '成员不可见，或不在互通应用可见范围',
      en: 'The member is not visible, or not visible to an interop app',
    },
    turn: 'corp_admin',
    todo: { zh: '请企业管理员调整应用可见范围。', en: 'The admin changes the visible range of the app.' },
    recipientLevel: true,
    tenantState: 'visible_range',
  },
  {
    codes: { from: 701129, to: 701133 },
    meaning: { zh: '应用订单校验失败', en: 'The check of the app order failed' },
    turn: 'platform',
    todo: { zh: '按 errmsg 核对订单内容。', en: 'Check the order against errmsg.' },
  },
  {
    codes: { from: 90300, to: 90301 },
    meaning: { zh: '应用订单接口错误', en: 'Error of the app order calls' },
    turn: 'platform',
    todo: { zh: '按 errmsg 与 hint 核对订单。', en: 'Check the order with errmsg and hint.' },
  },
  {
    codes: 90304,
    meaning: { zh: '应用订单接口暂时失败', en: 'The app order call failed for the moment' },
    turn: 'wecom',
    todo: { zh: '平台会稍后重试，无需处理。', en: 'The platform repeats later; nothing to do.' },
    call: 'retry',
  },
  {
    codes: { from: 90305, to: 90359 },
    meaning: {
      zh: '应用订单接口错误（续费、版本、优惠等）',
      en: 'Error of the app order calls (renewal, edition, discount)',
    },
    turn: 'platform',
    todo: { zh: '按 errmsg 与 hint 核对订单。', en: 'Check the order with errmsg and hint.' },
  },
];
