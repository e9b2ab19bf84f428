import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { failureErrmsg, WecomRefusal } from '../errcodes.ts';
import { answerJson, answerText, readBody } from '../http-body.ts';
import type { Simulator } from '../simulator.ts';
import { type ApiBody, type ApiCall, maxBodyBytes, readApiBody } from './api-call.ts';
import { answerApiCall, isApiPath } from './api-routes.ts';
import { identifyCaller, withoutSecrets } from './caller.ts';
import { answerWithFault, faultRefusal, type ProcessedCall, takesEffect } from './fault-answer.ts';

const noBody: ApiBody = { errcode: 47001, detail: 'body is empty' };

/** Serves `/cgi-bin/…`: reads the call, writes it down, lets faults have their way, processes and answers it. */
export async function serveApi(
  simulator: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const raw = await readBody(request, maxBodyBytes);
  const call = arrive(simulator, request, raw, path, query);
  if (!isApiPath(path)) {
    call.row.status = 404;
    answerJson(response, 404, { error: `this simulator has no API ${path}` });
    return;
  }
  const { latencyMs, effect } = simulator.faults.decide({ path, suiteId: call.row.suiteId, corpId: call.row.corpId });
  if (latencyMs > 0) await wait(latencyMs, undefined, { ref: false });
  if (effect === null) {
    answerText(response, 200, 'application/json; charset=utf-8', processCall(simulator, call).json);
    call.row.status = 200;
    return;
  }
  call.row.fault = effect.kind;
  const refusal = faultRefusal(effect, call.ip, simulator.clock.seconds());
  if (refusal !== null) simulator.ledger.processed(call.row, refusal.errcode);
  const processed = takesEffect(effect) ? processCall(simulator, call) : refusal;
  call.row.status = answerWithFault(response, effect, processed);
}

function arrive(
  simulator: Simulator,
  request: IncomingMessage,
  raw: Buffer,
  path: string,
  query: URLSearchParams,
): ApiCall {
  const ip = callerIp(simulator, request);
  const method = request.method ?? 'GET';
  const body = raw.length === 0 ? noBody : readApiBody(raw);
  const { suiteId, corpId } = identifyCaller(simulator, query, body);
  const at = simulator.clock.now();
  const row = simulator.ledger.arrive({ at, method, path, query: withoutSecrets(query), ip, suiteId, corpId }, raw);
  return { method, path, query, ip, raw, body, row };
}

function processCall(simulator: Simulator, call: ApiCall): ProcessedCall {
  try {
    const answer = answerApiCall(simulator, call);
    simulator.ledger.processed(call.row, 0);
    return { errcode: 0, json: JSON.stringify(answer) };
  } catch (error) {
    if (!(error instanceof WecomRefusal)) throw error;
    const { errcode, fields } = error;
    simulator.ledger.processed(call.row, errcode);
    const errmsg = failureErrmsg(error.message, errcode, call.ip, simulator.clock.seconds());
    return { errcode, json: JSON.stringify({ errcode, errmsg, ...fields }) };
  }
}

function callerIp(simulator: Simulator, request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for'];
  if (simulator.settings.trustForwardedFor && typeof forwarded === 'string') {
    return (forwarded.split(',')[0] ?? '').trim();
  }
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
