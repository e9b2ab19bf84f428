import type { ErrcodeDeclaration } from './errcode-entry.js';

function cardField(codes: ErrcodeDeclaration['codes'], zh: string, en: string): ErrcodeDeclaration {
  return {
    codes,
    meaning: { zh, en },
    turn: 'product',
    todo: {
      zh: '修正模板卡片的该字段后作为新通知提交。',
      en: 'Correct this field of the template card and submit it as a new notice.',
    },
    send: 'caller',
    docs: ['90372'],
  };
}

/** Template cards, template messages and mini-program notices. */
export const CARD_CODES: readonly ErrcodeDeclaration[] = [
  cardField(42014, '卡片 task_id 不合法或在该应用内重复', 'task_id illegal, or not unique in the app'),
  cardField(42015, '卡片任务属于另一个应用', 'The card belongs to another app'),
  cardField({ from: 42016, to: 42020 }, '卡片任务或按钮字段不合法', 'A task or button field of the card is illegal'),
  cardField(42027, '二级标题列表缺少 keyname', 'A row of horizontal_content_list has no keyname'),
  cardField(42028, '链接类型的条目缺少 url', 'A row, jump or action of type link has no url'),
  cardField(42029, '附件类型的条目缺少 media_id', 'A row of type attachment has no media_id'),
  cardField(42030, '小程序类型的条目缺少 appid', 'A jump or action of type mini program has no appid'),
  cardField(42031, '卡片类型（card_type）不合法', 'Illegal card_type'),
  cardField([42032, 42034, 42048], '模板卡片字段不合法', 'A field of the template card is illegal'),
  cardField(42033, '垂直内容列表缺少 title', 'A row of vertical_content_list has no title'),
  cardField(42035, '二级标题列表超过 6 条', 'More than 6 rows in horizontal_content_list'),
  cardField(42036, '垂直内容列表超过 4 条', 'More than 4 rows in vertical_content_list'),
  cardField(42037, '选项列表（option_list）条数不符合要求', 'Wrong number of options in option_list'),
  cardField(42038, '按钮文案（button_list.text）缺失或不合法', 'button_list.text missing or illegal'),
  cardField(42039, '按钮 key 缺失、超长或重复', 'button_list.key missing, too long or repeated'),
  cardField(42040, '选项 id 缺失、超长或重复', 'Option id missing, too long or repeated'),
  cardField(42041, '选项文案（text）缺失或不合法', 'Option text missing or illegal'),
  cardField(42042, '跳转列表（jump_list）超过 3 条', 'More than 3 entries in jump_list'),
  cardField(42043, '选择题 key（question_key）缺失、超长或重复', 'question_key missing, too long or repeated'),
  cardField(
    42044,
    '图文展示型卡片缺少 card_image 或 image_text_area',
    'A news_notice needs card_image or image_text_area',
  ),
  cardField(42045, '卡片缺少整体点击跳转（card_action）', 'card_action missing'),
  cardField(42046, '提交按钮 key 缺失或超长', 'submit_button.key missing or too long'),
  cardField(42047, '下拉列表（select_list）须为 1–3 个', 'select_list must have 1 to 3 entries'),
  cardField(42049, '提交按钮文案（submit_button.text）不合法', 'submit_button.text illegal'),
  cardField(42050, '成员详情类型的条目缺少 userid', 'A row of type member has no userid'),
  cardField(
    42051,
    '右上角菜单（action_menu）的 key 缺失、超长或重复',
    'A key of action_menu missing, too long or repeated',
  ),
  {
    codes: [40036, 40037, 60203, 60205],
    meaning: {
      zh: '模板 ID 不合法，或内容与模板关键词不一致',
      en: 'Template id invalid, or the content does not match the keywords of the template',
    },
    turn: 'product',
    todo: {
      zh: '使用审核通过的模板 ID，并让 content_item 的 key 与模板关键词一一对应。',
      en: 'Use an approved template id and give exactly the keywords of the template as keys of content_item.',
    },
    send: 'caller',
    docs: ['94515'],
  },
  {
    codes: 60204,
    meaning: { zh: '模板不可用（未审核通过或已停用）', en: 'The template is unusable (not approved, or withdrawn)' },
    turn: 'platform',
    todo: { zh: '在服务商后台查看模板审核状态。', en: 'Check the approval of the template in the provider console.' },
    send: 'platform',
    docs: ['94515'],
  },
  {
    codes: 90200,
    meaning: { zh: '小程序通知缺少 appid', en: 'The mini-program notice has no appid' },
    turn: 'product',
    todo: { zh: '填写与本应用关联的小程序 appid。', en: 'Give the appid of the mini program bound to this app.' },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: 90201,
    meaning: { zh: '小程序通知内容超过 10 项', en: 'The mini-program notice has more than 10 items' },
    turn: 'product',
    todo: { zh: '减少 content_item 的条数。', en: 'Send at most 10 entries in content_item.' },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: 90202,
    meaning: {
      zh: '小程序通知内容的 key 为空或超过 10 个汉字',
      en: 'A key of the notice is empty or longer than 10 汉字',
    },
    turn: 'product',
    todo: {
      zh: '缩短或补全 key；两者都空的项可直接去掉。',
      en: 'Shorten or fill in the key; leave out items where both are empty.',
    },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: 90203,
    meaning: {
      zh: '小程序通知内容的 value 为空或超过 30 个汉字',
      en: 'A value of the notice is empty or longer than 30 汉字',
    },
    turn: 'product',
    todo: {
      zh: '缩短或补全 value；两者都空的项可直接去掉。',
      en: 'Shorten or fill in the value; leave out items where both are empty.',
    },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: 90204,
    meaning: { zh: '小程序页面路径（page）不合法', en: 'Illegal page of the mini program' },
    turn: 'product',
    todo: {
      zh: '使用不超过 1024 字节、不带开头斜杠和 .html 的小程序页面路径。',
      en: 'Use a page path of at most 1024 bytes, without leading slash and without .html.',
    },
    send: 'caller',
    docs: ['90372'],
  },
  {
    codes: 90206,
    meaning: { zh: '小程序未关联到企业', en: 'The mini program is not linked to the corp' },
    turn: 'corp_admin',
    todo: {
      zh: '请企业管理员确认应用的小程序已关联；若所有企业都如此，请在服务商后台关联小程序与应用。',
      en: 'The admin checks that the mini program of the app is linked; if every corp has this, associate it with the app in the provider console.',
    },
    send: 'tenant',
    docs: ['90372'],
  },
  {
    codes: 90207,
    meaning: {
      zh: '小程序 appid 不合法或不属于本应用',
      en: 'The appid of the mini program is invalid or not of this app',
    },
    turn: 'platform',
    todo: {
      zh: '核对应用配置中的小程序 appid：必须与发送应用关联，仅关联到企业是不够的。',
      en: 'Check the appid in the configuration of the suite: it must be associated with the sending app; linked to the corp is not enough.',
    },
    send: 'platform',
    docs: ['90372'],
  },
  {
    codes: 90208,
    meaning: { zh: '小程序 appid 与应用不匹配', en: 'The appid of the mini program does not match the app' },
    turn: 'platform',
    todo: {
      zh: '先核对应用关联的小程序，再请企业管理员确认小程序已关联到企业。',
      en: 'First check which mini program the app is associated with, then have the admin check that it is linked to the corp.',
    },
    send: 'platform',
    docs: ['90372'],
  },
  {
    codes: 90210,
    meaning: { zh: '成员尚未授权小程序', en: 'The member has not authorised the mini program' },
    turn: 'corp_admin',
    todo: {
      zh: '请成员在企业微信中打开小程序并完成授权。',
      en: 'The member opens the mini program in WeCom and consents.',
    },
    send: 'tenant',
    recipientLevel: true,
  },
  {
    codes: [90211, 90212],
    meaning: {
      zh: '小程序登录时的 suiteid 无效，或不是关联的应用',
      en: 'The suiteid at mini-program login is invalid or not the bound suite',
    },
    turn: 'platform',
    todo: {
      zh: '检查小程序 wx.qy.login 传入的 suiteId。',
      en: 'Check the suiteId the mini program passes to wx.qy.login.',
    },
    send: 'platform',
  },
];
