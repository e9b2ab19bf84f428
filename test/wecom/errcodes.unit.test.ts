import { describe, expect, it } from '@jest/globals';
import { buildErrcodeTable, describeErrcode, ERRCODES, isAmbiguous } from '../../src/modules/wecom/errcodes.js';
import {
  hintOf,
  isAuthorizationRejected,
  isSuiteTicketRejected,
  isTokenRejected,
  WecomApiError,
  WecomHttpError,
} from '../../src/modules/wecom/wecom.errors.js';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** WeCom's global error table as it concerns authorisation (d:90455), in the order of our notes. */
const AUTHORIZATION_TABLE = [
  [-1, 6000, 40001, 40003, 60111, 46004, 40013, 40014, 40029, 40056, 301002, 40058, 40035, 40063, 40068, 40066],
  [40077, 40078, 40080, 40082, 40083, 40084, 40085, 40086, 40088, 40089, 40091, 40093, 42012, 40096, 40125, 60221],
  [40133, 40134, 40135, 84135, 40136, 40137, 40138, 40139, 40141, 301007, 41001, 41002, 41004, 41008],
  [...range(41021, 41025), 42001, 42003, 42022, 42006, 42013, 42007, 42009, 43009, 43012, 45009, 45033, 45035, 45036],
  [47001, 48001, 48002, 48003, 48004, 48005, 48006, 48008, 48010, 48011, 50001, 50002, 50003, 60011, 60020],
  [60021, 92000, 71058, 60031, 60214, 60218, 60246, 81013, 82001, 84005, 84014, 84015, ...range(84019, 84025), 84061],
  [84075, 85002, 85005, 80001, 90210, 90211, 90212, ...range(90300, 90359), 91040, 92001, 92002, 92003],
  [...range(610014, 610019), ...range(701001, 701007), 701021, 701011, 701008, 701015, 701017, 701018, 701022, 701033],
  [701081, 701085, 701134, 701142, 701030, 701082, 701063, 701071, 701072, 701083, 701084, 701088, 701089, 701099],
  [...range(701129, 701133), 710000],
].flat();

/** The same table as it concerns message/send (d:90313), with the class our notes give. */
const SEND_TABLE: Readonly<Record<'T' | 'B' | 'C' | 'A' | 'P', readonly number[]>> = {
  T: [40014, 42001],
  B: [-1, 6000, 45009, 45033, 45035, 45036],
  C: [
    ...[40003, 40004, 40005, 40006, 40009, 40011, 40123, 44001, 45001, 45007, 301016, 301017, 40007, 40145, 41006],
    ...[40008, 40031, 40032, 40033, 40035, 40058, 40063, 40036, 40037, 60203, 60205, 40039, 45034, 40066, 40068],
    ...[40070, 40074, 40125, 60221, 40201, 40204, 85002, 82004, 40206, 45002, 41010, 41016, 41033, 44004],
    ...[...range(42014, 42020), ...range(42027, 42051), 42052, 45008, 45032, 60111, 60140, 60211, 60215, 60217, 60218],
    ...[60219, 60222, 81012, 82001, 81013, 82002, 82003, 82101, 82102, 90200, 90201, 90202, 90203, 90204],
    ...[50002, 60021, 92000],
  ],
  A: [
    ...[40084, 48004, 40132, 40136, 40137, 40138, 40139, 90302, 90303, 40141, 301007, 43009, 48001, 48006],
    ...[50003, 50006, 60011, 701008, 701016, 701063, 701099, 90206, 90210],
  ],
  P: [
    ...[40001, 40091, 40013, 2000002, 41001, 40056, 41011, 40082, 42009, 40085, 43012, 48002, 48005, 48010, 60020],
    ...[60031, 60204, 60206, 60207, 60208, 60246, 84005, 846000, 90207, 90208, 90211, 90212, 92002, 92003, 301002],
  ],
};
const SEND_ACTION = { T: 'refresh', B: 'backoff', C: 'caller', A: 'tenant', P: 'platform' } as const;
const LISTED_BUT_NOT_SEND_ERRORS = [0, 50001, 60233, 90500, ...range(86001, 86224)];

const entries = [...ERRCODES.values()];

describe('the errcode table', () => {
  it('has every code that the documents list', () => {
    const listed = [...AUTHORIZATION_TABLE, ...Object.values(SEND_TABLE).flat(), ...LISTED_BUT_NOT_SEND_ERRORS];
    expect(listed.filter((code) => !ERRCODES.has(code))).toEqual([]);
  });

  it.each(Object.entries(SEND_TABLE) as [keyof typeof SEND_ACTION, readonly number[]][])(
    'gives class %s of message/send its action',
    (sendClass, codes) => {
      const wrong = codes.filter((code) => describeErrcode(code).send !== SEND_ACTION[sendClass]);
      expect(wrong).toEqual([]);
    },
  );

  it('speaks both languages everywhere', () => {
    const mute = entries.filter(
      ({ meaning, todo }) =>
        [meaning, todo].some(({ zh, en }) => !/\p{Script=Han}/u.test(zh) || !/[a-z]{2}/i.test(en) || zh === en) ||
        [meaning.zh, meaning.en, todo.zh, todo.en].some((text) => text !== text.trim()),
    );
    expect(mute.map(({ code }) => code)).toEqual([]);
  });

  it('names a page for every code, and each page once', () => {
    expect(entries.filter(({ docs }) => docs.length === 0 || new Set(docs).size !== docs.length)).toEqual([]);
    expect(entries.flatMap(({ docs }) => docs).filter((id) => !/^\d{5,6}$/.test(id))).toEqual([]);
  });

  it('holds exactly where the design says so, and holds nothing it would send', () => {
    expect(describeErrcode(45009).hold).toMatchObject({ scope: 'lane', until: 'window_passed' });
    expect(describeErrcode(48004).hold).toMatchObject({ scope: 'authorization', until: 'reauthorized' });
    expect(describeErrcode(40084).hold).toMatchObject({ scope: 'authorization', until: 'reauthorized' });
    expect(describeErrcode(60020).hold).toMatchObject({ scope: 'suite', until: 'operator' });
    expect(describeErrcode(50003).hold).toMatchObject({ scope: 'authorization', until: 'change_auth' });
    expect(describeErrcode(48006).hold).toMatchObject({ scope: 'authorization', until: 'agent_reopened' });
    expect(entries.filter(({ hold, send }) => hold && ['accepted', 'caller', 'refresh'].includes(send))).toEqual([]);
    expect(entries.filter(({ call, hold }) => call === 'hold' && hold === undefined)).toEqual([]);
  });

  it('lets a hold end: by an event, or by looking again', () => {
    const endless = entries.filter(
      ({ hold }) =>
        hold &&
        hold.recheckAfterMs.length === 0 &&
        !['reauthorized', 'change_auth', 'agent_reopened'].includes(hold.until),
    );
    expect(endless).toEqual([]);
  });

  it('gives every tenant-side refusal of a send a reason the tenant can read', () => {
    const silent = entries.filter(({ send, hold, tenantState }) => send === 'tenant' && hold && !tenantState);
    expect(silent).toEqual([]);
  });

  it('counts only codes that prove nothing as ambiguous', () => {
    expect(entries.filter(({ ambiguous }) => ambiguous).map(({ code }) => code)).toEqual([-1, 6000]);
    expect(isAmbiguous(31337)).toBe(true);
  });

  it('raises the isolation alarm for crossed credentials only', () => {
    const alarms = entries.filter(({ alarm }) => alarm === 'isolation').map(({ code }) => code);
    expect(alarms.sort((a, b) => a - b)).toEqual([48003, 92002, 92003, 301002]);
  });

  it('refuses two meanings for one code', () => {
    const text = { zh: '甲', en: 'a' };
    const declaration = { meaning: text, todo: text, turn: 'platform' } as const;
    expect(() =>
      buildErrcodeTable([
        { ...declaration, codes: { from: 1, to: 3 } },
        { ...declaration, codes: [7, 2] },
      ]),
    ).toThrow('errcode 2 is declared twice');
  });

  it('treats a code it does not know as final, without touching tokens', () => {
    expect(ERRCODES.has(45011)).toBe(false);
    expect(describeErrcode(45011)).toMatchObject({
      code: 45011,
      call: 'permanent',
      send: 'unexpected',
      alarm: 'operator',
      turn: 'platform',
    });
  });
});

describe('what a refusal means to the caller', () => {
  const refusal = (errcode: number) => new WecomApiError('/x', errcode, 'e');
  const codesFor = (test: (error: unknown) => boolean) =>
    [...ERRCODES.keys()].filter((code) => test(refusal(code))).sort((a, b) => a - b);

  it('knows the codes that reject a token, a ticket, an authorization', () => {
    expect(codesFor(isTokenRejected)).toEqual([40014, 40082, 42001, 42009]);
    expect(codesFor(isSuiteTicketRejected)).toEqual([40085]);
    expect(codesFor(isAuthorizationRejected)).toEqual([40084, 48004]);
  });

  it('says no to everything that is not an errcode', () => {
    for (const value of [new WecomHttpError('/x', 401), new Error('42001'), { errcode: 42001 }, 42001, undefined]) {
      expect(isTokenRejected(value)).toBe(false);
    }
  });
});

describe('the hint', () => {
  it.each([
    ['invalid corpid, hint: [1711_10_ab-c], from ip: 1.2.3.4', '1711_10_ab-c'],
    ['x, hint:[abc]', 'abc'],
    ['x, hint: []', undefined],
    ['x, hint: [a b]', undefined],
    [`x, hint: [${'a'.repeat(200)}]`, undefined],
    ['ok', undefined],
    ['', undefined],
  ])('of %j is %j', (errmsg, hint) => {
    expect(hintOf(errmsg)).toBe(hint);
  });
});
