/** What the built program costs before it does anything: the files it reads, and what npm and npx add to it. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS } from '../builders/daemon.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = join(ROOT, 'dist', 'bin', 'plimsoll.js');
/** Packages that take tenths of a second or tens of megabytes. */
const HEAVY = [
  'ccxt',
  'bullmq',
  'ioredis',
  '@electric-sql/pglite',
  'technicalindicators',
  'ws',
  'pino',
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-startup-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the program and tells what it has read: packages by name, and files of its own. */
function reading(...args: readonly string[]) {
  const coverage = join(folder, 'coverage');
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
    cwd: folder,
    encoding: 'utf8',
  });
  const urls = readdirSync(coverage)
    .map((name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')) as Coverage)
    .flatMap(({ result }) => result.map(({ url }) => url))
    .filter((url) => url.startsWith('file:'));
  const packages = urls.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(url)?.[1]);
  return {
    ...{ status, stdout },
    packages: new Set(packages.filter((name) => name !== undefined)),
    own: packages.filter((name) => name === undefined).length,
  };
}

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

describe('the built program', () => {
  it('says its version with nothing but its own first files and the parser of arguments', () => {
    const { status, stdout, packages, own } = reading('version');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^plimsoll \d/u)]);
    expect([...packages]).toEqual(['commander']);
    expect(own).toBeLessThan(20);
  });

  it.each(['status', 'orders', 'stop', 'logs'])('reads nothing heavy for %s', (command) => {
    cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true });
    cpSync(join(ROOT, 'strategies'), join(folder, 'strategies'), { recursive: true });
    const { status, packages } = reading(command);
    expect(status).not.toBe(4);
    expect(packages).toContain('commander');
    expect(HEAVY.filter((name) => packages.has(name))).toEqual([]);
  });
});

describe('npx', () => {
  it(
    'adds no document of its own to that of a command that fails',
    () => {
      cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true });
      cpSync(join(ROOT, 'strategies'), join(folder, 'strategies'), { recursive: true });
      const config = join(folder, 'config', 'plimsoll.yaml');
      for (const command of ['status', 'stop']) {
        const { status, stdout } = spawnSync('npx', ['plimsoll', command, '-c', config, '--json'], {
          cwd: ROOT,
          env: {
            ...process.env,
            npm_config_cache: join(folder, 'npm'),
            npm_config_update_notifier: 'false',
            npm_config_offline: 'true',
          },
          encoding: 'utf8',
        });
        expect(status).toBe(3);
        expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1 });
      }
    },
    DAEMON_TEST_MS,
  );

  /** A project whose compiler only leaves a mark. */
  function scratchProject(isBuilt: boolean): void {
    mkdirSync(join(folder, 'scripts'));
    cpSync(join(ROOT, 'scripts', 'build.mjs'), join(folder, 'scripts', 'build.mjs'));
    mkdirSync(join(folder, 'node_modules', 'typescript', 'bin'), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules', 'typescript', 'bin', 'tsc'),
      `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'compiled'))}, '')`,
    );
    if (!isBuilt) return;
    mkdirSync(join(folder, 'dist', 'bin'), { recursive: true });
    writeFileSync(join(folder, 'dist', 'bin', 'plimsoll.js'), '');
  }

  it.each([
    ['an install', 'ci', true, true],
    ['npx on a built project', 'exec', true, false],
    ['npx on one that was never built', 'exec', false, true],
  ])('builds when it must: %s', (_what, command, isBuilt, builds) => {
    scratchProject(isBuilt);
    const { status } = spawnSync(process.execPath, ['scripts/build.mjs', '--prepare'], {
      cwd: folder,
      env: { ...process.env, npm_command: command },
    });
    expect([status, existsSync(join(folder, 'compiled'))]).toEqual([0, builds]);
  });
});
