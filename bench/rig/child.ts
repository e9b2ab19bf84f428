import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onExit } from './cleanup.ts';

/** What no child may exceed for one answer: a benchmark that hangs must end by itself. */
const ANSWER_TIMEOUT_MS = 240_000;

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: string[];
  /** Where its standard output goes; `ignore` still lets it write every line. */
  readonly logs?: 'inherit' | 'ignore';
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** A contender in its own process, asked over the IPC channel. The other end is child-side.ts. */
export class Child {
  readonly #waiting = new Map<number, Waiting>();
  readonly #name: string;
  readonly #process: ChildProcess;
  #nextId = 1;

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.#process = process;
    process.on('message', (reply) => this.#settle(reply as Reply));
    process.once('exit', (code, signal) => this.#failAll(new Error(`${name} ended early (${signal ?? code})`)));
  }

  /** @param file the child's entry, relative to bench/. */
  static start(file: string, options: ChildOptions = {}): Child {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const forked = fork(path, [], {
      env: { ...process.env, ...options.env },
      execArgv: ['--disable-warning=ExperimentalWarning', ...(options.execArgv ?? [])],
      serialization: 'advanced',
      stdio: ['ignore', options.logs ?? 'inherit', 'inherit', 'ipc'],
    });
    const child = new Child(file, forked);
    onExit(() => child.stop());
    return child;
  }

  get pid(): number {
    return this.#process.pid!;
  }

  ask<Answer>(question: string, data?: unknown): Promise<Answer> {
    const id = this.#nextId++;
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${this.#name} did not answer "${question}" in time`));
      }, ANSWER_TIMEOUT_MS);
      this.#waiting.set(id, {
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer as Answer);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      if (!this.#process.connected) {
        this.#failAll(new Error(`${this.#name} is not running`));
        return;
      }
      this.#process.send({ id, question, data });
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const force = setTimeout(() => this.#process.kill('SIGKILL'), 8_000);
    await exited;
    clearTimeout(force);
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.error !== undefined) {
      waiting?.reject(new Error(`${this.#name}: ${reply.error}`));
    } else {
      waiting?.resolve(reply.answer);
    }
  }

  #failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) {
      waiting.reject(error);
    }
    this.#waiting.clear();
  }
}
