import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, TooDeep } from '../../src/modules/notices/canonical-json.js';
import { cutToBytes } from '../../src/modules/notices/message-types/text-cut.js';
import { renderCalls } from '../../src/modules/notices/notice-calls.js';
import { readNotice } from '../../src/modules/notices/notice-reader.js';

const SUITE = { miniProgramAppid: 'wx1111111111111111', lengthMode: 'strict' } as const;
const MARK = '0198f0e0-1c2d-7000-8000-0123456789ab';

function bodies(body: object, suite: Parameters<typeof readNotice>[1] = SUITE, mark = MARK): string[] {
  return renderCalls(readNotice(body, suite), mark, 1000002).calls.map((call) => call.body.toString());
}

const NOTICE = {
  touser: 'YuanLaiShiNi',
  msgtype: 'miniprogram_notice',
  miniprogram_notice: {
    page: 'pages/index/index',
    title: '合同生成成功',
    emphasis_first_item: true,
    content_item: [{ key: '合同名称', value: '电子签合同' }, {}],
  },
};

/** The same JSON value with the keys of every object in another order. */
function shuffled(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((entry) => shuffled(entry, seed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, shuffled(entry, seed + 1)] as const);
  return Object.fromEntries(
    entries.toSorted(
      ([a], [b]) => Math.sin(seed * a.length + a.charCodeAt(0)) - Math.sin(seed * b.length + b.charCodeAt(0)),
    ),
  );
}

describe('the bytes of a call', () => {
  it('of a mini program notice have sorted keys, the check on, the mark in the page, no agentid and no blank pair', () => {
    expect(bodies(NOTICE)).toEqual([
      '{"duplicate_check_interval":14400,"enable_duplicate_check":1,"miniprogram_notice":{"appid":"wx1111111111111111",' +
        '"content_item":[{"key":"合同名称","value":"电子签合同"}],"emphasis_first_item":true,' +
        `"page":"pages/index/index?sp_nid=${MARK}","title":"合同生成成功"},"msgtype":"miniprogram_notice","touser":"YuanLaiShiNi"}`,
    ]);
  });

  it('of a text carry the agent id as a number, and flags only when they are on', () => {
    const body = {
      touser: 'a',
      msgtype: 'text',
      text: { content: 'hi' },
      safe: 0,
      enable_id_trans: 0,
      agentid: 7,
      enable_duplicate_check: 0,
    };
    expect(bodies(body)).toEqual([
      '{"agentid":1000002,"duplicate_check_interval":14400,"enable_duplicate_check":1,"msgtype":"text","text":{"content":"hi"},"touser":"a"}',
    ]);
    expect(JSON.parse(bodies({ ...body, safe: 1, enable_id_trans: 1 })[0] ?? '')).toMatchObject({
      safe: 1,
      enable_id_trans: 1,
    });
  });

  it('without the check differ in the check alone', () => {
    const calls = renderCalls(readNotice({ touser: 'a', msgtype: 'text', text: { content: 'hi' } }, SUITE), MARK, 7);
    expect(calls.unchecked(0).body.toString()).toBe(
      '{"agentid":7,"msgtype":"text","text":{"content":"hi"},"touser":"a"}',
    );
  });

  it('are the same whatever the order of keys in the request, and however often they are rendered', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (seed, content) => {
        fc.pre(content.isWellFormed() && !/\p{Cc}/u.test(content));
        const text = {
          touser: 'a|b',
          toparty: '1',
          msgtype: 'text',
          text: { content },
          enable_id_trans: 1,
          options: { priority: 'bulk' },
        };
        expect(bodies(shuffled(text, seed) as object)).toEqual(bodies(text));
        expect(bodies(shuffled(NOTICE, seed) as object)).toEqual(bodies(NOTICE));
      }),
    );
  });

  it('hold UTF-8 and never a \\uXXXX escape, which WeCom refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (content) => {
        const given = { touser: 'a', msgtype: 'text', text: { content: `x${content.replaceAll('\\', '/')}` } };
        for (const body of bodies(given)) expect(body).not.toMatch(/\\u[0-9a-f]{4}/i);
      }),
    );
  });

  it.each([
    ['pages/a', `pages/a?sp_nid=${MARK}`],
    ['pages/a?id=1', `pages/a?id=1&sp_nid=${MARK}`],
  ])('mark the page %s as %s', (page, marked) => {
    const [body = ''] = bodies({ ...NOTICE, miniprogram_notice: { page, title: '合同生成成功' } });
    expect(JSON.parse(body)).toMatchObject({ miniprogram_notice: { page: marked } });
  });

  it.each([
    ['a page with room for the mark', { page: `p?${'x'.repeat(978)}` }, true],
    ['a page without room for it', { page: `p?${'x'.repeat(979)}` }, false],
    ['no page', {}, false],
  ])('are unique by themselves with %s: %s', (_, change, unique) => {
    const body = { ...NOTICE, miniprogram_notice: { title: '合同生成成功', ...change } };
    expect(renderCalls(readNotice(body, SUITE), MARK, undefined).unique).toBe(unique);
    expect(
      bodies(body).every((rendered) => Buffer.byteLength(JSON.parse(rendered).miniprogram_notice.page ?? '') <= 1024),
    ).toBe(true);
  });

  it('of 2500 members are three calls with the same message', () => {
    const touser = Array.from({ length: 2500 }, (_, n) => `user${n}`);
    const calls = bodies({ ...NOTICE, touser, toparty: '1|2' }).map((body) => JSON.parse(body));
    expect(calls.map((call) => call.touser.split('|').length)).toEqual([1000, 1000, 500]);
    expect(calls.map((call) => call.toparty)).toEqual(['1|2', undefined, undefined]);
    expect(new Set(calls.map((call) => JSON.stringify(call.miniprogram_notice))).size).toBe(1);
  });
});

describe('cutting a text to bytes', () => {
  it('never leaves half a character, half a family or half a link', () => {
    expect(cutToBytes('文文文', 8)).toBe('文文');
    expect(cutToBytes('a👨‍👩‍👧‍👦b', 20)).toBe('a');
    expect(cutToBytes(`见<a href="https://example.com/long">这里</a>。`, 30)).toBe('见');
    expect(cutToBytes('<a href="x">y</a>zzz', 18)).toBe('<a href="x">y</a>z');
  });

  it('keeps what fits, and otherwise a beginning within the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(60), (text, limit) => {
        const cut = cutToBytes(text, limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        if (Buffer.byteLength(text) <= limit) expect(cut).toBe(text);
      }),
    );
  });

  it('is what a lenient suite sends of a long text', () => {
    const [body = ''] = bodies(
      { touser: 'a', msgtype: 'text', text: { content: '文'.repeat(1000) } },
      { ...SUITE, lengthMode: 'lenient' },
    );
    expect(JSON.parse(body).text.content).toBe('文'.repeat(682));
  });
});

describe('canonical JSON', () => {
  it('refuses what is nested to exhaust the stack', () => {
    expect(() => canonicalJson(JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)))).toThrow(TooDeep);
  });

  it('is read back as what it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const withoutNulls = JSON.parse(JSON.stringify(value), (_, entry) => entry);
        expect(canonicalJson(JSON.parse(canonicalJson(withoutNulls)))).toBe(canonicalJson(withoutNulls));
      }),
    );
  });
});
