import { describe, expect, it } from '@jest/globals';
import { apiKeyIdOf, makeApiKey } from '../../src/modules/platform/access/api-key-format.js';

describe('an API key', () => {
  const { id, key } = makeApiKey();
  const text = key.reveal();

  it('is refused for any single wrong character, without a query', () => {
    for (let place = 0; place < text.length; place++) {
      const wrong = text[place] === 'x' ? 'y' : 'x';
      expect(apiKeyIdOf(text.slice(0, place) + wrong + text.slice(place + 1))).toBeUndefined();
    }
  });

  it.each([
    ['cut', text.slice(0, -1)],
    ['with something behind', `${text}a`],
    ['with a blank', `${text} `],
    ['in another case', text.toUpperCase()],
    ['empty', ''],
  ])('is refused when %s', (_, given) => {
    expect(apiKeyIdOf(given)).toBeUndefined();
  });

  it('has a prefix for scanners, a public id, 256 random bits and a checksum', () => {
    expect(text).toMatch(/^sp_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(apiKeyIdOf(text)).toBe(id);
    expect(text).toContain(`sp_live_${id}_`);
  });

  it('is never made twice, and prints as a secret', () => {
    const keys = new Set(Array.from({ length: 1000 }, () => makeApiKey().key.reveal()));
    expect(keys.size).toBe(1000);
    expect(String(key)).toBe('[secret]');
  });
});
