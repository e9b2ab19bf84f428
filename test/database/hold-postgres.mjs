import { startEmbeddedPostgres } from '../../dist/src/modules/platform/database/embedded-postgres.js';

/** A run of suitepost reduced to its database: starts it on the folder and holds it until it is killed. */
try {
  const { port, processId } = await startEmbeddedPostgres(process.argv[2]);
  console.log(JSON.stringify({ port, processId }));
  setInterval(() => undefined, 60_000);
} catch (error) {
  console.log(JSON.stringify({ refused: error.message }));
}
