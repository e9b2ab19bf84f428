import { describe, expect, it } from '@jest/globals';
import { encryptedPartOf } from '../../src/modules/callbacks/callback-envelope.js';
import { readMessage } from '../../src/modules/callbacks/message-reader.js';

const nested = (levels: number) => `<xml>${'<a>'.repeat(levels)}x${'</a>'.repeat(levels)}</xml>`;

describe('refusing unreadable messages', () => {
  it.each([
    ['a doctype', '<!DOCTYPE xml><xml/>', 'doctype'],
    ['an entity declaration', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', 'doctype'],
    ['an external entity', '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', 'doctype'],
    ['an undeclared entity', '<xml><A>&nbsp;</A></xml>', 'not well-formed'],
    ['an unclosed element', '<xml><A>1</A>', 'not well-formed'],
    ['an unclosed CDATA section', '<xml><A><![CDATA[1]]</A></xml>', 'not well-formed'],
    ['two roots', '<xml/><xml/>', 'not well-formed'],
    ['a NUL character', '<xml><A>\0</A></xml>', 'not well-formed'],
    ['seven levels below the root', nested(7), 'deeper than 6'],
    ['an endless nest', '<a>'.repeat(200_000), 'deeper than 6'],
    ['more than 20 000 elements', `<xml>${'<a/>'.repeat(20_000)}</xml>`, 'more than 20000'],
    ['more than a megabyte', `<xml>${'x'.repeat(1_048_570)}</xml>`, '1 MB'],
    ['nothing', ' \n ', 'empty'],
    ['plain text', 'success', 'neither XML nor JSON'],
    ['a JSON list', '[1]', 'neither XML nor JSON'],
    ['broken JSON', '{"a":', 'not well-formed JSON'],
    ['a list in a list', '{"a":[[1]]}', 'list in a list'],
    ['deep JSON', `${'{"a":'.repeat(8)}1${'}'.repeat(8)}`, 'deeper than 6'],
    ['very deep JSON', `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`, /./],
    ['a crowd in JSON', `{"a":[${'1,'.repeat(20_000)}1]}`, 'too many elements'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => readMessage(text)).toThrow(reason);
  });
});

describe('reading messages', () => {
  it('trims the white space that samples put around CDATA', () => {
    const message = readMessage(
      '<xml><InfoType> <![CDATA[suite_ticket]]>\n</InfoType><TimeStamp>1403610513</TimeStamp></xml>',
    );
    expect([message.text('InfoType'), message.text('TimeStamp')]).toEqual(['suite_ticket', '1403610513']);
  });

  it('keeps values as the strings they are: leading zeros, 64-bit ids, hexadecimal look-alikes', () => {
    const message = readMessage('<xml><A>00123</A><B>0x1F</B><C>1234567890123456789</C><D>true</D></xml>');
    expect(['A', 'B', 'C', 'D'].map((name) => message.text(name))).toEqual([
      '00123',
      '0x1F',
      '1234567890123456789',
      'true',
    ]);
  });

  it('joins CDATA that was split', () => {
    expect(readMessage('<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>').text('A')).toBe('a]]>b');
  });

  it('reads repeated siblings as a list, and one of them as a list of one', () => {
    const message = readMessage('<xml><L><I>1</I></L><L><I>2</I><I>3</I></L></xml>');
    expect(message.all('L').length).toBe(2);
    expect(message.toRecord()).toEqual({ L: [{ I: '1' }, { I: ['2', '3'] }] });
  });

  it('reads six levels below the root, as deep as approval details go', () => {
    expect(readMessage(nested(6)).all('a').length).toBe(1);
  });

  it('has no prototype that an element could reach', () => {
    const message = readMessage('<xml><__proto__><polluted>1</polluted></__proto__><constructor>2</constructor></xml>');
    const record = message.toRecord();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(record)).toBeNull();
    expect(message.text('constructor')).toBe('2');
    expect(message.text('toString')).toBeUndefined();
  });

  it('reads the JSON twin to the same fields, with every digit of a number', () => {
    const json = readMessage('{"MsgId":1234567890123456789,"L":[{"I":1},{"I":"2"}],"E":null,"__proto__":{"a":1}}');
    expect(json.text('MsgId')).toBe('1234567890123456789');
    expect(json.all('L').length).toBe(2);
    expect(json.text('E')).toBe('');
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it('ignores attributes, comments and a byte order mark', () => {
    expect(readMessage('\ufeff<?xml version="1.0"?><!-- c --><xml a="1"><A b="2">x</A></xml>').text('A')).toBe('x');
  });
});

describe('taking the ciphertext from an envelope', () => {
  it.each([
    ['no body', undefined, 'no body'],
    ['a parsed body', { Encrypt: 'a' }, 'no body'],
    ['an envelope without ciphertext', '<xml><ToUserName>a</ToUserName></xml>', 'no Encrypt'],
    ['an empty ciphertext', '<xml><Encrypt></Encrypt></xml>', 'no Encrypt'],
    ['a ciphertext with children', '<xml><Encrypt><a/></Encrypt></xml>', 'no Encrypt'],
    ['character references', '<xml><Encrypt>&#65;</Encrypt></xml>', 'reference'],
    ['more elements than an envelope has', `<xml>${'<a/>'.repeat(16)}<Encrypt>a</Encrypt></xml>`, 'more than 16'],
    ['a megabyte of brackets', `<xml><Encrypt><![CDATA[${']'.repeat(1_000_000)}]]></Encrypt></xml>`, 'more markup'],
    ['a doctype', '<!DOCTYPE a><xml/>', 'doctype'],
  ])('refuses %s', (_, body, reason) => {
    expect(() => encryptedPartOf(body)).toThrow(reason);
  });

  it('finds it in XML and in the JSON twin', () => {
    const long = 'QUJD'.repeat(5_000);
    expect(encryptedPartOf(`<xml><AgentID></AgentID><Encrypt><![CDATA[${long}]]></Encrypt></xml>`)).toBe(long);
    expect(encryptedPartOf('{"tousername":"a","encrypt":"QUJD"}')).toBe('QUJD');
  });
});
