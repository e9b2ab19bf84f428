import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { recordRefusal } from './callback-refusals.js';
import { type CallbackCheck, CallbackRefused } from './callbacks.errors.js';
import { MAX_MESSAGE_BYTES } from './message-limits.js';

const RAW = 'application/x-wecom-callback';
const CALLBACK_ROUTES = '/callbacks/';
const TOO_LARGE = `the body exceeds ${MAX_MESSAGE_BYTES} bytes`;

/**
 * Hands the bodies of callback routes over as text, whatever content type WeCom states, or none (G-17); other routes keep their
 * parsers. Call it once, before the application listens.
 */
export function registerCallbackParsers(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.url?.startsWith(CALLBACK_ROUTES)) request.raw.headers['content-type'] = RAW;
    done();
  });
  fastify.addContentTypeParser(RAW, readBody);
}

function readBody(
  request: FastifyRequest,
  payload: IncomingMessage,
  done: (error: Error | null, body?: string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stop = () => payload.off('data', onData).off('end', onEnd).off('error', onError);
  const refuse = (check: CallbackCheck, reason: string) => {
    stop();
    const refused = new CallbackRefused(check, reason);
    recordRefusal(request, refused);
    done(refused);
  };
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_MESSAGE_BYTES) refuse('size', TOO_LARGE);
    else chunks.push(chunk);
  };
  const onEnd = () => {
    const body = Buffer.concat(chunks);
    if (!isUtf8(body)) {
      refuse('utf8', 'the body is not UTF-8');
      return;
    }
    stop();
    done(null, body.toString());
  };
  const onError = () => refuse('envelope', 'the body ended early');
  if (Number(request.headers['content-length']) > MAX_MESSAGE_BYTES) {
    refuse('size', TOO_LARGE);
    return;
  }
  payload.on('data', onData).on('end', onEnd).on('error', onError);
}
