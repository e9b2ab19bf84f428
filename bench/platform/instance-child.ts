import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { NoticesService } from '../../src/modules/notices/notices.service.ts';
import { benchCorps, SUITE_ID } from '../load/corps.ts';
import { notice } from '../load/notices.ts';
import { answerParent } from '../rig/child-side.ts';
import { concurrently } from '../rig/concurrently.ts';
import { built } from './built.ts';
import { SettlementWatch } from './settlement-watch.ts';

export interface PreparedNotices {
  readonly notices: number;
  readonly round: string;
}

/** As many callers wait for their commit at once; product code with much to send would do the same over HTTP. */
const ACCEPTS_IN_FLIGHT = 256;

/** What the access guard makes of the API key: the caller of every notice that does not come over HTTP. */
const CALLER = { keyId: 'bench', suiteId: SUITE_ID, boundCorpId: null } as const;

const CORP_IDS = benchCorps().map(({ corpId }) => corpId);

let app: NestFastifyApplication;
let notices: NoticesService;
let watch: SettlementWatch;
let bodies: ReturnType<typeof notice>[] = [];

async function start(): Promise<string> {
  const { startApplication } = await built<typeof import('../../src/application.ts')>('src/application.js');
  const { AppConfig } = await built<typeof import('../../src/modules/platform/config/app-config.ts')>(
    'src/modules/platform/config/app-config.js',
  );
  const module = await built<typeof import('../../src/modules/notices/notices.service.ts')>(
    'src/modules/notices/notices.service.js',
  );
  const started = await startApplication(AppConfig.from(process.env));
  app = started.app;
  notices = app.get(module.NoticesService, { strict: false });
  watch = await SettlementWatch.open(process.env.BENCH_WATCH_URL!);
  return started.url;
}

async function accept(index: number): Promise<void> {
  const corpId = CORP_IDS[index % CORP_IDS.length]!;
  await notices.send({ caller: CALLER, corpId, idempotencyKey: randomUUID(), body: bodies[index] });
}

answerParent({
  start,
  prepare: (order: PreparedNotices) => {
    bodies = Array.from({ length: order.notices }, (_, index) => notice(`${order.round}-${index}`));
  },
  deliver: async () => {
    await concurrently(bodies.length, ACCEPTS_IN_FLIGHT, accept);
    await watch.allSettled();
  },
  allSettled: () => watch.allSettled(),
  check: () => watch.refuseOtherThanAccepted(),
});

process.once('SIGTERM', () => {
  void (async () => {
    await watch?.close();
    await app?.close();
    process.exit(0);
  })();
});
