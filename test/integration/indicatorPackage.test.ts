/** `plimsoll/indicators` as another program has it: required, imported, with its types; and what an update leaves on the heap. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Asks for a compiler run on a busy machine. */
const COMPILE_TEST_MS = 120_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-package-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'plimsoll'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program in the folder; what it printed. @throws Error with what it said when it failed. */
function run(file: string, text: string, ...options: readonly string[]): string {
  writeFileSync(join(folder, file), text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, file], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) throw new Error(`${file}: exit code ${String(status)}\n${stdout}${stderr}`);
  return stdout;
}

const USE = `
const bands = create('bollinger', { length: 3 });
for (const close of [1, 2, 3]) bands.update({ openTime: 0, open: close, high: close, low: close, close, volume: 1 });
console.log(JSON.stringify([Object.keys(catalogue).length, catalogue.rsi.params.length.default, bands.value, bands.upper > bands.read('lower')]));`;

describe('the package', () => {
  it.each([
    ['required', 'use.cjs', "const { catalogue, create } = require('plimsoll/indicators');"],
    ['imported', 'use.mjs', "import { catalogue, create } from 'plimsoll/indicators';"],
  ])('gives the catalogue and its factory when it is %s', (_how, file, line) => {
    const [count, usual, value, isAbove] = JSON.parse(run(file, line + USE)) as unknown[];
    expect(count).toBeGreaterThanOrEqual(60);
    expect([usual, value, isAbove]).toEqual([14, 2, true]);
  });

  it(
    'brings types: names, parameters and outputs',
    () => {
      const source = `
        import { catalogue, create, type Indicator, type IndicatorState } from 'plimsoll/indicators';
        const macd = create('macd', { fast: 5 });
        export const histogram: number = macd.histogram;
        export const any: Indicator = create(String(Object.keys(catalogue)[0]), { length: 3 });
        export const state: IndicatorState = any.save();
        // @ts-expect-error: it has no such output
        export const wrong = macd.upper;
        // @ts-expect-error: it has no such parameter
        create('macd', { length: 3 });`;
      writeFileSync(join(folder, 'use.mts'), source);
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext'];
      const { stdout } = spawnSync(
        process.execPath,
        [
          join(ROOT, 'node_modules/typescript/bin/tsc'),
          ...options,
          '--target',
          'es2022',
          'use.mts',
        ],
        { cwd: folder, encoding: 'utf8' },
      );
      expect(stdout).toBe('');
    },
    COMPILE_TEST_MS,
  );
});

/**
 * V8 puts a number into a box of 16 bytes where it goes into or out of a function that was not inlined: the one that `update`
 * gives back, and some that pass between a kernel and its parts. Six of them are let through; an object with three outputs takes
 * 48 bytes, 16 for each of its numbers, and the box of what is given back.
 */
const BYTES_MAX = 6 * 16 + 1;
/** The shape finder of the library makes objects with each question, and says so. */
const MAKES_OBJECTS = ['engulfing'];

/** Bytes per update: the median of some rounds, as a collection falls into few of them. Compiled at once, or load would tell. */
const COUNT = `
const { catalogue, create } = require('plimsoll/indicators');
const bars = Array.from({ length: 1000 }, (_, i) => {
  const close = 100 + 10 * Math.sin(i / 9) + 3 * Math.sin(i * 1.7);
  const open = close + Math.cos(i);
  const [high, low] = [Math.max(open, close) + 0.5, Math.min(open, close) - 0.4];
  return { openTime: i * 3600000, open, high, low, close, volume: 5.5 + Math.sin(i), reference: high * 3 + low };
});
function feed(indicator) {
  for (let i = 0; i < bars.length; i += 1) indicator.update(bars[i]);
}
const found = {};
for (const name of Object.keys(catalogue)) {
  const indicator = create(name, {});
  for (let round = 0; round < 100; round += 1) feed(indicator);
  const rounds = Array.from({ length: 21 }, () => {
    const before = process.memoryUsage().heapUsed;
    feed(indicator);
    return (process.memoryUsage().heapUsed - before) / bars.length;
  });
  found[name] = rounds.sort((a, b) => a - b)[10];
}
console.log(JSON.stringify(found));`;

describe('an update', () => {
  it(
    'makes no object, whatever the indicator',
    () => {
      const text = run('count.cjs', COUNT, '--no-concurrent-recompilation');
      const bytes = Object.entries(JSON.parse(text) as Record<string, number>);
      expect(bytes.length).toBeGreaterThanOrEqual(60);
      const makers = bytes.filter(([, each]) => each >= BYTES_MAX).map(([name]) => name);
      expect(makers).toEqual(MAKES_OBJECTS);
    },
    COMPILE_TEST_MS,
  );
});
