/** Real ESM; TypeScript through SWC with the same options as the build. Suffixes say what a file needs. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  resolver: '<rootDir>/test/support/jest-resolver.cjs',
};

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/**/*.unit.test.ts'] },
    { ...shared, displayName: 'simulator', testMatch: ['<rootDir>/simulator/test/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'db',
      testMatch: ['<rootDir>/test/**/*.db.test.ts', '<rootDir>/test/**/*.flow.test.ts'],
      globalSetup: '<rootDir>/test/support/postgres-setup.mjs',
      globalTeardown: '<rootDir>/test/support/postgres-teardown.mjs',
    },
  ],
  testTimeout: 60_000,
};
