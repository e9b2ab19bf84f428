import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type JobInsert, PgBoss } from 'pg-boss';
import { AppConfig } from '../config/app-config.js';

/** A kind of background work. `T` is what a job carries: ids only, never bodies or secrets, because jobs are stored in clear. */
export interface JobQueue<T extends object> {
  name: string;
  /** After this long an unfinished job is given to another worker. Keep it near the real duration: it is the recovery time. */
  expireInSeconds: number;
  /** A killed worker costs a try as well, so be generous. */
  retryLimit: number;
  retryDelaySeconds: number;
  retryDelayMaxSeconds: number;
  /** Jobs one process works on at once. */
  concurrency: number;
  /** Only for the compiler: ties the payload type to the queue. */
  readonly payload?: T;
}

type Handler = (data: object) => Promise<void>;

const CONNECTIONS = 4;
const DONE_JOBS_KEPT_SECONDS = 3_600;
const FAILED_OR_WAITING_KEPT_SECONDS = 30 * 86_400;

/**
 * Background work on pg-boss, in the same database. Its defaults do not fit us (a job expires after 15 minutes, an auth code after
 * 10), so every queue states its own figures.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Jobs.name);
  private readonly boss: PgBoss;
  private readonly queues = new Map<string, { queue: JobQueue<object>; handler: Handler }>();
  private readonly workers = new Map<string, string>();

  constructor(private readonly config: AppConfig) {
    this.boss = new PgBoss({
      connectionString: config.databaseUrl.reveal(),
      application_name: `suitepost-${config.role}-jobs`,
      max: CONNECTIONS,
      migrate: false,
      createSchema: false,
      schedule: false,
      supervise: config.role !== 'api',
      superviseIntervalSeconds: 2,
      monitorIntervalSeconds: 2,
      reindex: false,
    });
    this.boss.on('error', (error) => this.logger.error({ err: error }, 'job queue error'));
  }

  /** Declares a queue and who works on it. Call it before the application has booted (constructor or `onModuleInit`). */
  define<T extends object>(queue: JobQueue<T>, handler: (data: T) => Promise<void>): void {
    if (this.queues.has(queue.name)) throw new Error(`job queue ${queue.name} is defined twice`);
    this.queues.set(queue.name, { queue, handler: handler as Handler });
  }

  async send<T extends object>(
    queue: JobQueue<T>,
    data: T,
    options: { priority?: number; startAfterSeconds?: number } = {},
  ): Promise<void> {
    await this.boss.send(queue.name, data, {
      ...(options.priority === undefined ? {} : { priority: options.priority }),
      ...(options.startAfterSeconds === undefined ? {} : { startAfter: options.startAfterSeconds }),
    });
    this.hint(queue.name);
  }

  async sendMany<T extends object>(queue: JobQueue<T>, jobs: readonly { data: T; priority?: number }[]): Promise<void> {
    if (jobs.length === 0) return;
    const inserts: JobInsert<T>[] = jobs.map((job) => ({ ...job }));
    await this.boss.insert(queue.name, inserts);
    this.hint(queue.name);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.boss.start();
    for (const { queue, handler } of this.queues.values()) {
      await this.declare(queue);
      if (this.config.role !== 'api') await this.work(queue, handler);
    }
  }

  /** Finishes what is running, before the connection pool goes. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: true, close: true, timeout: 8_000 });
  }

  private async declare(queue: JobQueue<object>): Promise<void> {
    const options = {
      expireInSeconds: queue.expireInSeconds,
      retryLimit: queue.retryLimit,
      retryDelay: queue.retryDelaySeconds,
      retryBackoff: true,
      retryDelayMax: queue.retryDelayMaxSeconds,
      retentionSeconds: FAILED_OR_WAITING_KEPT_SECONDS,
      deleteAfterSeconds: DONE_JOBS_KEPT_SECONDS,
    };
    await this.boss.createQueue(queue.name, options);
    await this.boss.updateQueue(queue.name, options);
  }

  private async work(queue: JobQueue<object>, handler: Handler): Promise<void> {
    const worker = await this.boss.work<
      object,
      unknown,
      { perJobResults: true; batchSize: number; pollingIntervalSeconds: number; burstWhenBatchFull: boolean }
    >(
      queue.name,
      {
        perJobResults: true,
        batchSize: Math.max(2, queue.concurrency),
        pollingIntervalSeconds: 0.5,
        burstWhenBatchFull: true,
      },
      async (jobs) =>
        Promise.all(jobs.map(async (job) => ({ id: job.id, ...(await this.attempt(queue, handler, job.data)) }))),
    );
    this.workers.set(queue.name, worker);
  }

  private async attempt(
    queue: JobQueue<object>,
    handler: Handler,
    data: object,
  ): Promise<{ status: 'completed' | 'failed'; output?: object }> {
    try {
      await handler(data);
      return { status: 'completed' };
    } catch (error) {
      this.logger.warn({ err: error, queue: queue.name, data }, 'job failed, will be tried again');
      // Stored in clear beside the job: the name says enough, a message might quote what was handled.
      return { status: 'failed', output: { error: error instanceof Error ? error.name : 'unknown' } };
    }
  }

  /** The worker of this process looks at once; those elsewhere within half a second. */
  private hint(name: string): void {
    const worker = this.workers.get(name);
    if (worker !== undefined) this.boss.notifyWorker(worker);
  }
}
