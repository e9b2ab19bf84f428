type Cleanup = () => void | Promise<void>;

const pending: Cleanup[] = [];
let cleaning: Promise<void> | undefined;

/** Registers what must be undone however the run ends; undone in reverse order, once. */
export function onExit(cleanup: Cleanup): void {
  pending.push(cleanup);
}

/** Whoever asks, the end of the run or a signal, waits for the same round. */
export function cleanUp(): Promise<void> {
  cleaning ??= undoAll();
  return cleaning;
}

export function isCleaningUp(): boolean {
  return cleaning !== undefined;
}

/** Ctrl-C and SIGTERM stop the children, Postgres and the temporary folder before the process ends. */
export function cleanUpOnSignals(): void {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      void cleanUp().finally(() => process.exit(exitCode));
    });
  }
}

async function undoAll(): Promise<void> {
  for (let cleanup = pending.pop(); cleanup !== undefined; cleanup = pending.pop()) {
    try {
      await cleanup();
    } catch (error) {
      console.error('cleaning up failed:', error);
    }
  }
}
