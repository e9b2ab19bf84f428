import { readFile, rm, writeFile } from 'node:fs/promises';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.js';

/** The data folder belongs to another process that is still running. */
export class FolderInUse extends Error {
  constructor(folder: string, owner: ProcessIdentity) {
    super(
      `The data folder ${folder} is in use by another run of suitepost (process ${owner.pid}). ` +
        'Stop that one first, or give this one a folder of its own with DATA_DIR.',
    );
    this.name = 'FolderInUse';
  }
}

/** Takes the folder for this process; a lock left behind by a dead process is taken over. */
export async function lockFolder(folder: string, file: string): Promise<() => Promise<void>> {
  const mine = JSON.stringify(await identityOf(process.pid));
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await readOwner(file);
    if (owner && (await isAlive(owner))) throw new FolderInUse(folder, owner);
    await rm(file, { force: true });
  }
  throw new Error(`Could not take the data folder ${folder}: another process keeps taking it at the same moment.`);
}

async function readOwner(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
