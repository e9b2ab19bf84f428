import type { Simulator } from '../simulator.ts';
import type { PreAuthCode } from '../state/install-codes.ts';
import type { Suite } from '../state/registry.ts';
import type { TextName } from './page-text.ts';

/** What the install link asks for, found to be in order. */
export interface InstallLink {
  suite: Suite;
  preAuthCode: PreAuthCode;
  redirectUri: string;
  state: string;
}

export interface InstallLinkProblem {
  errcode: number;
  text: TextName;
}

/** Checks `/3rdapp/install?suite_id=&pre_auth_code=&redirect_uri=&state=` (d:90597). */
export function checkInstallLink(simulator: Simulator, query: URLSearchParams): InstallLink | InstallLinkProblem {
  const suite = simulator.registry.suites.get(query.get('suite_id') ?? '');
  if (suite === undefined) return { errcode: 40083, text: 'errorSuite' };
  // Customised apps are authorized by QR code only (d:97201).
  if (suite.kind === 'customized') return { errcode: 84005, text: 'errorSuite' };
  const preAuthCode = simulator.codes.checkPreAuthCode(query.get('pre_auth_code') ?? '', suite.suiteId);
  if (preAuthCode === 40077) return { errcode: 40077, text: 'errorPreAuthCode' };
  if (preAuthCode === 42007) return { errcode: 42007, text: 'errorPreAuthCodeExpired' };
  if (!suite.released && preAuthCode.authType !== 1) return { errcode: 40077, text: 'errorSession' };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isUnderDomain(redirectUri, suite.installDomain)) return { errcode: 50001, text: 'errorRedirect' };
  const state = query.get('state') ?? '';
  if (!/^[A-Za-z0-9]{0,128}$/.test(state)) return { errcode: 84025, text: 'errorState' };
  return { suite, preAuthCode, redirectUri, state };
}

/** The domain itself or anything below it; a port counts only when the domain names one. */
function isUnderDomain(redirectUri: string, domain: string | null): boolean {
  const url = URL.parse(redirectUri);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  if (domain === null) return true;
  const wanted = domain.toLowerCase();
  const given = wanted.includes(':') ? url.host : url.hostname;
  return given === wanted || given.endsWith(`.${wanted}`);
}

/** Where the browser goes after the consent; what redirect_uri already has stays as it is. */
export function redirectWithCode(link: InstallLink, authCode: string, expiresInSeconds: number): string {
  const [address = '', fragment] = link.redirectUri.split('#', 2);
  const query = new URLSearchParams({ auth_code: authCode, expires_in: String(expiresInSeconds) });
  if (link.state !== '') query.set('state', link.state);
  const joined = `${address}${address.includes('?') ? '&' : '?'}${query}`;
  return fragment === undefined ? joined : `${joined}#${fragment}`;
}
