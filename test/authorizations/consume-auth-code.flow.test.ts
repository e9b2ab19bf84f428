import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthCodeLost, AuthCodePending } from '../../src/modules/authorizations/authorizations.errors.js';
import { AuthorizationsService } from '../../src/modules/authorizations/authorizations.service.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { type Rig, SUITE, startRig, TEMPLATE, UNRELEASED } from '../callbacks/rig.js';
import { until } from '../support/until.js';

const EXCHANGE = '/cgi-bin/service/v2/get_permanent_code';

let rig: Rig;
let authorizations: AuthorizationsService;
let corps = 0;

beforeAll(async () => {
  rig = await startRig();
  authorizations = rig.app.app.get(AuthorizationsService);
  await rig.giveTickets(SUITE, UNRELEASED, TEMPLATE);
});
afterEach(() => rig.wecom.clearFaults());
afterAll(() => rig.close());

/** A corp that installed the suite without anybody telling us. */
async function installed(suiteId = SUITE, mode: 'silent' | 'qr' = 'silent') {
  const corpId = `wpCorp${++corps}`;
  await rig.wecom.putCorp({ corpId, name: `企业 ${corps}`, members: [{ userId: 'woAdmin', isAdmin: true }] });
  const install = await rig.wecom.install({ suiteId, corpId, mode });
  return { corpId, authCode: install.authCode };
}
const consume = (authCode: string, source: 'redirect' | 'event' | 'reset' = 'redirect', eventTimeSeconds?: number) =>
  authorizations.consumeAuthCode({
    suiteId: SUITE,
    authCode: Secret.of(authCode),
    source,
    ...(eventTimeSeconds === undefined ? {} : { eventTimeSeconds }),
  });
const exchanges = async (corpId: string) => (await rig.wecom.ledger({ path: EXCHANGE, corpId })).entries.length;
const codeRow = async (authCode: string) => {
  const hash = createHash('sha256').update(authCode).digest();
  const [row] = await rig.database.everything<{ state: string; code_sealed: Buffer | null; attempts: number }>(
    'SELECT state, code_sealed, attempts FROM auth_codes WHERE code_hash = $1',
    [hash],
  );
  return row;
};
/** Ends the pause or lease of a code, as time would. */
const expireLease = (authCode: string) =>
  rig.database.everything(
    `UPDATE auth_codes SET leased_until = now(), first_seen_at = now() - interval '1 minute' WHERE code_hash = $1`,
    [createHash('sha256').update(authCode).digest()],
  );

describe('auth codes that give nothing', () => {
  it('says that the corp has to install again when WeCom does not know the code', async () => {
    const authCode = `unknown${'x'.repeat(70)}`;
    await expect(consume(authCode)).rejects.toThrow(AuthCodeLost);
    expect(await codeRow(authCode)).toMatchObject({ state: 'reinstall_needed', code_sealed: null });
    await expect(consume(authCode, 'event')).rejects.toMatchObject({ code: 'reinstall_needed' });
    expect((await codeRow(authCode))?.attempts).toBe(1);
  });

  it('tells a code of another kind from a lost one', async () => {
    await expect(consume('short-login-code')).rejects.toMatchObject({ code: 'not_an_install_code' });
    expect(await codeRow('short-login-code')).toMatchObject({ state: 'failed', code_sealed: null });
  });

  it('makes a lost answer visible, because the code was consumed', async () => {
    const { corpId, authCode } = await installed();
    await rig.wecom.addFault({ kind: 'drop-after', path: EXCHANGE, times: 1 });
    await expect(consume(authCode)).rejects.toThrow(AuthCodePending);
    await expireLease(authCode);
    await until(async () => (await codeRow(authCode))?.state === 'reinstall_needed');
    await expect(consume(authCode)).rejects.toThrow(AuthCodeLost);
    expect(await authorizations.find(corpId, SUITE)).toBeNull();
  });

  it('gives a code up when it expired before WeCom could be reached', async () => {
    const { authCode } = await installed();
    await rig.wecom.addFault({ kind: 'bad-gateway', path: EXCHANGE });
    await expect(consume(authCode)).rejects.toThrow(AuthCodePending);
    await rig.database.everything(`UPDATE auth_codes SET expires_at = now() WHERE code_hash = $1`, [
      createHash('sha256').update(authCode).digest(),
    ]);
    await expireLease(authCode);
    await until(async () => (await codeRow(authCode))?.state === 'reinstall_needed');
    expect((await codeRow(authCode))?.code_sealed).toBeNull();
  });

  it('goes on in the background when WeCom dropped the connection before it consumed the code', async () => {
    const { corpId, authCode } = await installed();
    await rig.wecom.addFault({ kind: 'drop-before', path: EXCHANGE, times: 1 });
    await expect(consume(authCode)).rejects.toThrow(AuthCodePending);
    await until(async () => (await codeRow(authCode))?.state === 'exchanged');
    expect(await consume(authCode)).toEqual({ corpId, outcome: 'already_exchanged' });
  });
});

describe('exchanging an auth code', () => {
  it('asks again at once when WeCom is busy', async () => {
    const { corpId, authCode } = await installed();
    await rig.wecom.addFault({ kind: 'errcode', errcode: -1, path: EXCHANGE, times: 2 });
    expect(await consume(authCode)).toEqual({ corpId, outcome: 'exchanged' });
  });

  it('keeps the permanent code sealed, then agent, range and names', async () => {
    const { corpId, authCode } = await installed();
    await consume(authCode);
    const stored = await authorizations.permanentCode(corpId, SUITE);
    const granted = await rig.wecom.authorization(SUITE, corpId);
    expect(stored).toMatchObject({ generation: 1, isCustomized: false });
    expect(stored.code.reveal()).toBe(granted.permanentCode);
    const authorization = await until(async () => {
      const found = await authorizations.find(corpId, SUITE);
      return found?.infoPulledAt ? found : undefined;
    });
    expect(authorization).toMatchObject({
      state: 'active',
      agentId: granted.agentId,
      corpName: `企业 ${corps}`,
      installedVia: 'redirect',
      authMode: 0,
    });
    expect(authorization.privilege).toMatchObject({ level: 1 });
    expect(await authorizations.forCorp(corpId)).toHaveLength(1);
    const [{ dump } = { dump: '' }] = await rig.database.everything<{ dump: string }>(
      `SELECT (SELECT string_agg(t::text, ' ') FROM authorizations t) || (SELECT string_agg(t::text, ' ') FROM auth_codes t) ||
              (SELECT string_agg(t::text, ' ') FROM authorization_history t) || (SELECT string_agg(t::text, ' ') FROM pgboss.job t) AS dump`,
    );
    for (const secret of [authCode, granted.permanentCode]) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('does not lose the permanent code to a name the database refuses', async () => {
    const { corpId, authCode } = await installed();
    await rig.wecom.putCorp({ corpId, name: 'NUL \u0000 inside', members: [{ userId: 'woAdmin', isAdmin: true }] });
    expect(await consume(authCode)).toMatchObject({ outcome: 'exchanged' });
    expect((await authorizations.permanentCode(corpId, SUITE)).generation).toBe(1);
  });

  it.each([
    ['redirect', 'event'],
    ['event', 'redirect'],
    ['redirect', 'redirect'],
    ['event', 'event'],
  ] as const)('gives %s and then %s of one code one exchange', async (first, second) => {
    const { corpId, authCode } = await installed();
    expect(await consume(authCode, first, 1_700_000_000)).toEqual({ corpId, outcome: 'exchanged' });
    expect(await consume(authCode, second, 1_700_000_000)).toEqual({ corpId, outcome: 'already_exchanged' });
    expect(await exchanges(corpId)).toBe(1);
  });

  it('gives twenty callers at once one exchange and all of them its result', async () => {
    const { corpId, authCode } = await installed();
    await rig.wecom.addFault({ kind: 'latency', ms: 300, path: EXCHANGE, times: 1 });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => consume(authCode, index % 2 === 0 ? 'redirect' : 'event')),
    );
    expect(results.filter((result) => result.outcome === 'exchanged')).toHaveLength(1);
    expect(new Set(results.map((result) => result.corpId))).toEqual(new Set([corpId]));
    expect(await exchanges(corpId)).toBe(1);
  });

  it('finishes a code whose holder died before he asked WeCom', async () => {
    const { corpId, authCode } = await installed();
    await rig.wecom.addFault({ kind: 'hang', path: EXCHANGE, times: 1 });
    const abandoned = consume(authCode).catch((error: unknown) => error);
    await until(async () => (await codeRow(authCode))?.attempts === 1);
    await expireLease(authCode);
    await until(async () => (await codeRow(authCode))?.state === 'exchanged');
    expect(await abandoned).toBeInstanceOf(AuthCodePending);
    expect((await authorizations.find(corpId, SUITE))?.state).toBe('active');
  });

  it('opens a new generation for each new code, also of a corp that never left', async () => {
    const first = await installed();
    await consume(first.authCode);
    const again = await rig.wecom.install({ suiteId: SUITE, corpId: first.corpId });
    await consume(again.authCode);
    const { generation, code } = await authorizations.permanentCode(first.corpId, SUITE);
    expect(generation).toBe(2);
    expect(code.reveal()).toBe((await rig.wecom.authorization(SUITE, first.corpId)).permanentCode);
  });

  it('replaces the secret of a customised app when it is reset', async () => {
    const { corpId } = await installed(TEMPLATE, 'qr');
    await until(async () => (await authorizations.find(corpId, TEMPLATE))?.infoPulledAt);
    const before = await authorizations.permanentCode(corpId, TEMPLATE);
    await rig.wecom.resetPermanentCode(TEMPLATE, corpId);
    const after = await until(async () => {
      const found = await authorizations.permanentCode(corpId, TEMPLATE);
      return found.generation > before.generation ? found : undefined;
    });
    expect(after.isCustomized).toBe(true);
    expect(after.code.reveal()).not.toBe(before.code.reveal());
    expect(after.code.reveal()).toBe((await rig.wecom.authorization(TEMPLATE, corpId)).permanentCode);
  });

  it('is invisible to the neighbour', async () => {
    const { corpId, authCode } = await installed();
    await consume(authCode);
    const rows = await rig.database.db.asCorp('wpNeighbour', (tx) =>
      tx.rows('SELECT 1 FROM authorizations WHERE corp_id = $1', [corpId]),
    );
    expect(rows).toEqual([]);
    expect(await authorizations.find(corpId.toLowerCase(), SUITE)).toBeNull();
    expect(await authorizations.activeAuthorization('wpNeighbour', SUITE)).toBeNull();
    expect(await authorizations.activeAuthorization(corpId, SUITE)).toMatchObject({ state: 'active', generation: 1 });
  });
});
