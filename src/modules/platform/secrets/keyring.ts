import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AppConfig } from '../config/app-config.js';

const KEY_BYTES = 32;
const KEY_LINE = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** There is no usable key-encryption key. The platform does not start without one: there is no plaintext mode. */
export class KeyringUnusable extends Error {
  constructor(detail: string) {
    super(`No usable encryption key: ${detail}`);
    this.name = 'KeyringUnusable';
  }
}

/** Key-encryption keys, kept outside the database. The first one wraps new data keys, every one unwraps. */
export class Keyring {
  readonly primaryId: string;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  private constructor(keys: ReadonlyMap<string, KeyObject>) {
    const [primaryId] = keys.keys();
    if (primaryId === undefined) throw new KeyringUnusable('the list is empty');
    this.primaryId = primaryId;
    this.#keys = keys;
  }

  key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (!key) throw new KeyringUnusable(`data was sealed under key "${id}", which is not in the list`);
    return key;
  }

  /** @param text `id:base64` lines or comma-separated pairs; the value never appears in an error */
  static parse(text: string): Keyring {
    const keys = new Map<string, KeyObject>();
    for (const line of text.split(/[\n,]/).map((part) => part.trim())) {
      if (line === '' || line.startsWith('#')) continue;
      const match = KEY_LINE.exec(line);
      if (!match?.[1] || !match[2]) throw new KeyringUnusable('a line is not "id:base64 of 32 bytes"');
      if (keys.has(match[1])) throw new KeyringUnusable(`key id "${match[1]}" stands twice`);
      keys.set(match[1], createSecretKey(match[2], 'base64'));
    }
    return new Keyring(keys);
  }

  /** From the environment, the named file, or (embedded PostgreSQL only) a key file made at the first start. */
  static load(config: AppConfig): Keyring {
    if (config.encryptionKeys) return Keyring.parse(config.encryptionKeys.reveal());
    if (config.encryptionKeysFile) return Keyring.parse(readFileSync(config.encryptionKeysFile, 'utf8'));
    return Keyring.parse(readOrMakeKeyFile(Keyring.defaultFile(config.dataDir)));
  }

  static defaultFile(dataDir: string): string {
    return join(resolve(dataDir), 'encryption-keys');
  }
}

function readOrMakeKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new KeyringUnusable(`cannot read ${file}`);
  }
  mkdirSync(resolve(file, '..'), { recursive: true });
  const text = `# suitepost key-encryption keys: without this file the database cannot be read\nk1:${randomBytes(KEY_BYTES).toString('base64')}\n`;
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
    return text;
  } catch {
    // Another process made it at the same moment.
    return readFileSync(file, 'utf8');
  }
}
