/**
 * The shape of the code, checked in CI: imports go down the ranks, nothing goes in circles, features show each other a service and its
 * types, the simulator and the platform share nothing.
 */
const RANKS = [
  ['platform'],
  ['wecom'],
  ['suites'],
  ['authorizations'],
  ['tokens'],
  ['deliveries'],
  ['notices'],
  ['callbacks'],
  ['webhooks', 'support', 'install'],
];
const FEATURES = RANKS.slice(2).flat();

/** A module imports lower ranks only, never its own. */
const downwards = RANKS.flatMap((modules, rank) =>
  modules.map((name) => {
    const forbidden = RANKS.slice(rank)
      .flat()
      .filter((other) => other !== name);
    return {
      name: `${name}-imports-downwards`,
      severity: 'error',
      from: { path: `^src/modules/${name}/` },
      to: { path: [...forbidden.map((other) => `^src/modules/${other}/`), '^src/[^/]+\\.ts$', '^src/(cli|showcase)/'] },
    };
  }),
);

/** Of a feature others see its module, services, schemas, types and errors; its repositories and workers are its own. */
const features = FEATURES.map((name) => ({
  name: `${name}-shows-its-services-only`,
  severity: 'error',
  from: { path: '^src/modules/', pathNot: `^src/modules/${name}/` },
  to: {
    path: `^src/modules/${name}/`,
    pathNot: '\\.(module|service|schemas|types|errors|input)\\.ts$',
  },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' }, to: {} },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: { path: '^(src|simulator/src)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^(src|simulator/src|test|bench)/.*index\\.ts$' } },
    {
      name: 'platform-knows-no-simulator',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^simulator/|node_modules/@suitepost' },
    },
    {
      name: 'simulator-knows-no-platform',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: '^(src|migrations|test|bench)/' },
    },
    { name: 'migrations-stand-alone', severity: 'error', from: { path: '^migrations/' }, to: { path: '^src/' } },
    {
      name: 'sources-know-no-tests',
      severity: 'error',
      from: { path: '^(src|migrations|simulator/src)/' },
      to: { path: '(^|/)(test|bench)/' },
    },
    ...downwards,
    ...features,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
