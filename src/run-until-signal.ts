import { loggedError } from './modules/platform/observability/log-error.js';

type Stop = () => Promise<unknown> | unknown;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Wrong outside of our code: a person needs the sentence, not the stack. */
const EXPECTED = new Set(['BadEnvironment', 'FolderInUse', 'KeyringUnusable', 'CommandRefused', 'SchemaBehind']);

/**
 * Starts something that runs until it is asked to stop. Whatever `start` has registered with `onStop` by then is stopped in reverse
 * order: at a signal (exit 0; a second signal does not wait), and when the start itself fails (exit 1), so that no database
 * server is left behind.
 */
export function runUntilSignal(start: (onStop: (stop: Stop) => void) => Promise<void>): void {
  const stops: Stop[] = [];
  let stopping = false;
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      stopAll().then(
        () => process.exit(0),
        (error: unknown) => {
          report(error);
          process.exit(1);
        },
      );
    });
  }
  start((stop) => stops.push(stop)).catch(async (error: unknown) => {
    if (stopping) return;
    stopping = true;
    report(error);
    await stopAll().catch(report);
    process.exit(1);
  });
}

export function report(error: unknown): void {
  if (!(error instanceof Error)) console.error('unknown error');
  else if (EXPECTED.has(error.name)) console.error(error.message);
  else console.error(loggedError(error));
}
