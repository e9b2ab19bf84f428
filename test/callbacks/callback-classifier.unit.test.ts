import { describe, expect, it } from '@jest/globals';
import { classifyCallback } from '../../src/modules/callbacks/callback-classifier.js';

const COMMAND = { channel: 'command', suiteId: 'wwsuite', receiveId: 'wwsuite' } as const;
const DATA = { channel: 'data', suiteId: 'wwsuite', receiveId: 'wpCorp' } as const;
const SYSTEM = { channel: 'system', suiteId: 'wwprovider', receiveId: 'wwprovider' } as const;
const command = (fields: string) => `<xml><SuiteId><![CDATA[wwsuite]]></SuiteId>${fields}</xml>`;
const keyOf = (origin: Parameters<typeof classifyCallback>[0], message: string) =>
  classifyCallback(origin, message).eventKey.toString('hex');

describe('judging authentic messages', () => {
  it('keeps what makes no sense, with the reason, instead of failing', () => {
    expect(classifyCallback(COMMAND, 'not xml')).toMatchObject({
      state: 'failed',
      infoType: 'unreadable',
      reason: 'neither XML nor JSON',
    });
    expect(classifyCallback(COMMAND, '<!DOCTYPE a><a/>')).toMatchObject({ state: 'failed', reason: 'doctype' });
    expect(classifyCallback(COMMAND, command(''))).toMatchObject({ state: 'failed', reason: 'no_type' });
    expect(classifyCallback(COMMAND, command(`<InfoType>${'x'.repeat(65)}</InfoType>`))).toMatchObject({
      reason: 'no_type',
    });
    expect(classifyCallback(COMMAND, '{"InfoType":"a\\u0000b"}')).toMatchObject({ reason: 'no_type' });
  });

  it('does not believe a ticket of another suite that came to our URL', () => {
    const foreign =
      '<xml><SuiteId>wwother</SuiteId><InfoType>suite_ticket</InfoType><SuiteTicket>t</SuiteTicket></xml>';
    expect(classifyCallback(COMMAND, foreign)).toMatchObject({
      state: 'failed',
      infoType: 'suite_ticket',
      reason: 'suite_mismatch',
    });
    expect(
      classifyCallback(SYSTEM, '<xml><ServiceCorpId>wwother</ServiceCorpId><InfoType>x</InfoType></xml>'),
    ).toMatchObject({
      reason: 'suite_mismatch',
    });
  });

  it('stores and acknowledges types nobody handles', () => {
    expect(
      classifyCallback(COMMAND, command('<InfoType>change_editon</InfoType><PaidCorpId>wpX</PaidCorpId>')),
    ).toMatchObject({
      state: 'ignored',
      reason: 'unhandled',
      infoType: 'change_editon',
      corpId: 'wpX',
    });
  });

  it('lets a type be handled only on its own channel', () => {
    expect(classifyCallback(COMMAND, command('<InfoType>suite_ticket</InfoType>')).state).toBe('pending');
    expect(classifyCallback(DATA, '<xml><InfoType>suite_ticket</InfoType></xml>').state).toBe('ignored');
  });

  it('tells events from messages of members, and keeps the case of names', () => {
    const event = (name: string) => `<xml><MsgType>event</MsgType><Event>${name}</Event></xml>`;
    expect(classifyCallback(DATA, event('LOCATION')).infoType).toBe('LOCATION');
    expect(classifyCallback(DATA, '<xml><MsgType>location</MsgType><MsgId>1</MsgId></xml>').infoType).toBe(
      'message.location',
    );
  });

  it('takes the corp of a data callback from the ciphertext, never from the message', () => {
    const message = '<xml><ToUserName>wpLiar</ToUserName><MsgType>event</MsgType><Event>subscribe</Event></xml>';
    expect(classifyCallback(DATA, message).corpId).toBe('wpCorp');
  });

  it('drops corp ids and times that the database would refuse', () => {
    const message = command(
      `<InfoType>x</InfoType><AuthCorpId>a b</AuthCorpId><TimeStamp>${'9'.repeat(30)}</TimeStamp>`,
    );
    expect(classifyCallback(COMMAND, message)).toMatchObject({ corpId: undefined, timeSeconds: undefined });
  });
});

describe('naming events by their content', () => {
  const ticket = (value: string, time: number) =>
    command(`<InfoType>suite_ticket</InfoType><TimeStamp>${time}</TimeStamp><SuiteTicket>${value}</SuiteTicket>`);
  const auth = (type: string, code: string, time: number) =>
    command(`<InfoType>${type}</InfoType><TimeStamp>${time}</TimeStamp><AuthCode>${code}</AuthCode>`);
  const cancel = (corp: string, time: number) =>
    command(`<InfoType>cancel_auth</InfoType><AuthCorpId>${corp}</AuthCorpId><TimeStamp>${time}</TimeStamp>`);

  it('knows a repeated push whatever its time, order of elements or white space', () => {
    expect(keyOf(COMMAND, ticket('t1', 1))).toBe(keyOf(COMMAND, ticket('t1', 2)));
    expect(keyOf(COMMAND, auth('create_auth', 'c', 1))).toBe(keyOf(COMMAND, auth('create_auth', 'c', 2)));
    expect(keyOf(COMMAND, cancel('wpA', 1))).toBe(
      keyOf(
        COMMAND,
        '<xml> <TimeStamp>1</TimeStamp><AuthCorpId><![CDATA[wpA]]></AuthCorpId><InfoType>cancel_auth</InfoType></xml>',
      ),
    );
  });

  it('tells different events apart', () => {
    const keys = [
      keyOf(COMMAND, ticket('t1', 1)),
      keyOf(COMMAND, ticket('t2', 1)),
      keyOf(COMMAND, auth('create_auth', 'c', 1)),
      keyOf(COMMAND, auth('reset_permanent_code', 'c', 1)),
      keyOf(COMMAND, cancel('wpA', 1)),
      keyOf(COMMAND, cancel('wpa', 1)),
      keyOf(COMMAND, cancel('wpA', 2)),
      keyOf(DATA, '<xml><MsgType>text</MsgType><MsgId>1</MsgId></xml>'),
      keyOf(DATA, '<xml><MsgType>text</MsgType><MsgId>2</MsgId></xml>'),
      keyOf(DATA, '<xml><MsgType>event</MsgType><Event>click</Event><EventKey>a</EventKey></xml>'),
      keyOf(DATA, '<xml><MsgType>event</MsgType><Event>click</Event><EventKey>b</EventKey></xml>'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('falls back to the whole message when an identifying element is missing', () => {
    const first = command('<InfoType>cancel_auth</InfoType><TimeStamp>1</TimeStamp>');
    const second = command('<InfoType>cancel_auth</InfoType><TimeStamp>1</TimeStamp><X>1</X>');
    expect(keyOf(COMMAND, first)).not.toBe(keyOf(COMMAND, second));
  });
});
