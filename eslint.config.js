// The lint rules, as data. Every ban names its replacement.
//
// Two things to know before changing this file:
//  - A later block REPLACES an earlier block's options of the same rule: `no-restricted-syntax` does not merge.
//    So each zone composes its whole list below, and no two blocks that match the same file both set it.
//  - The shape limits are ratchets: they only tighten. An exemption is listed by file name, with its reason.
import { builtinModules } from 'node:module';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { disableWithReason } from './scripts/eslint/disableWithReason.mjs';

// ---------------------------------------------------------------------------------------------------------------------
// Bans on syntax
// ---------------------------------------------------------------------------------------------------------------------

/** Everywhere in TypeScript. */
const everywhere = [
  {
    selector:
      "TSAsExpression[expression.type='TSAsExpression'][expression.typeAnnotation.type='TSUnknownKeyword']",
    message:
      'A double assertion switches the type checker off: narrow with a guard, or parse the value.',
  },
  {
    selector: 'ExportDefaultDeclaration',
    message: 'No default exports: export by name, so that one thing has one name everywhere.',
  },
  {
    selector: 'ExportAllDeclaration',
    message: 'No barrels: import from the file that defines the thing.',
  },
];

const modeWords =
  'isLive|isPaper|isBacktest|isSandbox|isDryRun|dryRun|runMode|is_live|is_paper|dry_run|run_mode';
const modeNames = 'live|paper|backtest|sandbox';
const modeMessage =
  'Mode is composition, not a flag: pass a different adapter in src/compose instead of asking which mode this is.';

/** Everywhere in src but where modes are composed (compose) and where configuration is parsed or printed. */
const noModeWords = [
  { selector: `Identifier[name=/^_?(${modeWords})$/i]`, message: modeMessage },
  { selector: `PrivateIdentifier[name=/^_?(${modeWords})$/i]`, message: modeMessage },
];

/** Where a comparison with a mode's name can only mean a branch on the mode (venues and drivers have states named "live"). */
const noModeBranches = [
  {
    selector: `BinaryExpression[operator=/^[!=]==?$/] > Literal[value=/^(${modeNames})$/]`,
    message: modeMessage,
  },
  { selector: `SwitchCase > Literal[value=/^(${modeNames})$/]`, message: modeMessage },
];

const noRandomness = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Randomness must replay: take a seeded generator as an argument.',
  },
];

const noWallClock = [
  {
    selector: "MemberExpression[object.name=/^(Date|performance)$/][property.name='now']",
    message: 'Time comes from outside: use the clock port (src/ports/clock.ts).',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Time comes from outside: use the clock port (src/ports/clock.ts).',
  },
];

/** src/core decides: same state and event in, same commands and notes out, on every machine. */
const pureCore = [
  {
    selector: ':function[async=true]',
    message:
      'core is synchronous: return a command and let an adapter wait for it; the answer comes back as an event.',
  },
  {
    selector:
      "AwaitExpression, ForOfStatement[await=true], TSTypeReference[typeName.name='Promise']",
    message:
      'core is synchronous: return a command and let an adapter wait for it; the answer comes back as an event.',
  },
  {
    selector: 'MemberExpression[property.name=/^(toLocale.*|localeCompare)$/]',
    message:
      "Locale differs between machines: compare with < and >, format numbers with the decimal module's own text.",
  },
  {
    selector: 'CallExpression[callee.property.name=/^(sort|toSorted)$/][arguments.length=0]',
    message:
      'sort() without a comparator orders numbers as text: pass a comparator that ends in a unique key.',
  },
  {
    selector: "MemberExpression[property.name='randomUUID']",
    message: 'Ids must replay: derive the id from the intent and its sequence number.',
  },
];

const coreGlobals = [
  ['Promise', 'core is synchronous: return a command; its outcome comes back as an event.'],
  [
    'Date',
    'Time in core comes only from events: take Millis as an argument, format it outside of core.',
  ],
  ['Intl', 'Locale differs between machines: use plain text in UTC and plain digits.'],
  ['crypto', 'Ids and hashes must replay: derive ids from the intent and its sequence number.'],
  ['performance', 'Time in core comes only from events: take Millis as an argument.'],
  ['setTimeout', 'core does not wait: decide on the time of the next event.'],
  ['setInterval', 'core does not wait: decide on the time of the next event.'],
  ['setImmediate', 'core does not wait: decide on the time of the next event.'],
  ['queueMicrotask', 'core does not wait: return a command.'],
  ['process', 'core knows no process: take what it needs as an argument.'],
  ['console', 'core does not print: return a note.'],
  ['fetch', 'core does no I/O: return a command that an adapter carries out.'],
  ['Buffer', 'core knows no Node types: use Uint8Array or text.'],
].map(([name, message]) => ({ name, message }));

/** The whole syntax list of each zone: zones are disjoint, see the blocks below. */
const syntax = {
  core: [...everywhere, ...noModeWords, ...noModeBranches, ...noRandomness, ...pureCore],
  ports: [...everywhere, ...noModeWords, ...noModeBranches, ...noRandomness, ...noWallClock],
  runtime: [...everywhere, ...noModeWords, ...noModeBranches, ...noRandomness, ...noWallClock],
  simulator: [...everywhere, ...noModeWords, ...noRandomness],
  adapters: [...everywhere, ...noModeWords],
  interface: [...everywhere, ...noModeWords, ...noModeBranches],
  knowsModes: everywhere,
  test: everywhere,
};

// ---------------------------------------------------------------------------------------------------------------------
// Bans on imports (which folder may import which is in .dependency-cruiser.cjs)
// ---------------------------------------------------------------------------------------------------------------------

const bareBuiltins = builtinModules
  .filter((name) => !name.startsWith('_') && !name.includes('/'))
  .map((name) => ({
    name,
    message: `Write node:${name}, so that it cannot be mistaken for a package.`,
  }));

const noVm = {
  name: 'node:vm',
  message:
    'Nothing evaluates text as code: rules are data with a parser of their own (src/core/strategies).',
};

const noChildProcess = {
  name: 'node:child_process',
  message:
    'Processes are started only in src/compose and src/interface/daemon: pass a started process or a port.',
};

const imports = {
  src: ['error', { paths: [...bareBuiltins, noVm, noChildProcess] }],
  startsProcesses: ['error', { paths: [...bareBuiltins, noVm] }],
  test: ['error', { paths: bareBuiltins }],
};

// ---------------------------------------------------------------------------------------------------------------------
// Shape
// ---------------------------------------------------------------------------------------------------------------------

const shape = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': [
    'error',
    { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true },
  ],
  complexity: ['error', 10],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
};

/** Dense tables and generated files that may be longer than 300 lines: `file: reason`. */
const longByNature = {};

const nodeGlobals = Object.fromEntries(
  [
    'process',
    'performance',
    'console',
    'URL',
    'Buffer',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
  ].map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'coverage/', 'node_modules/']),

  // Every file: plain correctness.
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
    plugins: { plimsoll: { rules: { 'disable-with-reason': disableWithReason } } },
    rules: {
      'plimsoll/disable-with-reason': 'error',
      eqeqeq: ['error', 'always'],
      'no-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
    },
  },

  // The toolchain's own scripts: JavaScript, outside of the type checker.
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { ...nodeGlobals, module: 'readonly' } },
  },

  // TypeScript: strict and type-aware. Each file finds its own project: src/core, src (with bin), test.
  {
    files: ['**/*.ts'],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...shape,
      'no-console': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // An async function that implements a port turns a throw into a rejection, even when it awaits nothing.
      '@typescript-eslint/require-await': 'off',
      // A type alias for a closed shape and an interface for what others implement: both have their place.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Empty functions are what "nothing to do" looks like in a port's null implementation.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },

  // Zones of src: disjoint, so that each file gets exactly one syntax list.
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...syntax.core],
      'no-restricted-globals': ['error', ...coreGlobals],
    },
  },
  { files: ['src/ports/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...syntax.ports] } },
  {
    files: ['src/runtime/**/*.ts', 'src/research/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...syntax.runtime] },
  },
  {
    files: ['src/simulator/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...syntax.simulator] },
  },
  {
    files: ['src/adapters/**/*.ts'],
    ignores: ['src/adapters/config/**'],
    rules: { 'no-restricted-syntax': ['error', ...syntax.adapters] },
  },
  {
    files: ['src/interface/**/*.ts', 'bin/**/*.ts'],
    ignores: ['src/interface/cli/**'],
    rules: { 'no-restricted-syntax': ['error', ...syntax.interface] },
  },
  {
    // compose knows the mode; configuration and the command line parse and print it.
    files: ['src/compose/**/*.ts', 'src/adapters/config/**/*.ts', 'src/interface/cli/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...syntax.knowsModes] },
  },

  // Imports of src: two disjoint zones.
  {
    files: ['src/**/*.ts', 'bin/**/*.ts'],
    ignores: ['src/compose/**', 'src/interface/daemon/**'],
    rules: { 'no-restricted-imports': imports.src },
  },
  {
    files: ['src/compose/**/*.ts', 'src/interface/daemon/**/*.ts'],
    rules: { 'no-restricted-imports': imports.startsProcesses },
  },
  {
    files: ['src/compose/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 80, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['bin/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 30, skipBlankLines: true, skipComments: true }] },
  },

  // Tests: a describe block is a list, and a list may be long.
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...syntax.test],
      'no-restricted-imports': imports.test,
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      'no-console': 'off',
    },
  },

  ...Object.keys(longByNature).map((file) => ({ files: [file], rules: { 'max-lines': 'off' } })),
);
