import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthCodeLost,
  AuthorizationNotActive,
  AuthorizationNotFound,
} from '../../src/modules/authorizations/authorizations.errors.js';
import { AuthorizationsService } from '../../src/modules/authorizations/authorizations.service.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { CorpTokensService } from '../../src/modules/tokens/corp-tokens.service.js';
import { type Rig, SUITE, startRig } from '../callbacks/rig.js';
import { until } from '../support/until.js';

const INFO = '/cgi-bin/service/v2/get_auth_info';

let rig: Rig;
let authorizations: AuthorizationsService;
let corps = 0;

beforeAll(async () => {
  rig = await startRig();
  authorizations = rig.app.app.get(AuthorizationsService);
  await rig.giveTickets(SUITE);
});
afterEach(() => rig.wecom.clearFaults());
afterAll(() => rig.close());

const T = 1_700_000_000;
async function newCorp(): Promise<string> {
  const corpId = `wpCancel${++corps}`;
  await rig.wecom.putCorp({ corpId, name: '取消测试', members: [{ userId: 'woAdmin', isAdmin: true }] });
  return corpId;
}
const install = async (corpId: string) => (await rig.wecom.install({ suiteId: SUITE, corpId })).authCode;
const cancelAtWecom = (corpId: string) => rig.wecom.cancel(SUITE, corpId, { push: false });
const created = (authCode: string, eventTimeSeconds: number) =>
  authorizations
    .consumeAuthCode({ suiteId: SUITE, authCode: Secret.of(authCode), source: 'event', eventTimeSeconds })
    .catch((error: unknown) => {
      // A code that WeCom forgot with the installation it belonged to.
      if (!(error instanceof AuthCodeLost)) throw error;
    });
const cancelled = (corpId: string, eventTimeSeconds: number) =>
  authorizations.cancel({ corpId, suiteId: SUITE, eventTimeSeconds });
const changed = (corpId: string) =>
  authorizations.recordChange(corpId, SUITE).catch((error: unknown) => {
    if (!(error instanceof AuthorizationNotFound || error instanceof AuthorizationNotActive)) throw error;
  });
const stateOf = async (corpId: string) => (await authorizations.find(corpId, SUITE))?.state;
async function active(): Promise<string> {
  const corpId = await newCorp();
  await created(await install(corpId), T);
  await until(async () => (await authorizations.find(corpId, SUITE))?.infoPulledAt);
  return corpId;
}

function permutations<X>(items: readonly X[]): X[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

describe('cancellations that must not count', () => {
  it('ignores one that is older than the present generation, once WeCom confirms that it stands', async () => {
    const corpId = await active();
    expect(await cancelled(corpId, T - 1)).toBe('still_authorized');
    expect(await stateOf(corpId)).toBe('active');
  });

  it('asks WeCom when both happened in the same second', async () => {
    const corpId = await active();
    expect(await cancelled(corpId, T)).toBe('still_authorized');
    await cancelAtWecom(corpId);
    expect(await cancelled(corpId, T)).toBe('cancelled');
  });

  it('decides nothing while WeCom cannot be asked', async () => {
    const corpId = await active();
    await rig.wecom.addFault({ kind: 'bad-gateway', path: INFO });
    await expect(cancelled(corpId, T - 1)).rejects.toThrow('HTTP status 502');
    expect(await stateOf(corpId)).toBe('active');
  });

  it('counts once', async () => {
    const corpId = await active();
    await cancelAtWecom(corpId);
    const results = await Promise.all(Array.from({ length: 10 }, () => cancelled(corpId, T + 5)));
    expect(results.filter((result) => result === 'cancelled')).toHaveLength(1);
    const history = await rig.database.everything(
      'SELECT 1 FROM authorization_history WHERE corp_id = $1 AND to_state = $2',
      [corpId, 'cancelled'],
    );
    expect(history).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('wipes credentials, token, data key and what we knew of the corp, and leaves a tombstone', async () => {
    const corpId = await active();
    await rig.app.app.get(CorpTokensService).tokenFor({ corpId, suiteId: SUITE });
    const rows = async () => ({
      authorization: (await rig.database.everything('SELECT * FROM authorizations WHERE corp_id = $1', [corpId]))[0],
      tokens: await rig.database.everything<{ sealed: Buffer | null }>('SELECT sealed FROM tokens WHERE corp_id = $1', [
        corpId,
      ]),
      keys: await rig.database.everything('SELECT 1 FROM data_keys WHERE corp_id = $1', [corpId]),
    });
    const before = await rows();
    expect(before.authorization?.permanent_code_sealed).not.toBeNull();
    expect(before.tokens[0]?.sealed).not.toBeNull();
    expect(before.keys).toHaveLength(1);

    await cancelAtWecom(corpId);
    expect(await cancelled(corpId, T + 60)).toBe('cancelled');

    const after = await rows();
    expect(after.authorization).toMatchObject({
      state: 'cancelled',
      state_reason: 'cancel_event',
      permanent_code_sealed: null,
      corp_info: null,
      auth_user: null,
      privilege: null,
    });
    expect(after.authorization?.cancelled_at).toBeInstanceOf(Date);
    expect(after.tokens.map((token) => token.sealed)).toEqual([null]);
    expect(after.keys).toEqual([]);
    await expect(authorizations.permanentCode(corpId, SUITE)).rejects.toMatchObject({
      code: 'authorization_not_active',
      state: 'cancelled',
    });
    await expect(rig.app.app.get(CorpTokensService).tokenFor({ corpId, suiteId: SUITE })).rejects.toMatchObject({
      status: 409,
    });
    expect(await authorizations.activeAuthorization(corpId, SUITE)).toMatchObject({ state: 'cancelled' });
  });

  it('comes back with a new generation and new credentials when the corp installs again', async () => {
    const corpId = await active();
    await cancelAtWecom(corpId);
    await cancelled(corpId, T + 60);
    await created(await install(corpId), T + 61);
    const { generation, code } = await authorizations.permanentCode(corpId, SUITE);
    expect(generation).toBe(2);
    expect(code.reveal()).toBe((await rig.wecom.authorization(SUITE, corpId)).permanentCode);
    expect((await rig.app.app.get(CorpTokensService).tokenFor({ corpId, suiteId: SUITE })).version).toBeGreaterThan(0);
    const history = await rig.database.everything<{ from_state: string; to_state: string; cause: string }>(
      'SELECT from_state, to_state, cause FROM authorization_history WHERE corp_id = $1 ORDER BY at',
      [corpId],
    );
    expect(history).toEqual([
      // The row is made within the grant, so the first move comes from pending.
      { from_state: 'pending', to_state: 'active', cause: 'auth_code_exchanged' },
      { from_state: 'active', to_state: 'cancelled', cause: 'cancel_event' },
      { from_state: 'cancelled', to_state: 'active', cause: 'auth_code_exchanged' },
    ]);
  });

  it('remembers the cancellation of a corp whose installation has not reached us', async () => {
    const corpId = await newCorp();
    expect(await cancelled(corpId, T)).toBe('cancelled');
    expect(await authorizations.find(corpId, SUITE)).toMatchObject({ state: 'cancelled', generation: 0 });
    expect(await cancelled(corpId, T)).toBe('already_cancelled');
  });

  it('counts although it came before the installation it ends', async () => {
    const corpId = await newCorp();
    const authCode = await install(corpId);
    expect(await cancelled(corpId, T + 1)).toBe('cancelled');
    await created(authCode, T);
    await until(async () => (await authorizations.find(corpId, SUITE))?.infoPulledAt);
    await cancelAtWecom(corpId);
    await authorizations.pullInfo(corpId, SUITE);
    expect(await authorizations.find(corpId, SUITE)).toMatchObject({ state: 'cancelled', stateReason: 'info_refused' });
  });

  it('is announced by WeCom over HTTP like everything else', async () => {
    const corpId = await newCorp();
    await rig.wecom.install({ suiteId: SUITE, corpId, mode: 'market' });
    await until(async () => (await authorizations.find(corpId, SUITE))?.infoPulledAt);
    await rig.wecom.cancel(SUITE, corpId);
    await until(async () => (await stateOf(corpId)) === 'cancelled');
  });
});

describe('every order in which the events of an installation can reach us', () => {
  const names = ['create 1', 'cancel', 'create 2', 'change'] as const;
  it.each(permutations(names).map((order) => [order.join(', ')] as const))(
    'ends active with the newest code: %s',
    async (order) => {
      const corpId = await newCorp();
      const first = await install(corpId);
      await cancelAtWecom(corpId);
      const second = await install(corpId);
      const events = {
        'create 1': () => created(first, T),
        cancel: () => cancelled(corpId, T + 1),
        'create 2': () => created(second, T + 1),
        change: () => changed(corpId),
      };
      for (const name of order.split(', ') as (keyof typeof events)[]) await events[name]();
      expect(await stateOf(corpId)).toBe('active');
      const { code } = await authorizations.permanentCode(corpId, SUITE);
      expect(code.reveal()).toBe((await rig.wecom.authorization(SUITE, corpId)).permanentCode);
    },
  );

  it.each(permutations(['cancel 1', 'create 2', 'change', 'cancel 2']).map((order) => [order.join(', ')] as const))(
    'ends cancelled when the corp left twice: %s',
    async (order) => {
      const corpId = await active();
      await cancelAtWecom(corpId);
      const second = await install(corpId);
      // The redirect was quick: our second generation exists before WeCom's second cancellation.
      const events = {
        'cancel 1': () => cancelled(corpId, T + 1),
        'create 2': () => created(second, T + 2),
        change: () => changed(corpId),
        'cancel 2': () => cancelled(corpId, T + 3),
      };
      await cancelAtWecom(corpId);
      for (const name of order.split(', ') as (keyof typeof events)[]) await events[name]();
      expect(await stateOf(corpId)).toBe('cancelled');
      const [row] = await rig.database.everything(
        'SELECT permanent_code_sealed FROM authorizations WHERE corp_id = $1',
        [corpId],
      );
      expect(row?.permanent_code_sealed).toBeNull();
    },
  );
});

describe('changes', () => {
  it('refreshes the visible range when change_auth comes', async () => {
    const corpId = await newCorp();
    await rig.wecom.putMember(corpId, { userId: 'woSecond' });
    await rig.wecom.install({ suiteId: SUITE, corpId, mode: 'market', visibleRange: { userIds: ['woAdmin'] } });
    await until(async () => (await authorizations.find(corpId, SUITE))?.infoPulledAt);
    await rig.wecom.change(SUITE, corpId, { visibleRange: { userIds: ['woAdmin', 'woSecond'] } });
    await until(async () => {
      const found = await authorizations.find(corpId, SUITE);
      return JSON.stringify(found?.privilege ?? {}).includes('woSecond');
    });
  });

  it('stops using a code that WeCom refuses although nobody cancelled, and destroys nothing', async () => {
    const corpId = await active();
    await cancelAtWecom(corpId);
    await authorizations.pullInfo(corpId, SUITE);
    expect(await stateOf(corpId)).toBe('needs_reauthorization');
    const [row] = await rig.database.everything('SELECT permanent_code_sealed FROM authorizations WHERE corp_id = $1', [
      corpId,
    ]);
    expect(row?.permanent_code_sealed).not.toBeNull();
    await expect(authorizations.permanentCode(corpId, SUITE)).rejects.toThrow(AuthorizationNotActive);
  });

  it('ends a switched-off state when WeCom announces a change, and refuses moves outside the table', async () => {
    const corpId = await active();
    const key = { corpId, suiteId: SUITE };
    expect(await authorizations.move({ ...key, to: 'disabled', cause: 'errcode', evidence: { errcode: 50003 } })).toBe(
      true,
    );
    expect(await authorizations.move({ ...key, to: 'disabled', cause: 'errcode', evidence: { errcode: 50003 } })).toBe(
      false,
    );
    expect(await authorizations.find(corpId, SUITE)).toMatchObject({ state: 'disabled', stateReason: 'errcode 50003' });
    await expect(authorizations.move({ ...key, to: 'active', cause: 'errcode', evidence: {} })).rejects.toThrow(
      'cannot move',
    );
    expect(
      await authorizations.move({ ...key, to: 'active', cause: 'change_event', evidence: {}, generation: 7 }),
    ).toBe(false);
    await authorizations.recordChange(corpId, SUITE);
    expect(await stateOf(corpId)).toBe('active');
  });
});
