/** Follows recipes of RECIPES.md to the letter, in a copy of the project: every file, every addition, every command. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seededBars } from '../fingerprint/bars.ts';

const ROOT = process.env['PLIMSOLL_TEST_ROOT'] ?? fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  ...['bin', 'config', 'dist', 'docs', 'scripts', 'src', 'strategies', 'test', 'RECIPES.md'],
  ...['package.json', 'tsconfig.json', 'tsconfig.base.json', 'jest.config.js', '.prettierrc.json'],
];
const RECIPE_TEST_MS = 180_000;

/** A fenced block: what it is written in, and the file it is about. */
interface Block {
  readonly language: string;
  readonly file: string;
  readonly text: string;
}

let copy = '';

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'plimsoll-recipe-'));
  for (const name of COPIED)
    if (existsSync(join(ROOT, name)))
      cpSync(join(ROOT, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  linkPackages();
  const { openTime, open, high, low, close, volume } = seededBars(2_500, 3);
  const rows = Array.from(openTime, (at, row) =>
    [at, open[row], high[row], low[row], close[row], volume[row]].join(','),
  );
  writeFileSync(join(copy, 'bars.csv'), rows.join('\n'));
});
afterEach(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** Hard links: to the compiler they are where they were, so it builds only what has changed. Where there are none, one soft link. */
function linkPackages(): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(copy, 'node_modules')];
  if (spawnSync('cp', ['-al', `${from}/`, to], { stdio: 'ignore' }).status === 0) return;
  rmSync(to, { recursive: true, force: true });
  symlinkSync(from, to);
}

function blocksOf(recipe: string): Block[] {
  const text = readFileSync(join(copy, 'RECIPES.md'), 'utf8');
  const from = text.indexOf(`## ${recipe}\n`);
  if (from < 0) throw new Error(`there is no recipe "${recipe}"`);
  const end = text.indexOf('\n## ', from);
  const section = text.slice(from, end < 0 ? undefined : end);
  return [...section.matchAll(/^```(\w+) ?(\S*)\n([^]*?)^```$/gmu)].map(
    ([, language = '', file = '', body = '']) => ({ language, file, text: body }),
  );
}

const read = (file: string): string => readFileSync(join(copy, file), 'utf8');

function write(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
}

/** Puts an addition where its unmarked and taken-away lines stand. @throws Error when they stand nowhere, or twice. */
function add({ file, text }: Block): void {
  for (const part of text.split(/^@@\n/mu)) {
    const lines = part.split('\n').slice(0, -1);
    const side = (mark: string): string =>
      lines
        .filter((line) => line.startsWith(' ') || line.startsWith(mark))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const [before, after] = [side('-'), side('+')];
    const [head, tail, ...more] = read(file).split(before);
    if (head === undefined || tail === undefined || more.length > 0)
      throw new Error(`${file} does not have these lines once:\n${before}`);
    write(file, head + after + tail);
  }
}

/** Runs a command as it is written. @throws Error with what it said when it failed. */
function run(command: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    ...{ cwd: copy, encoding: 'utf8' },
    env: { ...process.env, NODE_OPTIONS: '', npm_command: '' },
  });
  if (status !== 0) throw new Error(`${command}: exit code ${String(status)}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** Every step of a recipe; what its commands said. */
function follow(recipe: string): string {
  let said = '';
  for (const block of blocksOf(recipe)) {
    if (block.language === 'sh')
      for (const command of block.text.trim().split('\n')) said += run(command);
    else if (block.language === 'diff') add(block);
    else write(block.file, block.text);
  }
  return said;
}

describe('the recipe', () => {
  it(
    '"Add a strategy kind" leads to a kind that is documented, checked and backtested',
    () => {
      const said = follow('Add a strategy kind');
      expect(read('docs/reference/strategies.md')).toContain('## above_average');
      expect(read('config/schema/strategy.v1.json')).toContain('above_average');
      expect(said).toMatch(/closed trades +[1-9]/u);
      expect(said).toContain('strategy: no look-ahead');
    },
    RECIPE_TEST_MS,
  );

  it(
    '"Add an indicator" leads to one that keeps the contract and is documented',
    () => {
      const said = follow('Add an indicator');
      expect(said).toMatch(/Tests: .* passed/u);
      expect(read('docs/reference/indicators.md')).toContain('### midpoint');
    },
    RECIPE_TEST_MS,
  );
});
