import { openWork } from '../easywechat/open-work.ts';
import { benchCorps, SUITE_TICKET } from '../load/corps.ts';
import { wireBody } from '../load/notices.ts';
import { answerParent } from '../rig/child-side.ts';
import { concurrently } from '../rig/concurrently.ts';
import type { PreparedLoad } from './prepared-load.ts';

/**
 * node-easywechat as its README shows it, set up as well as it lets itself be: one client per corp kept, every token in its
 * cache before the clock starts, keep-alive. Nothing is durable: a crash loses what was in flight and what was waiting.
 */
type Client = Awaited<ReturnType<ReturnType<typeof openWork>['getAuthorizerClient']>>;

let clients: Client[] = [];
let bodies: ReturnType<typeof wireBody>[] = [];
let width = 0;

answerParent({
  prepare: async ({ url, corps, notices, concurrency, round }: PreparedLoad) => {
    width = concurrency;
    bodies = Array.from({ length: notices }, (_, index) => wireBody(`${round}-${index}`));
    if (clients.length === 0) {
      const app = openWork(url, concurrency);
      await app.getSuiteTicket().setTicket(SUITE_TICKET);
      clients = await Promise.all(
        benchCorps(corps).map((corp) => app.getAuthorizerClient(corp.corpId, corp.permanentCode)),
      );
      for (const [index, client] of clients.entries()) {
        await client.post('cgi-bin/message/send', jsonPayload(wireBody(`${round}-token-${index}`)));
      }
    }
  },
  run: async () => {
    await concurrently(bodies.length, width, async (index) => {
      const client = clients[index % clients.length]!;
      const response = await client.post('cgi-bin/message/send', jsonPayload(bodies[index]!));
      const { errcode } = response.toObject();
      if (Number(errcode) !== 0) {
        throw new Error(`errcode ${errcode}`);
      }
    });
  },
});

/** `json` is the peer's own addition to axios's options, and missing from the types it publishes. */
function jsonPayload(json: object): object {
  return { json };
}
