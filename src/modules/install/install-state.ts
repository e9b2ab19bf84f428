import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { PlatformSecrets } from '../platform/secrets/platform-secrets.js';
import type { Language } from './install-texts.js';

/** Longer than a pre_auth_code lives (20 minutes), so that WeCom's own limit speaks first. */
const LIFETIME_SECONDS = 1_800;
const BROWSER = /^[0-9a-f]{32}$/;
/** language, expiry in base 36, nonce, MAC: letters and digits only, 93 of the 128 bytes WeCom allows (d:90597). */
const STATE = /^(z|e)([0-9a-z]{8})([0-9a-f]{20})([0-9a-f]{64})$/;

export type StateVerdict = { readonly valid: true; readonly language: Language } | { readonly valid: false };

/**
 * `state` of the install link: tells that the browser which comes back is the one that left, within the half hour. Signed, so
 * nothing is stored; expiry is judged by the database's clock, since another instance may have issued it.
 */
@Injectable()
export class InstallState {
  constructor(
    private readonly secrets: PlatformSecrets,
    private readonly database: Database,
  ) {}

  /** Names a browser in its cookie. */
  newBrowser(): string {
    return randomBytes(16).toString('hex');
  }

  isBrowser(value: string | undefined): value is string {
    return value !== undefined && BROWSER.test(value);
  }

  async issue(suiteId: string, browser: string, language: Language): Promise<string> {
    const expiry = ((await this.nowSeconds()) + LIFETIME_SECONDS).toString(36).padStart(8, '0');
    const payload = `${language === 'en' ? 'e' : 'z'}${expiry}${randomBytes(10).toString('hex')}`;
    return payload + (await this.mac(suiteId, browser, payload));
  }

  async verify(state: string, suiteId: string, browser: string | undefined): Promise<StateVerdict> {
    const [, language, expiry, , mac] = STATE.exec(state) ?? [];
    if (!language || !expiry || !mac || !this.isBrowser(browser)) return { valid: false };
    const expected = await this.mac(suiteId, browser, state.slice(0, -mac.length));
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(mac))) return { valid: false };
    if (Number.parseInt(expiry, 36) < (await this.nowSeconds())) return { valid: false };
    return { valid: true, language: language === 'e' ? 'en' : 'zh' };
  }

  private async mac(suiteId: string, browser: string, payload: string): Promise<string> {
    const key = await this.secrets.get('install_state_key');
    return createHmac('sha256', key.reveal()).update(`${suiteId}\n${browser}\n${payload}`).digest('hex');
  }

  private async nowSeconds(): Promise<number> {
    const [row] = await this.database.rows<{ now: string }>('SELECT extract(epoch FROM now())::bigint AS now');
    return Number(row?.now);
  }
}
