import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthorizationsService } from '../../src/modules/authorizations/authorizations.service.js';
import { until } from '../support/until.js';
import { type Rig, SUITE, startRig } from './rig.js';

let rig: Rig;
beforeAll(async () => {
  // Takes callbacks and handles none.
  rig = await startRig({ role: 'api' });
});
afterAll(() => rig.close());

const rows = (where = 'true') =>
  rig.database.everything<{ id: string; state: string; reason: string | null; attempts: number; overdue: boolean }>(
    `SELECT id, state, reason, attempts, next_at <= now() AS overdue FROM callback_inbox WHERE ${where} ORDER BY received_at`,
  );

describe('the worker of the inbox', () => {
  it('finds callbacks whose offer was lost, and those that were stored while nobody worked', async () => {
    await rig.wecom.putCorp({ corpId: 'wpLate', name: '迟到', members: [{ userId: 'woAdmin', isAdmin: true }] });
    await rig.wecom.pushTicket(SUITE);
    await rig.wecom.install({ suiteId: SUITE, corpId: 'wpLate', mode: 'market' });
    expect((await rows()).map((row) => row.state)).toEqual(['pending', 'pending']);
    await until(async () => (await rig.database.everything('SELECT 1 FROM pgboss.job')).length > 0);
    await rig.database.everything('DELETE FROM pgboss.job');
    const worker = await rig.boot({ role: 'worker' });
    await until(async () => (await rows()).every((row) => row.state === 'done'));
    expect((await rig.app.app.get(AuthorizationsService).find('wpLate', SUITE))?.state).toBe('active');
    await worker.close();
  });

  it('tries again later what failed, and gives up in the end instead of trying for ever', async () => {
    const unreachable = await rig.boot({ role: 'worker', env: { WECOM_API_URL: 'http://127.0.0.1:9' } });
    // The suite token is still in memory and database, so this meets the network.
    await rig.wecom.cancel(SUITE, 'wpLate', { push: false });
    const record = await rig.wecom.push({
      channel: 'command',
      suiteId: SUITE,
      xml: `<xml><SuiteId>${SUITE}</SuiteId><InfoType>cancel_auth</InfoType><TimeStamp>1</TimeStamp><AuthCorpId>wpLate</AuthCorpId></xml>`,
    });
    expect(record.ok).toBe(true);
    const failing = await until(
      async () => (await rows(`info_type = 'cancel_auth' AND attempts > 0 AND reason IS NOT NULL`))[0],
    );
    expect(failing).toMatchObject({ state: 'pending', overdue: false });
    await rig.database.everything(
      `UPDATE callback_inbox SET attempts = 31, next_at = now() - interval '1 minute' WHERE state = 'pending'`,
    );
    await until(async () => (await rows(`info_type = 'cancel_auth'`))[0]?.state === 'failed');
    expect((await rows(`info_type = 'cancel_auth'`))[0]?.reason).toMatch(/^[A-Za-z_]+$/);
    await unreachable.close();
  });

  it('is not stopped by a row that cannot be opened', async () => {
    await rig.wecom.pushTicket(SUITE);
    await rig.wecom.pushTicket(SUITE);
    const [broken, sound] = await rows(`state = 'pending'`);
    await rig.database.everything(
      `UPDATE callback_inbox SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 255) WHERE id = '${broken?.id}'`,
    );
    const worker = await rig.boot({ role: 'worker' });
    await until(async () => (await rows(`id = '${sound?.id}'`))[0]?.state !== 'pending');
    await until(async () => (await rows(`id = '${broken?.id}'`))[0]?.reason === 'SealBroken');
    await worker.close();
  });
});
