import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ControlScope } from '../control/control-request.ts';
import { ControlRefusal } from '../control-refusal.ts';
import { answerText, readBody } from '../http-body.ts';
import type { Markup } from './html.ts';
import { indexPage } from './index-page.ts';
import { decideInstall, type InstallStep, openInstallLink } from './install-flow.ts';
import { pageAsset } from './page-assets.ts';
import { type PageContext, pageContext } from './page-frame.ts';
import { phoneConversation, phonePage } from './phone-page.ts';

const maxFormBytes = 1024 * 1024;
/** No inline script or style anywhere; members' messages cannot add any. */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'";

/** Serves the pages people look at. */
export async function servePage(
  scope: ControlScope,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const { simulator, pusher, events } = scope;
  const context = pageContext(path, query, request.headers.cookie);
  response.setHeader('content-security-policy', contentSecurityPolicy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  if (query.has('lang')) response.setHeader('set-cookie', `lang=${context.language}; Path=/; SameSite=Lax; HttpOnly`);
  if (path === '/3rdapp/install' && request.method === 'POST') {
    const form = new URLSearchParams((await readBody(request, maxFormBytes)).toString('utf8'));
    answerStep(response, decideInstall(simulator, events, form, { ...context, query: form }));
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new ControlRefusal(405, `${path} takes GET`);
  const [, area, first = '', second = '', third] = path.split('/').map(decoded);
  if (path === '/') answerPage(response, 200, indexPage(simulator, pusher.log.newest(12), context));
  else if (path === '/3rdapp/install') answerStep(response, openInstallLink(simulator, context));
  else if (area === 'assets') answerAsset(response, first);
  else if (area === 'phone' && third === 'conversation') answerConversation(scope, response, first, second, context);
  else if (area === 'phone' && third === undefined)
    answerPage(response, 200, phonePage(simulator, first, second, context));
  else throw new ControlRefusal(404, `there is no page ${path}`);
}

function answerPage(response: ServerResponse, status: number, markup: Markup): void {
  answerText(response, status, 'text/html; charset=utf-8', markup.text);
}

function answerStep(response: ServerResponse, step: InstallStep): void {
  if ('redirect' in step) response.writeHead(302, { location: step.redirect, 'cache-control': 'no-store' }).end();
  else answerPage(response, step.status, step.markup);
}

function answerAsset(response: ServerResponse, name: string): void {
  const asset = pageAsset(name);
  if (asset === null) throw new ControlRefusal(404, `there is no asset ${name}`);
  answerText(response, 200, asset.type, asset.bytes);
}

function answerConversation(
  { simulator }: ControlScope,
  response: ServerResponse,
  corpId: string,
  userId: string,
  context: PageContext,
): void {
  const news = phoneConversation(simulator, corpId, userId, context);
  if (news === null) {
    response.writeHead(204).end();
    return;
  }
  response.setHeader('x-version', news.version);
  answerPage(response, 200, news.markup);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ControlRefusal(400, `${segment} is not URL-encoded`);
  }
}
