import { describe, expect, it } from '@jest/globals';
import { Networks } from '../../src/modules/platform/access/networks.js';

describe('the networks of a key', () => {
  it.each(['10.0.0.0/33', '10.0.0/8', 'example.com', '::1/129', '10.0.0.1/', '10.0.0.1/8/8', ''])(
    'do not take %j',
    (cidr) => {
      expect(() => new Networks([cidr])).toThrow(RangeError);
    },
  );

  it.each([
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['10.0.0.0/8'], '10.200.3.4', true],
    [['192.0.2.7'], '192.0.2.7', true],
    [['192.0.2.7'], '192.0.2.8', false],
    [['192.0.2.0/24'], '::ffff:192.0.2.9', true],
    [['2001:db8::/32'], '2001:db8:1::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['10.0.0.0/8', '2001:db8::/32'], 'not an address', false],
  ])('%j: %s is inside: %s', (cidrs, address, inside) => {
    expect(new Networks(cidrs).has(address)).toBe(inside);
  });
});
