import { ControlRefusal } from '../control-refusal.ts';
import type { Simulator } from '../simulator.ts';
import type { InstallRequest } from '../types/authorizations.ts';
import type { Authorization } from './authorization-book.ts';
import type { AuthCode } from './install-codes.ts';

const maxTestInstallations = 10;

/** Consent of a corp: the grant exists from here on, and its auth_code waits to be exchanged. */
export function installSuite(
  simulator: Simulator,
  request: InstallRequest,
): { authorization: Authorization; authCode: AuthCode } {
  const { suiteId, corpId } = request;
  const suite = simulator.registry.suites.get(suiteId);
  if (suite === undefined) throw new ControlRefusal(404, `no suite ${suiteId}`);
  const corp = simulator.registry.corps.get(corpId);
  if (corp === undefined) throw new ControlRefusal(404, `no corp ${corpId}`);
  const test = request.test ?? !suite.released;
  const isNewTest = test && simulator.authorizations.find(suiteId, corpId)?.status !== 'active';
  if (isNewTest && simulator.authorizations.testInstallations(suiteId) >= maxTestInstallations) {
    throw new ControlRefusal(409, `at most ${maxTestInstallations} corps may install in test mode (d:90595)`);
  }
  const authorization = simulator.authorizations.install(suite, corp, { ...request, test });
  const authCode = simulator.codes.newAuthCode({
    suiteId,
    corpId,
    generation: authorization.generation,
    purpose: 'install',
    // get_permanent_code returns the state of a QR code only (d:100776).
    state: request.mode === 'qr' ? (request.state ?? null) : null,
  });
  return { authorization, authCode };
}
