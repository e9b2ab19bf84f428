import { Pool } from 'undici';
import { wireBody } from '../load/notices.ts';
import { answerParent } from '../rig/child-side.ts';
import { concurrently } from '../rig/concurrently.ts';
import type { PreparedLoad } from './prepared-load.ts';

/** The limit: bytes made beforehand, one token, no answer checked beyond its errcode, nothing kept. */
let pool: Pool;
let bodies: Buffer[] = [];
let width = 0;

answerParent({
  prepare: ({ url, notices, concurrency, round }: PreparedLoad) => {
    pool ??= new Pool(url, { connections: concurrency, pipelining: 1 });
    width = concurrency;
    bodies = Array.from({ length: notices }, (_, index) => Buffer.from(JSON.stringify(wireBody(`${round}-${index}`))));
  },
  run: async () => {
    await concurrently(bodies.length, width, async (index) => {
      const { body } = await pool.request({
        method: 'POST',
        path: '/cgi-bin/message/send?access_token=bench-access-token',
        headers: { 'content-type': 'application/json' },
        body: bodies[index]!,
      });
      const answer = (await body.json()) as { errcode: number };
      if (answer.errcode !== 0) {
        throw new Error(`errcode ${answer.errcode}`);
      }
    });
  },
});
