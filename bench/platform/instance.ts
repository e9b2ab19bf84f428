import type { Bench } from '../bench.ts';
import { Child } from '../rig/child.ts';
import type { PreparedNotices } from './instance-child.ts';

/** One process of the platform with its default settings. */
export class Instance {
  readonly #child: Child;
  readonly url: string;

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** @param options.database processes that name the same one share it */
  static async start(bench: Bench, options: { database: string; role: 'api' | 'worker' | 'all' }): Promise<Instance> {
    const env = {
      ...(await bench.cluster.environmentOn(options.database)),
      ROLE: options.role,
      PORT: '0',
      BENCH_WATCH_URL: bench.cluster.superuserUrl(options.database),
    };
    const execArgv = bench.options.profileTo
      ? [
          '--cpu-prof',
          `--cpu-prof-dir=${bench.options.profileTo}`,
          `--cpu-prof-name=${options.database}-${options.role}.cpuprofile`,
        ]
      : [];
    const child = Child.start('platform/instance-child.ts', { env, execArgv, logs: 'ignore' });
    return new Instance(child, await child.ask('start'));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Makes the bodies of the next `deliverNotices`, outside of the time that is measured. */
  async prepareNotices(notices: number, round: string): Promise<void> {
    await this.#child.ask('prepare', { notices, round } satisfies PreparedNotices);
  }

  /** Accepts them all through NoticesService, and returns when Postgres says that all are settled. */
  async deliverNotices(): Promise<void> {
    await this.#child.ask('deliver');
  }

  /** Returns when Postgres says that no delivery is on its way any more. */
  async allSettled(): Promise<void> {
    await this.#child.ask('allSettled');
  }

  /** Fails when a delivery ended otherwise than accepted by WeCom: such a round would be worthless. */
  async check(): Promise<void> {
    await this.#child.ask('check');
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}
