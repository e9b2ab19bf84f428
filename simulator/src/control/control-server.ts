import type { IncomingMessage, ServerResponse } from 'node:http';
import { ControlRefusal } from '../control-refusal.ts';
import { answerJson, readBody } from '../http-body.ts';
import { authorizationRoutes } from './authorization-routes.ts';
import type { ControlHandler, ControlScope } from './control-request.ts';
import { definitionRoutes } from './definition-routes.ts';
import { observationRoutes } from './observation-routes.ts';
import { pushRoutes } from './push-routes.ts';

/** A seed of ten thousand corps is some tens of megabytes. */
const maxBodyBytes = 256 * 1024 * 1024;

const routes = Object.entries({ ...definitionRoutes, ...authorizationRoutes, ...pushRoutes, ...observationRoutes }).map(
  ([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, segments: path.split('/'), handler };
  },
);

/** Serves `/control/…`. Refusals answer `{"error": …}`. */
export async function serveControl(
  scope: ControlScope,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const raw = await readBody(request, maxBodyBytes);
  const { handler, ids } = findRoute(request.method ?? 'GET', path);
  const result: unknown = await handler({ scope, ids, query, body: parseBody(raw) });
  if (result === undefined) response.writeHead(204).end();
  else answerJson(response, 200, result);
}

function findRoute(method: string, path: string): { handler: ControlHandler; ids: string[] } {
  const given = path.split('/');
  const matching = routes.filter(
    ({ segments }) =>
      segments.length === given.length && segments.every((one, index) => one.startsWith(':') || one === given[index]),
  );
  const found = matching.find((route) => route.method === method);
  if (found === undefined) {
    const allowed = matching.map((route) => route.method).join(', ');
    throw matching.length === 0
      ? new ControlRefusal(404, `the control API has no ${path}`)
      : new ControlRefusal(405, `${path} takes ${allowed}`);
  }
  const ids = given.filter((_, index) => found.segments[index]?.startsWith(':')).map(decodeSegment);
  return { handler: found.handler, ids };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ControlRefusal(400, `${segment} is not URL-encoded`);
  }
}

function parseBody(raw: Buffer): unknown {
  if (raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    throw new ControlRefusal(400, 'the body is not JSON');
  }
}
