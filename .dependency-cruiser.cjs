// Which room may import from which: ARCHITECTURE.md's table as data, each rule with its reason.
// `npm run arch` checks it, `npm run graph` draws it, test/arch plants violations and sees each rule catch its own.

/** A room that may import only what is listed (its own files included in the list). */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

/** A room that may import only these rooms of the project; packages and Node's modules are ruled elsewhere. */
const onlyRooms = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|bin|test)/', pathNot: allowed },
});

/** A package that only its home may import, types included. */
const home = (pkg, homes, comment) => ({
  name: `home-of-${pkg.replace(/^@/u, '').replace(/[/.]/gu, '-')}`,
  comment,
  severity: 'error',
  from: { path: '^(src|bin)/', pathNot: homes },
  to: { path: `(^|/)node_modules/(@types/)?${pkg.replace(/\./gu, '\\.')}/` },
});

const forbidden = [
  // --- core: everything that decides -------------------------------------------------------------------------------
  {
    name: 'core-is-pure',
    comment:
      'core decides and touches nothing: a clock, a file or a socket read here could not be replayed. ' +
      'Describe what you need as a port and let an adapter do it.',
    severity: 'error',
    from: { path: '^src/core/' },
    to: { dependencyTypes: ['core'] },
  },
  only(
    'core-domain-imports-nothing',
    '^src/core/domain/',
    ['^src/core/domain/'],
    'The nouns are what everything else speaks: a noun that knows more than nouns makes every room depend on it.',
  ),
  only(
    'core-indicators-import-domain',
    '^src/core/indicators/',
    ['^src/core/indicators/', '^src/core/domain/', '(^|/)node_modules/technicalindicators/'],
    'An indicator is arithmetic on bars: it must be usable by a strategy, a signal and a report alike.',
  ),
  only(
    'core-stages-do-not-meet',
    '^src/core/(?!domain/|indicators/|engine/|strategies/)([^/]+)/',
    ['^src/core/$1/', '^src/core/(domain|indicators)/'],
    'Stages meet only in core/engine/step.ts: hand the data over there, as a domain noun.',
  ),
  only(
    'core-strategies-do-not-meet-stages',
    '^src/core/strategies/',
    ['^src/core/(strategies|domain|indicators)/', '(^|/)node_modules/zod/'],
    'A strategy sees nouns and indicators, never risk or orders: those judge it. zod is allowed, because the schema ' +
      "of a kind's parameters lives with the kind and the registry hands it to adapters/config.",
  ),
  only(
    'core-engine-imports-core',
    '^src/core/engine/',
    ['^src/core/'],
    'The engine joins the stages and nothing else: what it needs from outside arrives as an event.',
  ),

  // --- ports: what the outside must offer ------------------------------------------------------------------------------
  only(
    'ports-import-domain',
    '^src/ports/',
    ['^src/ports/', '^src/core/domain/'],
    'A port is an interface over domain nouns: a port that names a driver is not a port.',
  ),
  {
    name: 'ports-hold-types-only',
    comment:
      'A port has no behaviour, so it needs no values: use `import type`. Shared behaviour belongs into core.',
    severity: 'error',
    from: { path: '^src/ports/' },
    to: { dependencyTypesNot: ['type-only'] },
  },

  // --- adapters: one folder per outside thing ----------------------------------------------------------------------------
  {
    name: 'adapters-do-not-meet',
    comment:
      'Each adapter can be replaced alone: what two of them share is a port or a domain noun; join them in compose.',
    severity: 'error',
    from: { path: '^src/adapters/([^/]+)/' },
    to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
  },
  onlyRooms(
    'adapters-import-ports',
    '^src/adapters/(?!paper/|config/)',
    ['^src/adapters/', '^src/ports/', '^src/core/(domain|orders)/'],
    'An adapter translates between a port and its driver: a decision in it could not be tested or replayed.',
  ),
  onlyRooms(
    'adapters-paper-imports-matching',
    '^src/adapters/paper/',
    ['^src/adapters/', '^src/ports/', '^src/core/(domain|orders|matching)/'],
    'The paper exchange fills orders with the same matching as the backtest, so it also sees core/matching.',
  ),
  onlyRooms(
    'adapters-config-imports-strategies',
    '^src/adapters/config/',
    ['^src/adapters/', '^src/ports/', '^src/core/(domain|orders|strategies|search)/'],
    "Configuration validates a strategy file with its kind's own schema, so it also sees the registry in core/strategies; " +
      'spaces of parameters are files, too.',
  ),

  // --- the loop, research, the simulated exchange ----------------------------------------------------------------------
  only(
    'runtime-imports-core-and-ports',
    '^src/runtime/',
    ['^src/runtime/', '^src/core/', '^src/ports/'],
    'The loop is the same in live, paper and backtest because it knows only ports: no driver, no Node module.',
  ),
  only(
    'research-imports-runtime',
    '^src/research/',
    ['^src/research/', '^src/runtime/', '^src/core/', '^src/ports/'],
    'Research runs the same session as live trading, never a loop of its own, and reads the world through ports.',
  ),
  onlyRooms(
    'simulator-imports-domain-and-matching',
    '^src/simulator/',
    ['^src/simulator/', '^src/core/(domain|matching)/'],
    'The simulated exchange stands for the other side of the wire: if it shared our order code, it would share our faults.',
  ),

  // --- the outside: commands, composition, entry ----------------------------------------------------------------------
  onlyRooms(
    'interface-imports-runtime',
    '^src/interface/',
    ['^src/interface/', '^src/(runtime|research|ports)/', '^src/core/(domain|reporting)/'],
    'Commands and routes show and steer what runs; they get it handed over by bin and never build it (no compose, no adapter).',
  ),
  onlyRooms(
    'compose-does-not-import-interface',
    '^src/compose/',
    ['^src/(?!interface/)'],
    'A composition must run without any user interface, as tests and benchmarks run it.',
  ),
  onlyRooms(
    'bin-joins-compose-and-interface',
    '^bin/',
    ['^bin/', '^src/(compose|interface)/'],
    'The entry only joins the two halves: anything more belongs into one of them.',
  ),
  onlyRooms(
    'only-compose-reaches-compose',
    '^src/(?!compose/)',
    ['^src/(?!compose/)'],
    'The mode is known in compose alone: a room that imports it could ask which mode it runs in.',
  ),

  // --- one home per heavy library -------------------------------------------------------------------------------------
  home(
    'ccxt',
    '^src/adapters/ccxt/',
    'Exchange errors, units and quirks are translated once, where the tests for them are.',
  ),
  home(
    'bullmq',
    '^src/adapters/bullmq/',
    'The queue is a hint behind a port: nothing else may rely on its semantics.',
  ),
  home('ioredis', '^src/adapters/bullmq/', 'Redis is a detail of the queue.'),
  home(
    '@electric-sql/pglite',
    '^src/adapters/bullmq/',
    'The embedded database is a detail of the queue; it lives in its own thread.',
  ),
  home(
    'better-sqlite3',
    '^src/adapters/sqlite/',
    'One writer, one place that asserts durability (synchronous=FULL).',
  ),
  home('pino', '^src/adapters/logging/', 'Redaction of secrets happens in one place.'),
  home(
    'yaml',
    '^src/adapters/config/',
    'Positions in messages (file:line:column) come from one parser.',
  ),
  home('commander', '^src/interface/cli/', 'Arguments are parsed once, at the edge.'),
  home(
    'technicalindicators',
    '^src/core/indicators/',
    'Its measured faults are worked around in one place.',
  ),
  home(
    'ws',
    '^src/simulator/',
    'Only the simulated exchange serves websockets; the client side is ccxt.',
  ),
  home(
    'zod',
    '^src/(core/strategies|adapters/config|simulator)/',
    'Outside data is parsed at the edge: a parameter schema lives with its strategy kind, the control documents of the simulated exchange with it, everything else in adapters/config.',
  ),

  // --- hygiene --------------------------------------------------------------------------------------------------------
  {
    name: 'no-cycles',
    comment: 'Two files that need each other are one file, or lack a third. Types count.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that imports nothing and that nothing imports is dead: remove it or use it.',
    severity: 'error',
    from: { orphan: true, path: '^(src|bin)/' },
    to: {},
  },
  {
    name: 'no-barrels',
    comment:
      'An index.ts hides where things live and makes cycles: import from the file that defines the thing.',
    severity: 'error',
    from: { path: '(^|/)index\\.ts$' },
    to: {},
  },
  {
    name: 'source-does-not-import-test',
    comment: 'What ships must not need what tests it: move shared code to src.',
    severity: 'error',
    from: { path: '^(src|bin)/' },
    to: { path: '^test/' },
  },
  {
    name: 'no-unresolved',
    comment: 'The import leads nowhere: check the path, and that it ends in .ts.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-undeclared-packages',
    comment:
      'A package that package.json does not list may vanish with the next install: add it there, or do without.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-dev-packages-in-source',
    comment:
      'A user installs without development packages: move it to dependencies, or import only its types.',
    severity: 'error',
    from: { path: '^(src|bin)/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
  },
];

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|coverage)/' },
    // Imports of types count: they are dependencies of the design, though not of the running program.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types', 'require'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.d.ts'],
    },
    reporterOptions: {
      mermaid: { minify: false },
      archi: { collapsePattern: '^(src/core|src/adapters|src|bin)/[^/]+' },
    },
  },
};
