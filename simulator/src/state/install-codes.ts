import type { SimulatorClock } from '../clock.ts';
import { secretText } from '../random-source.ts';
import type { SimulatorSettings } from '../settings.ts';

export interface PreAuthCode {
  code: string;
  suiteId: string;
  expiresAt: number;
  /** Set by set_session_info (d:90602). */
  authType: 0 | 1;
  used: boolean;
}

export interface AuthCode {
  code: string;
  suiteId: string;
  corpId: string;
  generation: number;
  /** A reset code hands out the new secret of a customised app. */
  purpose: 'install' | 'reset';
  /** Returned by get_permanent_code for QR installations only. */
  state: string | null;
  expiresAt: number;
  used: boolean;
}

/** The two short-lived codes of an installation: pre_auth_code (d:90601) and auth_code (d:100776). */
export class InstallCodes {
  private readonly preAuthCodes = new Map<string, PreAuthCode>();
  private readonly authCodes = new Map<string, AuthCode>();
  private readonly clock: SimulatorClock;
  private readonly settings: SimulatorSettings;

  constructor(clock: SimulatorClock, settings: SimulatorSettings) {
    this.clock = clock;
    this.settings = settings;
  }

  newPreAuthCode(suiteId: string): PreAuthCode {
    const expiresAt = this.clock.now() + this.settings.preAuthCodeLifetimeSeconds * 1000;
    const preAuthCode: PreAuthCode = { code: secretText(64), suiteId, expiresAt, authType: 0, used: false };
    this.preAuthCodes.set(preAuthCode.code, preAuthCode);
    forgetOldest(this.preAuthCodes);
    return preAuthCode;
  }

  /** The errcode says why it cannot be used: unknown, of another suite, used up, or too old. */
  checkPreAuthCode(code: string, suiteId: string): PreAuthCode | 40077 | 42007 {
    const found = this.preAuthCodes.get(code);
    if (found === undefined || found.suiteId !== suiteId || found.used) return 40077;
    return found.expiresAt <= this.clock.now() ? 42007 : found;
  }

  newAuthCode(grant: Omit<AuthCode, 'code' | 'expiresAt' | 'used'>): AuthCode {
    const expiresAt = this.clock.now() + this.settings.authCodeLifetimeSeconds * 1000;
    const authCode: AuthCode = { ...grant, code: secretText(128), expiresAt, used: false };
    this.authCodes.set(authCode.code, authCode);
    forgetOldest(this.authCodes);
    return authCode;
  }

  findAuthCode(code: string): AuthCode | undefined {
    return this.authCodes.get(code);
  }

  /** Consumes the code; undefined when it is unknown, used, expired or of another suite. */
  takeAuthCode(code: string, suiteId: string): AuthCode | undefined {
    const found = this.authCodes.get(code);
    if (found === undefined || found.used || found.suiteId !== suiteId) return undefined;
    if (found.expiresAt <= this.clock.now()) return undefined;
    found.used = true;
    return found;
  }

  clear(): void {
    this.preAuthCodes.clear();
    this.authCodes.clear();
  }
}

/** A long soak run must not grow: the oldest codes are long dead when a hundred thousand newer ones exist. */
function forgetOldest(codes: Map<string, unknown>): void {
  const oldest = codes.size > 100_000 ? codes.keys().next().value : undefined;
  if (oldest !== undefined) codes.delete(oldest);
}
