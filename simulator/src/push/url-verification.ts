import { callbackSignature, encryptCallback } from '../callback-crypto.ts';
import { digits } from '../random-source.ts';
import type { Simulator } from '../simulator.ts';
import type { UrlVerification } from '../types/pushes.ts';
import { requestCallback } from './callback-request.ts';
import { dataUrlFor, requireSuite, systemTarget } from './push-target.ts';
import { signedUrl } from './pusher.ts';

interface VerifiedUrl {
  url: string;
  token: string;
  encodingAesKey: string;
  receiveId: string;
}

/** Saving the command URL: the echostr names the provider's corp, not the suite (authorization.md §2.2). */
export function verifyCommandUrl(simulator: Simulator, suiteId: string): Promise<UrlVerification> | null {
  const suite = requireSuite(simulator, suiteId);
  const byProvider = simulator.settings.commandVerifyReceiveId === 'provider';
  const receiveId = byProvider ? suite.providerCorpId : suiteId;
  return suite.commandUrl === null ? null : verifyUrl(simulator, { ...suite, url: suite.commandUrl, receiveId });
}

/** Saving the data URL: `$CORPID$` becomes the provider's corp id (d:90595). */
export function verifyDataUrl(simulator: Simulator, suiteId: string): Promise<UrlVerification> | null {
  const suite = requireSuite(simulator, suiteId);
  if (suite.dataUrl === null) return null;
  const receiveId = suite.providerCorpId;
  return verifyUrl(simulator, { ...suite, url: dataUrlFor(suite.dataUrl, receiveId), receiveId });
}

export function verifySystemUrl(simulator: Simulator, providerCorpId: string): Promise<UrlVerification> {
  return verifyUrl(simulator, systemTarget(simulator, providerCorpId, null));
}

/** GET with a sealed echostr; the answer must be its plaintext, byte for byte, within a second (d:91116). */
async function verifyUrl(simulator: Simulator, target: VerifiedUrl): Promise<UrlVerification> {
  const plaintext = digits(19);
  const echostr = encryptCallback(target.encodingAesKey, plaintext, target.receiveId);
  const timestamp = String(simulator.clock.seconds());
  const nonce = digits(10);
  const signature = callbackSignature(target.token, timestamp, nonce, echostr);
  const url = signedUrl(target.url, { msg_signature: signature, timestamp, nonce, echostr });
  const startedAt = performance.now();
  const base = { url: target.url, status: null, body: null };
  try {
    const { status, body } = await requestCallback({
      method: 'GET',
      url,
      deadlineMs: simulator.settings.verifyDeadlineMs,
    });
    const durationMs = Math.round(performance.now() - startedAt);
    const expected = `expected status 200 and exactly ${plaintext}`;
    const ok = status === 200 && body === plaintext;
    return { ...base, ok, status, body, durationMs, error: ok ? null : expected };
  } catch (error) {
    const durationMs = Math.round(performance.now() - startedAt);
    return { ...base, ok: false, durationMs, error: (error as Error).message };
  }
}
