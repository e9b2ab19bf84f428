import { describe, expect, it } from '@jest/globals';
import { requestIdOf } from '../../src/modules/platform/http/request-id.js';

describe('the id of a request', () => {
  it.each(['short', 'a'.repeat(65), 'with blank in it', 'line\nbreak-1234', '<script>alert</script>'])(
    'is not taken from its sender when it is %j',
    (given) => {
      expect(requestIdOf({ headers: { 'x-request-id': given } })).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it("is the sender's own when that can stand in a log line", () => {
    expect(requestIdOf({ headers: { 'x-request-id': 'order-4711.try:2' } })).toBe('order-4711.try:2');
  });
});
