import { API_KEY_SCOPES, type ApiKeyScope } from '../modules/platform/access/api-key.types.js';
import { ApiKeysService } from '../modules/platform/access/api-keys.service.js';
import { type Command, CommandRefused, list, required, text } from './command.js';

const DAY_SECONDS = 86_400;

const create: Command = {
  name: 'keys create',
  summary: 'Make an API key for product code. It is shown once.',
  usage: `--suite ID --name TEXT [--corp ID] [--scope ${API_KEY_SCOPES.join('|')}]… [--cidr NET]… [--expires-days N]`,
  options: {
    suite: { type: 'string' },
    name: { type: 'string' },
    corp: { type: 'string' },
    scope: { type: 'string', multiple: true },
    cidr: { type: 'string', multiple: true },
    'expires-days': { type: 'string' },
  },
  async run(app, values) {
    const scopes = list(values, 'scope');
    const corpId = text(values, 'corp');
    const days = text(values, 'expires-days');
    if (days !== undefined && !/^[1-9]\d{0,4}$/.test(days))
      throw new CommandRefused('--expires-days takes a whole number of days');
    const { id, key } = await app.get(ApiKeysService).create({
      name: required(values, 'name'),
      suiteId: required(values, 'suite'),
      ...(corpId === undefined ? {} : { corpId }),
      scopes: (scopes.length > 0 ? scopes : [...API_KEY_SCOPES]) as ApiKeyScope[],
      cidrs: list(values, 'cidr'),
      ...(days === undefined ? {} : { expiresInSeconds: Number(days) * DAY_SECONDS }),
      createdBy: 'cli',
    });
    console.log(`id   ${id}\nkey  ${key.reveal()}\n\nKeep the key now: only a hash of it is stored.`);
  },
};

const show: Command = {
  name: 'keys list',
  summary: 'List API keys, newest first.',
  usage: '[--suite ID]',
  options: { suite: { type: 'string' } },
  async run(app, values) {
    const suiteId = text(values, 'suite');
    const keys = await app.get(ApiKeysService).list(suiteId === undefined ? {} : { suiteId });
    if (keys.length === 0) console.log('There are no keys yet. Make one with: npm run cli -- keys create');
    else
      console.table(
        keys.map((key) => ({
          id: key.id,
          name: key.name,
          state: key.state,
          suite: key.suiteId,
          corp: key.corpId ?? 'every corp',
          scopes: key.scopes.join(' '),
          networks: key.cidrs.join(' ') || 'any',
          expires: key.expiresAt?.toISOString() ?? 'never',
          'last used': key.lastUsedAt?.toISOString() ?? 'never',
        })),
      );
  },
};

const revoke: Command = {
  name: 'keys revoke',
  summary: 'Revoke an API key; every instance refuses it within five seconds.',
  usage: 'KEY-ID',
  options: {},
  async run(app, _values, [id]) {
    if (id === undefined) throw new CommandRefused('Which key? Give its id, as in `keys list`.');
    await app.get(ApiKeysService).revoke(id);
    console.log(`Revoked ${id}.`);
  },
};

export const KEY_COMMANDS: readonly Command[] = [create, show, revoke];
