import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AppConfig, BadEnvironment } from '../../src/modules/platform/config/app-config.js';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    AppConfig.from(env);
    return [];
  } catch (error) {
    return (error as BadEnvironment).problems;
  }
};

describe('AppConfig', () => {
  it('starts with nothing configured', () => {
    const config = AppConfig.from({});
    expect(config).toMatchObject({
      role: 'all',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      usesEmbeddedPostgres: true,
    });
  });

  it('lists every bad variable at once', () => {
    const problems = problemsOf({
      ROLE: 'boss',
      PORT: 'eighty',
      DATABASE_POOL_SIZE: '1',
      WECOM_API_URL: 'qyapi',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.split(':')[0]).toSorted()).toEqual([
      'DATABASE_POOL_SIZE',
      'LOG_LEVEL',
      'PORT',
      'ROLE',
      'WECOM_API_URL',
    ]);
  });

  it('never repeats a value: it may be a credential', () => {
    const env = { DATABASE_URL: 'mysql://u:hunter2@h/d', ENCRYPTION_KEYS: 'k1:hunter2', PORT: 'hunter2' };
    expect(() => AppConfig.from(env)).toThrow(BadEnvironment);
    expect(problemsOf(env).join('\n')).not.toContain('hunter2');
  });

  it('refuses a database of its own without an encryption key: there is no plaintext mode', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://u@h/d' }).join()).toMatch(/^ENCRYPTION_KEYS: must be set/);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(AppConfig.from({ PORT: '', PUBLIC_URL: '' }).port).toBe(3000);
  });

  it('does not take a number with something behind it', () => {
    expect(problemsOf({ PORT: '80x' })).toHaveLength(1);
  });

  it('is mirrored, variable for variable, by .env.example', () => {
    const source = readFileSync('src/modules/platform/config/app-config.ts', 'utf8');
    const declared = [...source.matchAll(/^ {2}([A-Z][A-Z_]+)\??[: ]/gm)].map((match) => match[1]);
    const example = readFileSync('.env.example', 'utf8');
    const listed = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map((match) => match[1]);
    expect(listed.toSorted()).toEqual(declared.toSorted());
  });
});
