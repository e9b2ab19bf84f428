import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { type Command, CommandRefused } from './cli/command.js';
import { KEY_COMMANDS } from './cli/keys.commands.js';
import { SUITE_COMMANDS } from './cli/suites.commands.js';
import { prepareDatabaseBeside } from './database.js';
import { DomainError } from './modules/platform/http/domain-error.js';
import { report } from './run-until-signal.js';

const MIGRATE: Command = {
  name: 'migrate',
  summary: 'Bring the database schema up to date.',
  usage: '',
  options: {},
  run: async () => console.log('The schema is up to date.'),
};
const COMMANDS: readonly Command[] = [MIGRATE, ...SUITE_COMMANDS, ...KEY_COMMANDS];

/** One command: finds it, runs it on the platform's own services, gives back the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => argv.slice(0, name.split(' ').length).join(' ') === name);
  if (!command) {
    const asked = argv.length === 0 || argv[0] === 'help' || argv[0] === '--help';
    (asked ? console.log : console.error)(help());
    return asked ? 0 : 2;
  }
  const { values, positionals } = parse(command, argv.slice(command.name.split(' ').length));
  const { config, postgres } = await prepareDatabaseBeside({ ...process.env, ROLE: 'api', LOG_LEVEL: 'error' });
  try {
    const app = await NestFactory.createApplicationContext(AppModule.of(config), {
      logger: false,
      abortOnError: false,
    });
    try {
      await command.run(app, values, positionals);
    } finally {
      await app.close();
    }
  } finally {
    await postgres?.stop();
  }
  return 0;
}

function parse(command: Command, args: string[]) {
  try {
    return parseArgs({ args, options: command.options, allowPositionals: true });
  } catch (error) {
    throw new CommandRefused(`${(error as Error).message}\nUsage: npm run cli -- ${command.name} ${command.usage}`);
  }
}

function help(): string {
  const lines = COMMANDS.map(({ name, summary, usage }) => `  ${name} ${usage}\n      ${summary}`);
  return `Usage: npm run cli -- COMMAND\n\n${lines.join('\n')}\n`;
}

function explain(error: unknown): void {
  if (!(error instanceof DomainError)) {
    report(error);
    return;
  }
  console.error(error.detail ?? error.title);
  for (const field of error.fields ?? []) console.error(`  ${field.field}: ${field.message}`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    explain(error);
    process.exit(1);
  },
);
