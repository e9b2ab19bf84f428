import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DemoWorld } from './demo-world.js';

const PROGRAM = fileURLToPath(new URL('../../../simulator/src/main.ts', import.meta.url));
const READY = /listening on (http:\/\/\S+)/;

/** What a member's phone holds, as the simulator tells it. */
export interface InboxEntry {
  msgid: string;
  content: Record<string, unknown>;
}

/**
 * The WeCom simulator as a process of its own, steered over HTTP like any outside service: the platform shares no code with it, so that each
 * can prove the other wrong.
 */
export class Simulator {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(port: number): Promise<Simulator> {
    const child = spawn(process.execPath, [PROGRAM, '--port', String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Ctrl-C in the terminal reaches the whole process group; we stop it after the platform, which may still be talking to it.
      detached: true,
    });
    const url = await new Promise<string>((resolve, reject) => {
      let printed = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        const match = READY.exec(printed);
        if (match?.[1]) resolve(match[1]);
      });
      child.once('exit', (code) => reject(new Error(`The simulator ended with code ${code} before it was ready.`)));
      child.once('error', reject);
    });
    return new Simulator(url, child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }

  /** Creates the world, with callbacks going to the platform. */
  async seed(world: DemoWorld, platformUrl: string): Promise<void> {
    const { provider, suite, corps } = world;
    await this.control('POST', '/control/seed', {
      providers: [{ ...provider, systemUrl: `${platformUrl}/callbacks/provider` }],
      suites: [
        {
          suiteId: suite.suiteId,
          name: suite.name,
          description: suite.description,
          secret: suite.secret,
          token: suite.token,
          encodingAesKey: suite.encodingAesKey,
          providerCorpId: provider.corpId,
          commandUrl: `${platformUrl}/callbacks/${suite.suiteId}/command`,
          dataUrl: `${platformUrl}/callbacks/${suite.suiteId}/data/$CORPID$`,
        },
      ],
      corps,
      miniPrograms: [
        {
          appid: suite.miniProgramAppid,
          name: suite.miniProgramName,
          suiteIds: [suite.suiteId],
          corpIds: corps.map((corp) => corp.corpId),
        },
      ],
    });
  }

  /** Pushes the suite ticket now. */
  async pushTicket(suiteId: string): Promise<void> {
    await this.pushed(await this.control('POST', `/control/suites/${suiteId}/ticket`, {}), 'suite_ticket');
  }

  /** A corp installs from the app market: WeCom pushes create_auth. */
  async installFromMarket(suiteId: string, corpId: string): Promise<void> {
    const result = await this.control<{ push: unknown }>('POST', '/control/authorizations', {
      suiteId,
      corpId,
      mode: 'market',
    });
    await this.pushed(result.push, 'create_auth');
  }

  /** What the admin does on WeCom's install page: approves. Answers where WeCom sends his browser. */
  async approveInstall(installUrl: string, corpId: string): Promise<string> {
    const form = new URLSearchParams(new URL(installUrl).searchParams);
    form.set('corp_id', corpId);
    form.set('decision', 'approve');
    const response = await fetch(`${this.url}/3rdapp/install`, { method: 'POST', body: form, redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`The install page answered ${response.status} instead of sending the admin back.`);
    return location;
  }

  async inbox(corpId: string, userId: string): Promise<InboxEntry[]> {
    return this.control('GET', `/control/corps/${corpId}/members/${userId}/inbox`);
  }

  async callsOf(path: string, corpId: string): Promise<number> {
    const page = await this.control<{ entries: unknown[] }>(
      'GET',
      `/control/ledger?path=${encodeURIComponent(path)}&corpId=${corpId}`,
    );
    return page.entries.length;
  }

  private async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(this.url + path, { method, ...init });
    if (!response.ok) throw new Error(`The simulator refused ${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  private async pushed(record: unknown, event: string): Promise<void> {
    if (!(record as { ok?: boolean } | null)?.ok) throw new Error(`The platform did not take the ${event} callback.`);
  }
}
