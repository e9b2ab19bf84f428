#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startSimulator } from './server.ts';
import type { SimulatorSeed } from './types/seed.ts';

const usage = `wecom-simulator [--port 0] [--host 127.0.0.1] [--seed file.json] [--ticket-interval 600] [--quiet]

  --port             0 takes any free port
  --seed             providers, suites, corps, miniPrograms, installs and settings to start with
  --ticket-interval  seconds between suite_ticket pushes; 0 never pushes by itself
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    seed: { type: 'string' },
    'ticket-interval': { type: 'string', default: '600' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`wecom-simulator: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

async function run(): Promise<void> {
  const intervalSeconds = wholeNumber('ticket-interval');
  const seed = values.seed === undefined ? {} : (JSON.parse(readFileSync(values.seed, 'utf8')) as SimulatorSeed);
  const running = await startSimulator({
    port: wholeNumber('port'),
    host: values.host,
    ticketIntervalSeconds: intervalSeconds > 0 ? intervalSeconds : null,
    quiet: values.quiet,
    seed,
  });
  process.stdout.write(`wecom-simulator listening on ${running.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void running.close().then(() => process.exit(0)));
  }
}

function wholeNumber(name: 'port' | 'ticket-interval'): number {
  if (!/^\d+$/.test(values[name])) throw new Error(`--${name} must be a whole number`);
  return Number(values[name]);
}
