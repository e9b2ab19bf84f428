import { Logger } from '@nestjs/common';

export interface PollLoopOptions {
  name: string;
  /** Pause between rounds that found nothing. */
  idleMs: number;
  /** Pause after a round that failed. */
  errorMs?: number;
  /** One round. Answers true when there is more to do at once. */
  run(signal: AbortSignal): Promise<boolean>;
}

/** Rounds of work until stopped. `wake()` cuts a pause short; it is a hint, the next round comes without it too. */
export class PollLoop {
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #woken = false;
  #endPause: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(private readonly options: PollLoopOptions) {
    this.#logger = new Logger(options.name);
  }

  start(): void {
    this.#running ??= this.loop();
  }

  wake(): void {
    this.#woken = true;
    this.#endPause?.();
  }

  /** Lets the round in progress finish. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endPause?.();
    await this.#running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let pauseMs = this.options.idleMs;
      this.#woken = false;
      try {
        if (await this.options.run(signal)) pauseMs = 0;
      } catch (error) {
        pauseMs = this.options.errorMs ?? 1_000;
        this.#logger.error({ err: error }, 'round failed');
      }
      if (pauseMs > 0 && !this.#woken && !signal.aborted) await this.sleep(pauseMs);
    }
  }

  /** A plain timer and a resolver: aborting a signal makes an exception with a stack, and `wake` is called thousands of times a second. */
  private sleep(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#endPause = undefined;
        resolve();
      };
      const timer = setTimeout(end, pauseMs);
      this.#endPause = end;
    });
  }
}
