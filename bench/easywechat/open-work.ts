import { Agent } from 'node:http';
import { OpenWork } from 'node-easywechat';
import { CALLBACK_TOKEN, ENCODING_AES_KEY, PROVIDER_CORP_ID, SUITE_ID, SUITE_SECRET } from '../load/corps.ts';
import { MemoryCache } from './memory-cache.ts';

/** A third-party app of node-easywechat that talks to the sink. */
export function openWork(url: string, connections: number): OpenWork {
  const app = new OpenWork({
    corp_id: PROVIDER_CORP_ID,
    suite_id: SUITE_ID,
    suite_secret: SUITE_SECRET,
    token: CALLBACK_TOKEN,
    aes_key: ENCODING_AES_KEY,
    http: { baseURL: url, proxy: false, maxRedirects: 0 },
  });
  app.setCache(new MemoryCache());
  // Not through `http`: its options are deep-cloned and an Agent does not survive that.
  app.getHttpClient().getInstance().defaults.httpAgent = new Agent({ keepAlive: true, maxSockets: connections });
  return app;
}
