import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lint, plant, type Complaint, type Files, type PlantedTree } from './plantedTree.ts';

const statements = (count: number): string => `  total += 1;\n`.repeat(count);
const lines = (count: number): string =>
  Array.from({ length: count }, (_, line) => `export const line${line} = ${line};\n`).join('');

/** Files that keep every rule, near the limits. */
const clean: Files = {
  'src/core/risk/clean.ts': `
    /** Sorted copy. */
    export const sorted = (prices: readonly number[]): number[] => [...prices].sort((a, b) => a - b);
    export function longest(): number {
      let total = 0;
      ${statements(50)}
      return total;
    }`,
  'src/adapters/sqlite/clean.ts': `
    import { readFile } from 'node:fs/promises';
    export const read = async (file: string): Promise<string> => readFile(file, 'utf8');
    export const venueState = (state: string): boolean => state === 'live';
    export const now = (): number => Date.now();`,
  'src/adapters/config/clean.ts': `export const isLive = (mode: string): boolean => mode === 'live';`,
  'src/interface/cli/clean.ts': `export const dryRun = (mode: string): boolean => mode === 'paper';`,
  'src/compose/clean.ts': `
    import { fork } from 'node:child_process';
    export const isPaper = true;
    export const start = (file: string) => fork(file);`,
  'src/interface/daemon/clean.ts': `import { spawn } from 'node:child_process'; export const start = () => spawn('node');`,
  'test/unit/clean.test.ts': `
    import { describe, expect, it } from '@jest/globals';
    describe('a long list', () => {
      let total = 0;
      ${statements(80)}
      it('is a list', () => { expect(total).toBe(80); });
    });`,
};

/** What is planted: rule → file → its text, and words of the message where the rule has several. */
const planted: readonly (readonly [rule: string, file: string, text: string, says: string])[] = [
  // core is pure and synchronous
  [
    'no-restricted-syntax',
    'src/core/risk/async.ts',
    `export async function f(): Promise<number> { return 1; }`,
    'core is synchronous: return a command',
  ],
  [
    'no-restricted-syntax',
    'src/core/risk/await.ts',
    `export const f = async () => { await Promise.resolve(); };`,
    'core is synchronous: return a command',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/promise.ts',
    `export const f = (): unknown => Promise.resolve(1);`,
    'core is synchronous: return a command',
  ],
  [
    'no-restricted-syntax',
    'src/core/risk/promiseType.ts',
    `export type Waiting = Promise<number>;`,
    'core is synchronous: return a command',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/dateNow.ts',
    `export const f = (): number => Date.now();`,
    'take Millis as an argument',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/newDate.ts',
    `export const f = () => new Date();`,
    'take Millis as an argument',
  ],
  [
    'no-restricted-syntax',
    'src/core/risk/random.ts',
    `export const f = (): number => Math.random();`,
    'take a seeded generator',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/uuid.ts',
    `export const f = (): string => crypto.randomUUID();`,
    'derive ids from the intent',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/intl.ts',
    `export const f = () => new Intl.NumberFormat();`,
    'plain text in UTC',
  ],
  [
    'no-restricted-syntax',
    'src/core/risk/locale.ts',
    `export const f = (x: number): string => x.toLocaleString();`,
    'Locale differs between machines',
  ],
  [
    'no-restricted-syntax',
    'src/core/risk/sort.ts',
    `export const f = (xs: number[]): number[] => xs.sort();`,
    'pass a comparator',
  ],
  [
    'no-restricted-syntax',
    'src/core/risk/toSorted.ts',
    `export const f = (xs: readonly number[]): number[] => xs.toSorted();`,
    'pass a comparator',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/timeout.ts',
    `setTimeout(() => undefined, 1);`,
    'decide on the time of the next event',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/interval.ts',
    `setInterval(() => undefined, 1);`,
    'decide on the time of the next event',
  ],
  [
    'no-restricted-globals',
    'src/core/risk/process.ts',
    `export const f = (): unknown => process.env;`,
    'take what it needs as an argument',
  ],
  ['no-restricted-globals', 'src/core/risk/console.ts', `console.log(1);`, 'return a note'],
  [
    'no-restricted-globals',
    'src/core/risk/fetch.ts',
    `export const f = (): unknown => fetch('http://127.0.0.1');`,
    'return a command',
  ],

  // the loop gets its time from a port, randomness from a seed
  [
    'no-restricted-syntax',
    'src/runtime/clock.ts',
    `export const f = (): number => Date.now();`,
    'use the clock port',
  ],
  [
    'no-restricted-syntax',
    'src/research/random.ts',
    `export const f = (): number => Math.random();`,
    'take a seeded generator',
  ],
  [
    'no-restricted-syntax',
    'src/simulator/random.ts',
    `export const f = (): number => Math.random();`,
    'take a seeded generator',
  ],

  // mode is composition
  [
    'no-restricted-syntax',
    'src/runtime/modeWord.ts',
    `export const f = (isLive: boolean): number => (isLive ? 1 : 2);`,
    'Mode is composition',
  ],
  [
    'no-restricted-syntax',
    'src/adapters/ccxt/modeWord.ts',
    `export const f = (options: { dryRun: boolean }): boolean => options.dryRun;`,
    'Mode is composition',
  ],
  [
    'no-restricted-syntax',
    'src/core/risk/modeBranch.ts',
    `export const f = (mode: string): number => (mode === 'backtest' ? 1 : 2);`,
    'Mode is composition',
  ],
  [
    'no-restricted-syntax',
    'src/runtime/modeSwitch.ts',
    `export const f = (mode: string): number => { switch (mode) { case 'paper': return 1; default: return 2; } };`,
    'Mode is composition',
  ],

  // types are kept
  [
    '@typescript-eslint/no-explicit-any',
    'src/runtime/any.ts',
    `export const f = (x: any): unknown => x;`,
    '',
  ],
  [
    '@typescript-eslint/no-non-null-assertion',
    'src/runtime/nonNull.ts',
    `export const f = (xs: number[]): number => xs[0]!;`,
    '',
  ],
  [
    '@typescript-eslint/no-floating-promises',
    'src/runtime/floating.ts',
    `const wait = (): Promise<void> => Promise.resolve(); export const f = (): void => { wait(); };`,
    '',
  ],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    'src/runtime/switch.ts',
    `export const f = (x: 'a' | 'b'): number => { switch (x) { case 'a': return 1; } return 2; };`,
    '',
  ],
  [
    '@typescript-eslint/restrict-template-expressions',
    'src/runtime/template.ts',
    'export const f = (x: { a: number }): string => `${x}`;',
    '',
  ],
  [
    'no-restricted-syntax',
    'src/runtime/doubleAssertion.ts',
    `export const f = (x: number): string => x as unknown as string;`,
    'double assertion',
  ],

  // shape
  ['max-lines', 'src/runtime/longFile.ts', lines(301), ''],
  ['max-lines', 'src/compose/longFile.ts', lines(81), ''],
  ['max-lines', 'bin/longFile.ts', lines(31), ''],
  [
    'max-lines-per-function',
    'src/runtime/longFunction.ts',
    `export function f(): number {\n  let total = 0;\n${statements(60)}  return total;\n}`,
    '',
  ],
  [
    'complexity',
    'src/runtime/complex.ts',
    `export function f(x: number): number {\n${Array.from({ length: 10 }, (_, i) => `if (x === ${i}) return ${i};`).join('\n')}\nreturn 0; }`,
    '',
  ],
  [
    'max-depth',
    'src/runtime/deep.ts',
    `export function f(x: number): number { if (x > 1) { if (x > 2) { if (x > 3) { if (x > 4) { return 1; } } } } return 0; }`,
    '',
  ],
  [
    'max-params',
    'src/runtime/params.ts',
    `export const f = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e;`,
    '',
  ],

  // text never becomes code, processes start in two places
  ['no-eval', 'src/runtime/eval.ts', `export const f = (text: string): unknown => eval(text);`, ''],
  [
    '@typescript-eslint/no-implied-eval',
    'src/runtime/newFunction.ts',
    `export const f = (text: string): unknown => new Function(text);`,
    '',
  ],
  [
    'no-restricted-imports',
    'src/compose/vm.ts',
    `import { runInNewContext } from 'node:vm'; export const f = runInNewContext;`,
    'Nothing evaluates text as code',
  ],
  [
    'no-restricted-imports',
    'src/adapters/workers/childProcess.ts',
    `import { fork } from 'node:child_process'; export const f = fork;`,
    'src/compose and src/interface/daemon',
  ],
  [
    'no-restricted-imports',
    'src/adapters/sqlite/bare.ts',
    `import { readFileSync } from 'fs'; export const f = readFileSync;`,
    'Write node:fs',
  ],

  // form
  ['no-restricted-syntax', 'src/runtime/default.ts', `export default 1;`, 'No default exports'],
  ['no-restricted-syntax', 'src/runtime/barrel.ts', `export * from './default.ts';`, 'No barrels'],
  ['no-console', 'src/adapters/sqlite/console.ts', `console.log(1);`, ''],
  [
    'plimsoll/disable-with-reason',
    'src/runtime/disable.ts',
    `// eslint-disable-next-line @typescript-eslint/no-explicit-any\nexport const f = (x: any): unknown => x;`,
    'Say why the rule is off',
  ],
];

describe('lint rules', () => {
  let tree: PlantedTree;
  let complaints: Complaint[];
  const about = (file: string): Complaint[] =>
    complaints.filter((complaint) => complaint.file === file);

  beforeAll(() => {
    tree = plant({
      ...clean,
      ...Object.fromEntries(planted.map(([, file, text]) => [file, text])),
    });
    complaints = lint(tree);
  }, 120_000);
  afterAll(() => {
    tree.remove();
  });

  it.each(planted)('%s catches %s', (rule, file, _text, says) => {
    expect(about(file)).toContainEqual({
      file,
      rule,
      message: expect.stringContaining(says) as unknown,
    });
  });

  it.each(Object.keys(clean))('have nothing against %s', (file) => {
    expect(about(file)).toEqual([]);
  });
});
