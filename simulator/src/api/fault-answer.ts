import type { ServerResponse } from 'node:http';
import { errcodeText, failureErrmsg } from '../errcodes.ts';
import { answerText } from '../http-body.ts';
import type { FaultDecision } from '../state/fault-table.ts';

export type Effect = NonNullable<FaultDecision['effect']>;

export interface ProcessedCall {
  errcode: number;
  json: string;
}

const jsonType = 'application/json; charset=utf-8';

/** Whether the call takes effect although the caller is misled about it. */
export function takesEffect(effect: Effect): boolean {
  switch (effect.kind) {
    case 'drop-after':
    case 'truncated-json':
    case 'slow-drip':
      return true;
    case 'hang':
    case 'bad-gateway':
    case 'answer':
      return effect.processed ?? false;
    default:
      return false;
  }
}

/** The errcode a fault answers instead of processing, as WeCom words it. */
export function faultRefusal(effect: Effect, ip: string, unixSeconds: number): ProcessedCall | null {
  if (effect.kind !== 'errcode' && effect.kind !== 'frequency-window') return null;
  const errcode = effect.kind === 'errcode' ? effect.errcode : 45009;
  const text = (effect.kind === 'errcode' ? effect.errmsg : undefined) ?? errcodeText(errcode);
  return { errcode, json: JSON.stringify({ errcode, errmsg: failureErrmsg(text, errcode, ip, unixSeconds) }) };
}

/** Answers (or doesn't) the way the fault wants. Returns the HTTP status the caller gets, null for none. */
export function answerWithFault(
  response: ServerResponse,
  effect: Effect,
  processed: ProcessedCall | null,
): number | null {
  switch (effect.kind) {
    case 'drop-before':
    case 'drop-after':
      response.socket?.destroy();
      return null;
    case 'hang':
      return null;
    case 'bad-gateway': {
      const status = effect.status ?? 502;
      answerText(
        response,
        status,
        'text/html',
        `<html>\r\n<head><title>${status} Bad Gateway</title></head>\r\n</html>`,
      );
      return status;
    }
    case 'answer':
      answerText(response, effect.status ?? 200, effect.contentType ?? jsonType, effect.body);
      return effect.status ?? 200;
    case 'truncated-json': {
      const json = processed?.json ?? '';
      answerText(response, 200, jsonType, json.slice(0, Math.floor(json.length / 2)));
      return 200;
    }
    case 'slow-drip':
      drip(response, Buffer.from(processed?.json ?? ''), effect.bytesPerSecond ?? 1);
      return 200;
    default:
      answerText(response, 200, jsonType, processed?.json ?? '');
      return 200;
  }
}

/** At most ten pieces a second, so that fast drips don't flood the event loop. */
function drip(response: ServerResponse, bytes: Buffer, bytesPerSecond: number): void {
  const pieceBytes = Math.max(1, Math.round(bytesPerSecond / 10));
  const pauseMs = (pieceBytes / bytesPerSecond) * 1000;
  response.writeHead(200, { 'content-type': jsonType, 'content-length': bytes.length });
  response.flushHeaders();
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + pieceBytes));
    sent += pieceBytes;
    if (sent >= bytes.length) response.end();
  }, pauseMs);
  response.on('close', () => clearInterval(timer));
}
