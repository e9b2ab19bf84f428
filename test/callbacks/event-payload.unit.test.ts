import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { CALLBACK_EVENTS, findCallbackEvent } from '../../src/modules/callbacks/callback-events.js';
import { readPayload } from '../../src/modules/callbacks/event-payload.js';
import { readMessage } from '../../src/modules/callbacks/message-reader.js';

const read = (infoType: string, fields: string) => {
  const entry = findCallbackEvent('command', infoType);
  if (!entry) throw new Error('no such entry');
  return readPayload(entry.payload, readMessage(`<xml><InfoType>${infoType}</InfoType>${fields}</xml>`));
};

describe('typed payloads', () => {
  it.each([
    ['suite_ticket', '<TimeStamp>1</TimeStamp>', 'suiteTicket'],
    ['suite_ticket', `<SuiteTicket>${'t'.repeat(513)}</SuiteTicket><TimeStamp>1</TimeStamp>`, 'suiteTicket'],
    ['suite_ticket', '<SuiteTicket>t</SuiteTicket>', 'timeSeconds'],
    ['suite_ticket', '<SuiteTicket>t</SuiteTicket><TimeStamp>soon</TimeStamp>', 'timeSeconds'],
    ['suite_ticket', '<SuiteTicket>t</SuiteTicket><SuiteTicket>u</SuiteTicket><TimeStamp>1</TimeStamp>', 'suiteTicket'],
    ['create_auth', '<AuthCode></AuthCode><TimeStamp>1</TimeStamp>', 'authCode'],
    ['cancel_auth', '<TimeStamp>1</TimeStamp>', 'corpId'],
    ['cancel_auth', '<AuthCorpId><A>1</A></AuthCorpId><TimeStamp>1</TimeStamp>', 'corpId'],
    ['change_auth', `<AuthCorpId>${'c'.repeat(129)}</AuthCorpId><TimeStamp>1</TimeStamp>`, 'corpId'],
  ])('refuses %s with %s', (infoType, fields, property) => {
    expect(() => read(infoType, fields)).toThrow(property);
  });

  it('does not quote what was wrong', () => {
    expect(() => read('suite_ticket', '<SuiteTicket>t</SuiteTicket><TimeStamp>hidden</TimeStamp>')).not.toThrow(
      'hidden',
    );
  });

  it('carries credentials as secrets', () => {
    const payload = read(
      'create_auth',
      '<AuthCode>code-in-clear</AuthCode><TimeStamp>1403610513</TimeStamp><State>x</State>',
    );
    expect(payload).toMatchObject({ timeSeconds: 1403610513 });
    expect(inspect(payload) + JSON.stringify(payload)).not.toContain('code-in-clear');
  });

  it('names the page of WeCom behind every entry', () => {
    for (const entry of CALLBACK_EVENTS) expect(entry.doc).toMatch(/^d:\d+$/);
  });
});
