import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { readNotice } from '../../src/modules/notices/notice-reader.js';
import { ValidationFailed } from '../../src/modules/platform/http/validation-problem.js';

const APPID = 'wx1111111111111111';
const STRICT = { miniProgramAppid: APPID, lengthMode: 'strict' } as const;
const LENIENT = { ...STRICT, lengthMode: 'lenient' } as const;

const MINIMAL = { title: '合同生成成功' };
const FULL = {
  appid: APPID,
  page: 'pages/index/index?userid=zhangsan&orderid=123123123',
  title: '合同生成成功',
  description: '请于今天内查看',
  emphasis_first_item: true,
  content_item: [
    { key: '消息内容', value: '您的合同模板已生成成功,点击查看详情' },
    { key: '合同名称', value: '电子签合同' },
    { key: '我方企业', value: '甲方' },
  ],
};

const notice = (message: unknown, around: object = {}) => ({
  touser: 'YuanLaiShiNi',
  msgtype: 'miniprogram_notice',
  miniprogram_notice: message,
  ...around,
});
const text = (content: unknown, around: object = {}) => ({
  touser: 'a',
  msgtype: 'text',
  text: { content },
  ...around,
});

function fieldsOf(body: unknown, suite: Parameters<typeof readNotice>[1] = STRICT) {
  try {
    readNotice(body, suite);
  } catch (error) {
    if (error instanceof ValidationFailed) return error.fields ?? [];
    throw error;
  }
  return [];
}
const rulesOf = (body: unknown, suite?: Parameters<typeof readNotice>[1]) =>
  fieldsOf(body, suite).map(({ field, rule }) => `${field} ${rule}`);

describe('a body that is no notice', () => {
  it.each([[null], [[]], ['text'], [7], [undefined]])('is refused: %j', (body) => {
    expect(rulesOf(body)).toEqual(['body object']);
  });

  it.each([
    ['no msgtype', { touser: 'a' }, ['msgtype one_of']],
    ['a msgtype that is withdrawn', { touser: 'a', msgtype: 'taskcard', taskcard: {} }, ['msgtype one_of']],
    ['a msgtype that is inherited', { touser: 'a', msgtype: 'constructor' }, ['msgtype one_of']],
    ['no message', { touser: 'a', msgtype: 'text' }, ['text object']],
    ['a message that is a list', { touser: 'a', msgtype: 'text', text: [] }, ['text object']],
    ['the message of another type beside it', text('hi', { image: { media_id: '1' } }), ['image unknown_field']],
    ['a misspelt field', text('hi', { toUser: 'b' }), ['toUser unknown_field']],
    ['flags as texts', text('hi', { enable_id_trans: '1' }), ['enable_id_trans one_of']],
    ['flags as booleans', text('hi', { safe: true }), ['safe one_of']],
    ['safe=2, which only mpnews has', text('hi', { safe: 2 }), ['safe one_of']],
    ['safe for a notice', notice(MINIMAL, { safe: 1 }), ['safe not_supported']],
    ['@all for a notice', notice(MINIMAL, { touser: '@all' }), ['touser everyone_not_supported']],
  ])('is refused: %s', (_, body, rules) => {
    expect(rulesOf(body)).toEqual(rules);
  });

  it.each(['hasOwnProperty', 'constructor', 'toString', 'isPrototypeOf'])(
    'cannot smuggle in a field that every object inherits: %s',
    (name) => {
      expect(rulesOf(notice({ ...MINIMAL, [name]: 1 }))).toEqual([`miniprogram_notice.${name} unknown_field`]);
      expect(rulesOf(text('hi', { [name]: 1 }))).toEqual([`${name} unknown_field`]);
    },
  );

  it.each([
    ['a wrong policy', { policy: 'twice' }, ['options.policy one_of']],
    ['a wrong priority', { priority: 1 }, ['options.priority one_of']],
    ['a wrong choice for duplicates', { on_duplicate: 'drop' }, ['options.on_duplicate one_of']],
    ['no life at all', { expires_in_seconds: 0 }, ['options.expires_in_seconds min']],
    ['a life of more than a week', { expires_in_seconds: 604_801 }, ['options.expires_in_seconds max']],
    [
      'a life as a text',
      { expires_in_seconds: '60' },
      ['integer', 'max', 'min'].map((rule) => `options.expires_in_seconds ${rule}`),
    ],
    ['a date without a time', { expires_at: '2026-08-01' }, ['options.expires_at matches']],
    ['a time without an offset', { expires_at: '2026-08-01T10:00:00' }, ['options.expires_at matches']],
    ['a day that does not exist', { expires_at: '2026-02-30T10:00:00Z' }, ['options.expires_at is_iso8601']],
    ['two expiries', { expires_at: '2026-08-01T10:00:00Z', expires_in_seconds: 60 }, ['options.expires_at one_expiry']],
    ['an unknown option', { retries: 3 }, ['options.retries unknown_field']],
  ])('cannot have options with %s', (_, options, rules) => {
    expect(rulesOf(text('hi', { options })).sort()).toEqual(rules);
  });

  it('has every bad field named at once, around the message and inside', () => {
    const body = notice(
      {
        title: '通知',
        content_item: [
          { key: '', value: 'x' },
          { key: 'k', value: '值'.repeat(31) },
        ],
        emphasis_first_item: 'yes',
      },
      { touser: '@all', enable_id_trans: 2, options: { policy: 'never' } },
    );
    expect(rulesOf(body).sort()).toEqual([
      'enable_id_trans one_of',
      'miniprogram_notice.content_item[0].key han_length',
      'miniprogram_notice.content_item[1].value han_length',
      'miniprogram_notice.emphasis_first_item boolean',
      'miniprogram_notice.title han_length',
      'options.policy one_of',
      'touser everyone_not_supported',
    ]);
  });
});

describe('a mini program notice', () => {
  const limits: [string, object, string][] = [
    ['no title', {}, 'title required'],
    ['a title of null', { title: null }, 'title required'],
    ['an empty title', { title: '' }, 'title han_length'],
    ['a title of 3 汉字', { title: '三个字' }, 'title han_length'],
    ['a title of 13 汉字', { title: '一'.repeat(13) }, 'title han_length'],
    ['a title of 37 letters', { title: 'a'.repeat(37) }, 'title han_length'],
    ['a title that is a number', { title: 123456 }, 'title string'],
    ['a description of 3 汉字', { description: '三个字' }, 'description han_length'],
    ['a description of 13 汉字', { description: '一'.repeat(13) }, 'description han_length'],
    ['a page of 1025 bytes', { page: `p?${'x'.repeat(1023)}` }, 'page max_bytes'],
    ['a page of 1025 bytes in 汉字', { page: `p?ab${'页'.repeat(341)}` }, 'page max_bytes'],
    ['a page with a leading slash', { page: '/pages/index' }, 'page page_path'],
    ['a page with .html', { page: 'pages/index.html?x=1' }, 'page page_path'],
    ['a page with a scheme', { page: 'https://example.com/x' }, 'page page_path'],
    ['a page with a blank', { page: 'pages/in dex' }, 'page page_path'],
    ['a query without a page', { page: '?id=1' }, 'page page_path'],
    ['an appid of 65 bytes', { appid: 'w'.repeat(65) }, 'appid bound_mini_program'],
    ['the appid of another suite', { appid: 'wx2222222222222222' }, 'appid bound_mini_program'],
    ['an emphasis that is 1', { emphasis_first_item: 1 }, 'emphasis_first_item boolean'],
    [
      '11 items',
      { content_item: Array.from({ length: 11 }, () => ({ key: 'k', value: 'v' })) },
      'content_item max_items',
    ],
    ['items that are no list', { content_item: 'x' }, 'content_item object'],
    ['an item that is a text', { content_item: ['x'] }, 'content_item[0] object'],
    ['an item that is a list', { content_item: [['x']] }, 'content_item[0][0] object'],
    ['a key without a value', { content_item: [{ key: 'k' }] }, 'content_item[0].value required'],
    ['a key with an empty value', { content_item: [{ key: 'k', value: '' }] }, 'content_item[0].value han_length'],
    ['a value without a key', { content_item: [{ value: 'v' }] }, 'content_item[0].key required'],
    ['a key of 11 汉字', { content_item: [{ key: '一'.repeat(11), value: 'v' }] }, 'content_item[0].key han_length'],
    [
      'a value of 31 汉字',
      { content_item: [{ key: 'k', value: '一'.repeat(31) }] },
      'content_item[0].value han_length',
    ],
    ['a value that is a number', { content_item: [{ key: 'k', value: 5 }] }, 'content_item[0].value string'],
    [
      'an unknown field in an item',
      { content_item: [{ key: 'k', value: 'v', color: 'red' }] },
      'content_item[0].color unknown_field',
    ],
    ['an unknown field', { url: 'https://example.com' }, 'url unknown_field'],
  ];

  it.each(limits)('with %s is refused, and the field is named', (name, change, rule) => {
    const message = name.includes('title') ? change : { ...MINIMAL, ...change };
    expect(rulesOf(notice(message))).toContain(`miniprogram_notice.${rule}`);
  });

  it('is refused with the limit, what was given in every unit, and the page that says so', () => {
    expect(fieldsOf(notice({ title: '通知a😀' }))).toEqual([
      {
        field: 'miniprogram_notice.title',
        rule: 'han_length',
        message: 'must be 4 to 12 汉字, however WeCom counts ASCII, emoji and names',
        limit: '4–12 characters, 12–36 bytes, width 8–24',
        given: '4 characters (5 UTF-16 units), 11 bytes, width 6–7',
        doc: 'd:90372',
      },
    ]);
  });

  it('does not repeat its text in a refusal', () => {
    const fields = fieldsOf(
      notice({ title: '密'.repeat(13), page: '/secret-page', content_item: [{ key: 'secret-key' }] }),
    );
    expect(JSON.stringify(fields)).not.toMatch(/密|secret/);
  });

  it('without an appid needs a suite that has a mini program', () => {
    expect(rulesOf(notice(MINIMAL), { miniProgramAppid: undefined, lengthMode: 'strict' })).toEqual([
      'miniprogram_notice.appid required',
    ]);
    expect(rulesOf(notice(FULL), { miniProgramAppid: undefined, lengthMode: 'strict' })).toEqual([]);
  });

  it('gets the appid of its suite', () => {
    expect(readNotice(notice(MINIMAL), STRICT).message).toMatchObject({ appid: APPID });
  });

  it.each([
    ['minimal', MINIMAL],
    ['complete', FULL],
    [
      'with the longest fields',
      {
        title: '一'.repeat(12),
        description: '二'.repeat(12),
        page: `p?${'x'.repeat(1022)}`,
        content_item: Array.from({ length: 10 }, () => ({ key: '键'.repeat(10), value: '值'.repeat(30) })),
      },
    ],
    [
      'with the shortest fields',
      { title: '四个汉字', description: '四个汉字', page: 'p', content_item: [{ key: 'k', value: 'v' }] },
    ],
    ['with empty optional fields', { ...MINIMAL, appid: '', page: '', description: '', content_item: [] }],
    ['with nulls', { ...MINIMAL, page: null, description: null, content_item: null }],
    ['with an emoji in a value', { ...MINIMAL, content_item: [{ key: '心情', value: '很好👍🏽' }] }],
  ])('%s is accepted without a warning', (_, message) => {
    expect(readNotice(notice(message), STRICT).warnings).toEqual([]);
  });

  it('may hold pairs with neither key nor value, which do not count', () => {
    const blank = [{}, { key: '' }, { value: null }, { key: '', value: '' }];
    const items = Array.from({ length: 10 }, () => ({ key: 'k', value: 'v' }));
    expect(rulesOf(notice({ ...MINIMAL, content_item: [...blank, ...items] }))).toEqual([]);
  });

  it('of uncertain length is refused by a strict suite, and taken with a warning by a lenient one', () => {
    const body = notice({ title: 'Contract #4711 is ready' });
    expect(rulesOf(body, STRICT)).toEqual(['miniprogram_notice.title han_length']);
    expect(readNotice(body, LENIENT).warnings).toMatchObject([
      {
        field: 'miniprogram_notice.title',
        rule: 'han_length',
        limit: '4–12 characters, 12–36 bytes, width 8–24',
        doc: 'd:90372',
      },
    ]);
    expect(rulesOf(notice({ title: 'C'.repeat(37) }), LENIENT)).toEqual(['miniprogram_notice.title han_length']);
  });

  it('counts placeholders as names when ids are translated, and letter by letter when not', () => {
    const message = { title: '合同$userName=woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA$' };
    expect(rulesOf(notice(message))).toEqual(['miniprogram_notice.title han_length']);
    expect(rulesOf(notice(message, { enable_id_trans: 1 }))).toEqual(['miniprogram_notice.title han_length']);
    const longer = { title: '合同待签$userName=woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA$' };
    expect(rulesOf(notice(longer, { enable_id_trans: 1 }))).toEqual([]);
    expect(rulesOf(notice({ title: `合同待签收了${'$userName=x$'}` }, { enable_id_trans: 1 }))).toEqual([
      'miniprogram_notice.title han_length',
    ]);
    expect(rulesOf(notice({ title: `合同待签收了${'$userName=x$'}` }, { enable_id_trans: 1 }), LENIENT)).toEqual([]);
  });

  it('does not translate ids in keys, so they count as they stand', () => {
    const message = { ...MINIMAL, content_item: [{ key: '$userName=woAJ2GCAAAX$', value: 'v' }] };
    expect(rulesOf(notice(message, { enable_id_trans: 1 }))).toEqual([
      'miniprogram_notice.content_item[0].key han_length',
    ]);
  });
});

describe('a text', () => {
  it.each([
    ['nothing', undefined, 'required'],
    ['an empty text', '', 'required'],
    ['a number', 5, 'string'],
    ['2049 bytes', 'a'.repeat(2049), 'max_bytes'],
    ['683 汉字', '文'.repeat(683), 'max_bytes'],
  ])('of %s is refused by a strict suite', (_, content, rule) => {
    expect(rulesOf(text(content))).toEqual([`text.content ${rule}`]);
  });

  it('of more than 5120 bytes is refused by a lenient suite too', () => {
    expect(rulesOf(text('a'.repeat(5121)), LENIENT)).toEqual(['text.content max_bytes']);
    expect(fieldsOf(text('a'.repeat(5121)), LENIENT)).toMatchObject([{ limit: 5120, given: '5121 bytes' }]);
  });

  it('between the two is taken by a lenient suite, with a warning', () => {
    expect(readNotice(text('a'.repeat(5120)), LENIENT).warnings).toMatchObject([
      { field: 'text.content', rule: 'max_bytes', limit: 2048, given: '5120 bytes' },
    ]);
  });

  it.each([['a'], ['a'.repeat(2048)], ['文'.repeat(682)], ['行\n行\t<a href="https://example.com">x</a>']])(
    'within its limits is accepted without a warning',
    (content) => {
      expect(readNotice(text(content), STRICT).warnings).toEqual([]);
    },
  );
});

describe('texts that would harm a client', () => {
  it('lose control characters and broken surrogates, and the answer says where', () => {
    const read = readNotice(text('a\u0000b\u0007c\ud83dd\u0085e\r\nf\tg'), STRICT);
    expect(read.message).toEqual({ content: 'abcde\nf\tg' });
    expect(read.warnings).toEqual([
      {
        field: 'text.content',
        rule: 'characters_removed',
        message: 'control characters and broken surrogates were removed',
        given: 4,
      },
    ]);
  });

  it('are measured after that', () => {
    expect(rulesOf(notice({ title: '三个字\u0000' }))).toEqual(['miniprogram_notice.title han_length']);
    expect(rulesOf(text('\u0000'))).toEqual(['text.content required']);
  });

  it('keep emoji of several parts whole', () => {
    expect(readNotice(text('👨‍👩‍👧‍👦🇨🇳👍🏽'), STRICT).message).toEqual({ content: '👨‍👩‍👧‍👦🇨🇳👍🏽' });
  });
});

describe('an official example', () => {
  it('of a text is taken as it stands, with warnings for what the platform sets', () => {
    const body = {
      touser: 'UserID1|UserID2|UserID3',
      toparty: 'PartyID1 | PartyID2',
      totag: 'TagID1 | TagID2',
      msgtype: 'text',
      agentid: 1,
      text: { content: '你的快递已到\n出发前可查看<a href="https://work.weixin.qq.com">邮件中心视频实况</a>。' },
      safe: 0,
      enable_id_trans: 0,
      enable_duplicate_check: 0,
      duplicate_check_interval: 1800,
    };
    expect(readNotice(body, STRICT).warnings.map(({ field, rule }) => `${field} ${rule}`)).toEqual([
      'agentid ignored',
      'enable_duplicate_check ignored',
      'duplicate_check_interval ignored',
    ]);
  });

  it('of a mini program notice is taken as it stands', () => {
    const body = {
      touser: 'zhangsan|lisi',
      toparty: '1|2',
      totag: '1|2',
      msgtype: 'miniprogram_notice',
      miniprogram_notice: {
        appid: APPID,
        page: 'pages/index?userid=zhangsan&orderid=123123123',
        title: '会议室预订成功通知',
        description: '4月27日 16:16',
        emphasis_first_item: true,
        content_item: [
          { key: '会议室', value: '402' },
          { key: '会议地点', value: '广州TIT-402会议室' },
          { key: '会议时间', value: '2018年8月1日 09:00-09:30' },
          { key: '参与人员', value: '周剑轩' },
        ],
      },
      enable_id_trans: 0,
      enable_duplicate_check: 0,
      duplicate_check_interval: 1800,
    };
    expect(rulesOf(body)).toEqual([]);
  });
});
