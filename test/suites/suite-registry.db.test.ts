import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ValidationFailed } from '../../src/modules/platform/http/validation-problem.js';
import type { RegisterSuiteInput } from '../../src/modules/suites/suite-registration.input.js';
import { ProviderUnknown, SuiteFixed, SuiteUnknown } from '../../src/modules/suites/suites.errors.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PROVIDER, suiteInput, suitesOn } from './suites-bench.js';

describe('the suite registry', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('answers 404 for a suite it does not know, in every way to ask', async () => {
    const { suites } = suitesOn(test);
    for (const asked of [suites.get('wwNone'), suites.callbackKeys('wwNone'), suites.ticketAge('wwNone')]) {
      await expect(asked).rejects.toThrow(SuiteUnknown);
    }
    await expect(suites.providerCallbackKeys('wwNone')).rejects.toThrow(ProviderUnknown);
  });

  it('names every bad field of a registration, and never the credential that was given', async () => {
    const { suites } = suitesOn(test);
    const bad = {
      ...suiteInput('ww bad'),
      suiteSecret: '',
      callbackToken: 'canary token with blanks',
      encodingAesKey: 'canarytooshort',
      kind: 'other',
      extra: 1,
    } as unknown as RegisterSuiteInput;
    const error = (await suites.register(bad).catch((caught: unknown) => caught)) as ValidationFailed;
    expect(error).toBeInstanceOf(ValidationFailed);
    expect(new Set(error.fields?.map(({ field }) => field))).toEqual(
      new Set(['suiteId', 'suiteSecret', 'callbackToken', 'encodingAesKey', 'kind', 'extra']),
    );
    expect(JSON.stringify(error.fields)).not.toContain('canary');
  });

  it('refuses a suite of a provider that is not registered', async () => {
    await expect(
      suitesOn(test).suites.register({ ...suiteInput('wwOrphan'), providerCorpId: 'wwNobody' }),
    ).rejects.toThrow(ProviderUnknown);
  });

  it('refuses to turn a registered suite into another kind', async () => {
    const { suites } = suitesOn(test);
    await suites.registerProvider(PROVIDER);
    await suites.register(suiteInput('wwFixed'));
    await expect(suites.register({ ...suiteInput('wwFixed'), kind: 'customized' })).rejects.toThrow(SuiteFixed);
    expect((await suites.get('wwFixed')).kind).toBe('third_party');
  });

  it('keeps several suites apart, also when their ids differ in case only', async () => {
    const { suites } = suitesOn(test);
    await suites.registerProvider(PROVIDER);
    await suites.register(suiteInput('wwSuiteA'));
    await suites.register({
      ...suiteInput('wwsuitea'),
      kind: 'customized',
      miniProgramAppid: 'wxApp',
      lengthMode: 'lenient',
      authType: 1,
    });
    expect(await suites.get('wwSuiteA')).toEqual({
      suiteId: 'wwSuiteA',
      providerCorpId: 'wwProvider',
      kind: 'third_party',
      name: '电子签',
      authType: 0,
      miniProgramAppid: undefined,
      lengthMode: 'strict',
    });
    expect(await suites.get('wwsuitea')).toMatchObject({ kind: 'customized', miniProgramAppid: 'wxApp', authType: 1 });
    expect((await suites.list()).map(({ suiteId }) => suiteId)).toEqual(
      expect.arrayContaining(['wwSuiteA', 'wwsuitea']),
    );
  });

  it('gives new callback keys out at once in the process that registered them', async () => {
    const { suites } = suitesOn(test);
    await suites.registerProvider(PROVIDER);
    await suites.register(suiteInput('wwRotated'));
    expect((await suites.callbackKeys('wwRotated')).token.reveal()).toBe('canaryCallbackToken');
    await suites.register({ ...suiteInput('wwRotated'), callbackToken: 'another' });
    const keys = await suites.callbackKeys('wwRotated');
    expect(keys.token.reveal()).toBe('another');
    expect(keys.encodingAesKey.reveal()).toBe(suiteInput('x').encodingAesKey);
    expect(keys).toMatchObject({ providerCorpId: 'wwProvider', kind: 'third_party' });
  });

  it('keeps of a provider what is not entered again', async () => {
    const { suites } = suitesOn(test);
    await suites.registerProvider({
      ...PROVIDER,
      callbackToken: 'pair',
      encodingAesKey: suiteInput('x').encodingAesKey,
    });
    await suites.registerProvider({ providerCorpId: PROVIDER.providerCorpId, name: 'renamed' });
    expect((await suites.providerCallbackKeys(PROVIDER.providerCorpId)).token.reveal()).toBe('pair');
    expect(await suites.listProviders()).toEqual([{ providerCorpId: 'wwProvider', name: 'renamed' }]);
  });

  it('stores no credential readable', async () => {
    const rows = await test.everything<{ text: string }>(
      `SELECT s::text AS text FROM suites s UNION ALL SELECT p::text FROM providers p`,
    );
    const hex = Buffer.from('canary').toString('hex');
    expect(rows.filter(({ text }) => text.includes('canary') || text.includes(hex))).toEqual([]);
    expect(rows.length).toBeGreaterThan(3);
  });
});
