import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SimulatorControl } from '../src/control-client.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const seed = fileURLToPath(new URL('../example-seed.json', import.meta.url));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function printed(stream: NodeJS.ReadableStream | null): Promise<string> {
  const [chunk] = (await once(stream as NodeJS.ReadableStream, 'data')) as [Buffer];
  return chunk.toString();
}

describe('the command line', () => {
  it.each([
    [['--port', 'x'], '--port must be a whole number'],
    [['--seed', '/nowhere.json'], 'no such file'],
    [['--seed', fileURLToPath(new URL('../package.json', import.meta.url))], 'the seed has no field name'],
  ])('ends with 1 and a reason for %j', async (args, reason) => {
    const child = start(...args);
    const exited = once(child, 'exit');
    expect(await printed(child.stderr)).toContain(reason);
    expect((await exited)[0]).toBe(1);
  });

  it('prints one line when it listens, holds the seed, and ends cleanly on SIGTERM', async () => {
    const child = start('--port', '0', '--seed', seed, '--ticket-interval', '0');
    const line = await printed(child.stdout);
    expect(line).toMatch(/^wecom-simulator listening on http:\/\/127\.0\.0\.1:\d+\n$/);
    const control = new SimulatorControl(line.trim().split(' ').at(-1) ?? '');
    expect((await control.state()).corps).toHaveLength(2);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
