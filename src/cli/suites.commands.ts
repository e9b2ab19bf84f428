import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import type { RegisterProviderInput, RegisterSuiteInput } from '../modules/suites/suite-registration.input.js';
import { SuitesService } from '../modules/suites/suites.service.js';
import { type Command, CommandRefused, required } from './command.js';

const fromFile = { file: { type: 'string' } } as const;

const addProvider: Command = {
  name: 'providers add',
  summary: 'Register the provider (服务商), or change what the file gives of it.',
  usage:
    '--file provider.json   (- reads standard input; fields: providerCorpId, name, providerSecret, callbackToken, encodingAesKey)',
  options: fromFile,
  async run(app, values) {
    const input = (await readJson(required(values, 'file'))) as RegisterProviderInput;
    const provider = await app.get(SuitesService).registerProvider(input);
    console.log(`Registered provider ${provider.providerCorpId} (${provider.name}).`);
  },
};

const addSuite: Command = {
  name: 'suites add',
  summary: 'Register a suite, or replace its secret and callback keys.',
  usage:
    '--file suite.json   (- reads standard input; fields: suiteId, providerCorpId, kind, name, suiteSecret, callbackToken, encodingAesKey, authType, miniProgramAppid, lengthMode)',
  options: fromFile,
  async run(app, values) {
    const input = (await readJson(required(values, 'file'))) as RegisterSuiteInput;
    const suite = await app.get(SuitesService).register(input);
    console.log(`Registered suite ${suite.suiteId} (${suite.name}).`);
  },
};

const listSuites: Command = {
  name: 'suites list',
  summary: 'List the suites and the age of their tickets.',
  usage: '',
  options: {},
  async run(app) {
    const suites = app.get(SuitesService);
    const rows = await suites.list();
    if (rows.length === 0)
      console.log('There are no suites yet. Register one with: npm run cli -- suites add --file suite.json');
    else {
      const ages = await Promise.all(rows.map(({ suiteId }) => suites.ticketAge(suiteId)));
      console.table(
        rows.map((suite, index) => ({ ...suite, ticket: ages[index]?.health, 'age (s)': ages[index]?.ageSeconds })),
      );
    }
  },
};

/** From a file or standard input, never from the command line: other users of the machine can read that. */
async function readJson(file: string): Promise<unknown> {
  const content = file === '-' ? await readStream(process.stdin) : await readFile(file, 'utf8');
  try {
    return JSON.parse(content);
  } catch {
    // The parser's own message quotes the text, secrets included.
    throw new CommandRefused(`${file === '-' ? 'Standard input' : file} is not JSON.`);
  }
}

export const SUITE_COMMANDS: readonly Command[] = [addProvider, addSuite, listSuites];
