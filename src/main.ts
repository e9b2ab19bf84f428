import 'reflect-metadata';
import { startApplication } from './application.js';
import { prepareDatabase } from './database.js';
import { runUntilSignal } from './run-until-signal.js';

runUntilSignal(async (onStop) => {
  const { config, postgres } = await prepareDatabase(process.env);
  if (postgres) onStop(() => postgres.stop());
  const { app, url } = await startApplication(config);
  onStop(() => app.close());
  console.log(`suitepost (${config.role}) listens on ${url}`);
});
