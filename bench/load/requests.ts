import { randomUUID } from 'node:crypto';
import { eventRequest } from './callback-events.ts';
import { benchCorps } from './corps.ts';
import type { LoadOrder } from './http-load.ts';
import { notice } from './notices.ts';

export type LoadKind = 'notices' | 'callbacks';

const CORP_IDS = benchCorps().map(({ corpId }) => corpId);

/** The finished bytes of every request of one round; all differ, so nothing can be answered from memory. */
export function requestBytes(order: LoadOrder): Buffer[] {
  return Array.from({ length: order.requests }, (_, index) => {
    const marker = `${order.round}-${index}`;
    return order.kind === 'callbacks'
      ? callbackRequest(order.url, index, marker)
      : noticeRequest(order.url, order.apiKey ?? '', index, marker);
  });
}

export function noticeRequest(url: string, apiKey: string, index: number, marker: string): Buffer {
  const headers = `authorization: Bearer ${apiKey}\r\nidempotency-key: ${randomUUID()}\r\ncontent-type: application/json\r\n`;
  return post(url, `/v1/corps/${corpIdOf(index)}/notices`, headers, JSON.stringify(notice(marker)));
}

function callbackRequest(url: string, index: number, marker: string): Buffer {
  const { target, body } = eventRequest(marker, corpIdOf(index));
  return post(url, target, 'content-type: text/xml\r\n', body);
}

/** Round robin over the corps, as the peers are fed too. */
function corpIdOf(index: number): string {
  return CORP_IDS[index % CORP_IDS.length]!;
}

function post(url: string, target: string, headers: string, body: string): Buffer {
  const { host } = new URL(url);
  return Buffer.from(
    `POST ${target} HTTP/1.1\r\nhost: ${host}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
