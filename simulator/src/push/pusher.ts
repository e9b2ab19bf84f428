import { setTimeout as wait } from 'node:timers/promises';
import { callbackSignature, decryptCallback, encryptCallback, sameSignature } from '../callback-crypto.ts';
import { elementText, envelopeDocument } from '../callback-xml.ts';
import { digits } from '../random-source.ts';
import type { Simulator } from '../simulator.ts';
import type { PushAttempt, PushRecord, RawPushRequest } from '../types/pushes.ts';
import { CallbackFailure, requestCallback } from './callback-request.ts';
import { PushLog } from './push-log.ts';
import type { PushTarget } from './push-target.ts';

type EnvelopeDefects = Pick<RawPushRequest, 'timestamp' | 'nonce' | 'signature' | 'encrypt' | 'body' | 'contentType'>;

/** One push to make: an inner document for a target. */
export interface Push {
  target: PushTarget;
  /** For the log: InfoType, Event or MsgType. */
  event: string;
  plaintext: string;
  deadlineMs: number;
  /** Chosen defects make it a single attempt. */
  defects?: EnvelopeDefects;
}

/** Sends callbacks like WeCom: sealed, with a deadline, up to three attempts, and a log (authorization.md §2.4–2.6). */
export class Pusher {
  readonly log: PushLog;
  private readonly simulator: Simulator;

  constructor(simulator: Simulator) {
    this.simulator = simulator;
    this.log = new PushLog(simulator.settings);
  }

  async push(push: Push): Promise<PushRecord> {
    const { target, event, plaintext } = push;
    const { channel, suiteId, corpId, url, receiveId } = target;
    const base = { channel, suiteId, corpId, event, url, receiveId, plaintext };
    const record: PushRecord = {
      id: this.log.nextId(),
      at: this.simulator.clock.now(),
      ...base,
      attempts: [],
      ok: false,
      reply: null,
    };
    const { settings } = this.simulator;
    const maxAttempts = push.defects === undefined ? Math.max(1, settings.pushAttempts) : 1;
    let sealed = this.seal(push);
    while (record.attempts.length < maxAttempts) {
      if (record.attempts.length > 0) {
        await wait(settings.pushRetryDelayMs, undefined, { ref: false });
        if (!settings.pushRetryReusesEnvelope) sealed = this.seal(push);
      }
      const attempt = await this.attempt(push, sealed);
      record.attempts.push(attempt);
      record.ok = attempt.error === null;
      const mayRepeat = attempt.error === 'connection' || attempt.error === 'timeout';
      if (!mayRepeat && !(attempt.error === 'status' && settings.pushRetryOnStatus)) break;
    }
    if (record.ok && channel === 'data') record.reply = readReply(target, record.attempts.at(-1)?.body ?? '');
    this.log.add(record);
    return record;
  }

  private seal({ target, plaintext, defects = {} }: Push): { url: string; body: string; contentType: string } {
    const timestamp = defects.timestamp ?? String(this.simulator.clock.seconds());
    const nonce = defects.nonce ?? digits(10);
    const encrypt = defects.encrypt ?? encryptCallback(target.encodingAesKey, plaintext, target.receiveId);
    const signature = defects.signature ?? callbackSignature(target.token, timestamp, nonce, encrypt);
    return {
      url: signedUrl(target.url, { msg_signature: signature, timestamp, nonce }),
      body: defects.body ?? envelopeDocument(target.toUserName, target.agentId, encrypt),
      contentType: defects.contentType ?? 'text/xml; charset=utf-8',
    };
  }

  private async attempt(push: Push, sealed: ReturnType<Pusher['seal']>): Promise<PushAttempt> {
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    try {
      const { status, body } = await requestCallback({ method: 'POST', ...sealed, deadlineMs: push.deadlineMs });
      const problem = this.answerProblem(push.target, status, body);
      return { status, body, durationMs: took(), error: problem, detail: null };
    } catch (error) {
      const kind = error instanceof CallbackFailure ? error.kind : 'connection';
      return { status: null, body: null, durationMs: took(), error: kind, detail: (error as Error).message };
    }
  }

  /** Command: exactly `success`. Data: nothing, a sealed reply, or `success`. System: `success` (unconfirmed). */
  private answerProblem(target: PushTarget, status: number, body: string): PushAttempt['error'] {
    if (status !== 200) return 'status';
    if (body === 'success') return null;
    if (target.channel === 'data') return body === '' || readReply(target, body) !== null ? null : 'body';
    return target.channel === 'system' && !this.simulator.settings.systemRequiresSuccess ? null : 'body';
  }
}

/** `$CORPID$` is already replaced; a query that the URL has stays in front. */
export function signedUrl(url: string, parameters: Record<string, string>): string {
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;
}

/** The passive reply inside `<Encrypt>` (d:90377), or null when it is none or not properly sealed. */
function readReply(target: PushTarget, body: string): string | null {
  const [encrypt, signature, timestamp, nonce] = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'].map((name) =>
    elementText(body, name),
  );
  if (!encrypt || !signature || !timestamp || !nonce) return null;
  if (!sameSignature(signature, callbackSignature(target.token, timestamp, nonce, encrypt))) return null;
  try {
    const { message, receiveId } = decryptCallback(target.encodingAesKey, encrypt);
    return receiveId === target.corpId ? message : null;
  } catch {
    return null;
  }
}
