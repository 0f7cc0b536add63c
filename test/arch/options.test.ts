/**
 * No option of the command line is dead: each that `--help` shows is read by the code of its command. The declaration, its words,
 * and the type of the options do not count as reading.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { contextOf } from '../../src/interface/cli/context.ts';
import { buildProgram } from '../../src/interface/cli/program.ts';
import { FakeApp } from '../builders/fakeApp.ts';
import { fakeIo } from '../builders/fakeIo.ts';

const cli = fileURLToPath(new URL('../../src/interface/cli/', import.meta.url));
const folder = join(cli, 'commands');
const files = readdirSync(folder).map((name) => join(folder, name));
const context = contextOf(new FakeApp(), fakeIo());
const program = await buildProgram(context, []);

/** Code without words, comments and the types of options. */
function codeOf(file: string): string {
  return (
    readFileSync(file, 'utf8')
      .replace(/\/\*[^]*?\*\//gu, '')
      .replace(/'(?:[^'\\\n]|\\.)*'/gu, "''")
      .replace(/^\s*readonly \w+\??: [^]*?;$/gmu, '')
      .replace(/\/\/.*$/gmu, '')
      // Defaults, for the help.
      .replace(/\bby\.\w+/gu, '')
  );
}

/** Where options are read that a command hands on as they are. */
const HANDED_ON = new Map([
  [
    join(folder, 'sim.ts'),
    fileURLToPath(new URL('../../src/compose/simulate.ts', import.meta.url)),
  ],
  [join(folder, 'restart.ts'), join(folder, 'start.ts')],
]);

/** The file itself, what of the command line it imports, and whoever gets the options as they are. */
function codeAround(file: string): string {
  const taker = HANDED_ON.get(file);
  return [around(file), ...(taker === undefined ? [] : [around(taker)])].join('\n');
}

/** How far imports are followed: a command, its helper, and what all helpers use. */
const DEPTH = 2;

function around(file: string, depth = DEPTH): string {
  if (depth === 0) return codeOf(file);
  const imported = [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)'/gu)]
    .map(([, path = '']) => join(dirname(file), path))
    .filter((path) => path.startsWith(cli) || path.includes('/compose/simulator'));
  return [codeOf(file), ...imported.map((path) => around(path, depth - 1))].join('\n');
}

function fileOf(name: string): string {
  const declared = new RegExp(`\\bprogram\\s*\\.command\\('${name}'\\)`, 'u');
  const found = files.filter((file) => declared.test(readFileSync(file, 'utf8')));
  const [only, ...others] = found;
  if (only === undefined || others.length > 0)
    throw new Error(`${name} is in ${String(found.length)} files`);
  return only;
}

/** True when an object of options is asked for it: `options.NAME`, or taken apart into it. */
function isReadIn(code: string, option: string): boolean {
  const asked = `\\b(?:options|request)\\.${option}\\b`;
  const takenApart = `\\{[^{}]*\\b${option}\\b[^{}]*\\}\\s*(?:= (?:options|request)\\b|: (?:\\w*(?:Options|Request|Manner)|Pick<))`;
  return new RegExp(`${asked}|${takenApart}`, 'u').test(code);
}

interface Row {
  readonly command: string;
  readonly option: string;
  readonly file: string;
}

function rowsOf(command: Command, file = fileOf(command.name())): Row[] {
  const own = command.options.map((option) => ({
    ...{ command: command.name(), option: option.attributeName(), file },
  }));
  return [...own, ...command.commands.flatMap((sub) => rowsOf(sub, file))];
}

const rows = program.commands.flatMap((command) => rowsOf(command));

describe('each option', () => {
  it('is found', () => {
    expect(rows.length).toBeGreaterThan(60);
    const asked = rows.map(({ command, option }) => `${command} ${option}`);
    expect(asked).toEqual(expect.arrayContaining(['close limit', 'download since', 'sim seed']));
  });

  it.each(rows)('is read by its command: $command $option', ({ option, file }) => {
    expect(isReadIn(codeAround(file), option)).toBe(true);
  });

  it('of all commands is read', () => {
    const everywhere = readdirSync(cli, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => codeOf(join(cli, name)))
      .join('\n');
    const options = program.options.map((option) => option.attributeName());
    expect(options).toEqual(expect.arrayContaining(['config', 'color', 'input', 'verbose']));
    // Commander itself answers to `--version`.
    const dead = options.filter(
      (option) =>
        option !== 'version' &&
        !new RegExp(`\\.${option}\\b|[{,] ${option}\\b`, 'u').test(everywhere),
    );
    expect(dead).toEqual([]);
  });
});
