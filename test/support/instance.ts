import { type ChildProcess, spawn } from 'node:child_process';
import { TEST_ENCRYPTION_KEYS } from './keyring.js';

/** A real process of the built platform, to be killed. */
export interface Instance {
  process: ChildProcess;
  url: string;
  /** Everything it has written, log lines included. */
  output(): string;
  /** At once, as the kernel or an operator would. */
  kill(): Promise<void>;
  /** SIGTERM, and wait for the drain. */
  stop(): Promise<number | null>;
}

export async function startInstance(options: {
  databaseUrl: string;
  /** Not needed where the schema is up to date. */
  migrationUrl?: string;
  simulatorUrl: string;
  role: 'api' | 'worker' | 'all';
  env?: Record<string, string>;
}): Promise<Instance> {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: options.databaseUrl,
      ...(options.migrationUrl ? { DATABASE_MIGRATION_URL: options.migrationUrl } : {}),
      ENCRYPTION_KEYS: TEST_ENCRYPTION_KEYS,
      WECOM_API_URL: options.simulatorUrl,
      WECOM_OPEN_URL: options.simulatorUrl,
      ROLE: options.role,
      PORT: '0',
      LOG_LEVEL: 'warn',
      ...options.env,
    },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const match = /listens on (http:\/\/\S+)/.exec(output);
      if (match?.[1]) resolve(match[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => reject(new Error(`the instance ended with code ${code}:\n${output}`)));
  });
  return {
    process: child,
    url,
    output: () => output,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
