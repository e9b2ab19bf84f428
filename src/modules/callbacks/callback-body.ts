import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { recordRefusal } from './callback-refusals.js';
import { CallbackRefused } from './callbacks.errors.js';
import { MAX_MESSAGE_BYTES } from './message-limits.js';

const RAW = 'application/x-wecom-callback';
const CALLBACK_ROUTES = '/callbacks/';

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
) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (error: CallbackRefused | undefined) => {
    payload.off('data', onData).off('end', onEnd).off('error', onError);
    if (error) recordRefusal(request, error);
    done(
      error ?? null,
      error ? undefined : chunks.length === 1 ? chunks[0]?.toString() : Buffer.concat(chunks).toString(),
    );
  };
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_MESSAGE_BYTES) finish(tooLarge());
    else chunks.push(chunk);
  };
  const onEnd = () => finish(chunks.every(isUtf8Piece) || isUtf8(Buffer.concat(chunks)) ? undefined : notUtf8());
  const onError = () => finish(new CallbackRefused('envelope', 'the body ended early'));
  if (Number(request.headers['content-length']) > MAX_MESSAGE_BYTES) {
    finish(tooLarge());
    return;
  }
  payload.on('data', onData).on('end', onEnd).on('error', onError);
}

const isUtf8Piece = (chunk: Buffer) => isUtf8(chunk);
const tooLarge = () => new CallbackRefused('size', `the body exceeds ${MAX_MESSAGE_BYTES} bytes`);
const notUtf8 = () => new CallbackRefused('utf8', 'the body is not UTF-8');
