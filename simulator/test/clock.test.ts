import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallbackReceiver } from './support/callback-receiver.ts';
import { SampleApp } from './support/sample-app.ts';
import { otherSuite, suite, template } from './support/sample-world.ts';

let app: SampleApp;
let receiver: CallbackReceiver;

beforeAll(async () => {
  receiver = await new CallbackReceiver().start();
  app = await SampleApp.start({}, 600);
  for (const one of [suite, otherSuite]) await app.control.putSuite({ ...one, commandUrl: receiver.url('/command') });
  await app.control.putSuite({ ...template, commandUrl: null });
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

describe('the clock', () => {
  it('never goes back', async () => {
    await expect(app.control.advanceClock(-1)).rejects.toThrow('advanceSeconds');
  });

  it('pushes every suite one ticket when the interval has passed, and not before', async () => {
    await app.control.advanceClock(500);
    expect(receiver.received).toHaveLength(0);
    await app.control.advanceClock(101);
    expect(receiver.received).toHaveLength(2);
    expect((await app.control.pushes()).map((push) => push.suiteId)).toEqual([suite.suiteId, otherSuite.suiteId]);
    expect((await app.control.clock()).offsetSeconds).toBe(601);
  });

  it('starts a suite’s interval anew after a push by hand', async () => {
    await app.control.advanceClock(300);
    await app.control.pushTicket(suite.suiteId);
    receiver.received.length = 0;
    await app.control.advanceClock(400);
    expect((await app.control.pushes()).at(-1)?.suiteId).toBe(otherSuite.suiteId);
    expect(receiver.received).toHaveLength(1);
  });
});
