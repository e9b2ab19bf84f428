import { rm } from 'node:fs/promises';

export default async function stopPostgres() {
  const { postgres, folder } = globalThis.suitepostTestPostgres;
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
