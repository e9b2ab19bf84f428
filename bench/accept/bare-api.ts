import { fastify } from 'fastify';
import { answerParent } from '../rig/child-side.ts';
import { type BareRows, bareRows } from './bare-rows.ts';

type Store = (rows: BareRows) => Promise<void>;

/** The Fastify handler both baselines share: reads JSON, stores, answers 202. No key, no validation, no framework above it. */
export function serveBareApi(connect: (databaseUrl: string) => Store): void {
  answerParent({
    listen: async ({ databaseUrl }: { databaseUrl: string }) => {
      const store = connect(databaseUrl);
      const api = fastify();
      api.post('/v1/corps/:corpId/notices', async (request, reply) => {
        const rows = bareRows(request);
        await store(rows);
        return reply.code(202).send({ id: rows.noticeId });
      });
      return api.listen({ host: '127.0.0.1', port: 0 });
    },
  });
}
