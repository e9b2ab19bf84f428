import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { answerParent } from '../rig/child-side.ts';
import { type RawRequest, RequestCutter } from './http-requests.ts';

/**
 * Stands for WeCom, for all contenders alike: answers at once and always with success, counts what it was asked, and on
 * request notes when each marked notice arrived. It judges nothing: that is the simulator's work.
 */
const MARKER = /[?&]bench=([\w-]+)/;

let counts: Record<string, number> = {};
let arrivals: Map<string, bigint> | undefined;
let nextMsgid = 1;

function answerTo(path: string): string {
  switch (path) {
    case '/cgi-bin/message/send':
      return `{"errcode":0,"errmsg":"ok","invaliduser":"","invalidparty":"","invalidtag":"","unlicenseduser":"","msgid":"bench-msgid-${nextMsgid++}"}`;
    case '/cgi-bin/service/get_suite_token':
      return '{"suite_access_token":"bench-suite-access-token-0123456789abcdefghij","expires_in":7200}';
    case '/cgi-bin/service/get_corp_token':
      return '{"errcode":0,"errmsg":"ok","access_token":"bench-access-token-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789","expires_in":7200}';
    default:
      return '{"errcode":0,"errmsg":"ok"}';
  }
}

function handle({ startLine, body }: RawRequest): string {
  const target = startLine.slice(startLine.indexOf(' ') + 1, startLine.lastIndexOf(' '));
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  counts[path] = (counts[path] ?? 0) + 1;
  if (arrivals !== undefined) {
    const marker = MARKER.exec(body.toString('latin1'))?.[1];
    if (marker !== undefined && !arrivals.has(marker)) {
      arrivals.set(marker, process.hrtime.bigint());
    }
  }
  const answer = answerTo(path);
  return `HTTP/1.1 200 OK\r\nserver: sink\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: ${answer.length}\r\nconnection: keep-alive\r\n\r\n${answer}`;
}

const server = createServer({ noDelay: true }, (socket) => {
  const cutter = new RequestCutter();
  socket.on('data', (chunk) => {
    let answers = '';
    for (const request of cutter.cut(chunk)) {
      answers += handle(request);
    }
    if (answers !== '') {
      socket.write(answers, 'latin1');
    }
  });
  socket.on('error', () => socket.destroy());
});

answerParent({
  listen: async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  takeCounts: () => {
    const taken = counts;
    counts = {};
    return taken;
  },
  noteArrivals: () => {
    arrivals = new Map();
  },
  takeArrivals: () => {
    const taken = arrivals;
    arrivals = undefined;
    return taken;
  },
});
