// `npm run check -- FILE…`: types of the whole project, then lint, format and the mirrored tests of these files.
//
//   src/core/ledger/ledger.ts  →  test/unit/core/ledger/ledger.test.ts
//   test/…/x.test.ts           →  itself
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = process.argv.slice(2).map((file) => relative(root, resolve(file)));

process.exitCode = check();

function check() {
  if (files.length === 0) return say('usage: npm run check -- FILE…', 2);
  const missing = files.filter((file) => !existsSync(resolve(root, file)));
  if (missing.length > 0) return say(`there is no ${missing.join(', ')}`, 2);
  const tests = files.map(mirrored).filter((test) => test !== undefined);
  const untested = files.filter((file) => file.startsWith('src/') && mirrored(file) === undefined);
  const steps = [
    ['node', 'scripts/build.mjs'],
    ['npx', 'tsc', '-p', 'test'],
    ['npx', 'eslint', '--max-warnings', '0', ...files],
    ['npx', 'prettier', '--check', '--cache', '--cache-location', cache('prettier'), ...files],
    ...(tests.length > 0 ? [['npm', 'run', 'jest', '--', ...tests]] : []),
  ];
  const failed = steps.filter((step) => !run(step));
  if (untested.length > 0) say(`no mirrored test: ${untested.join(', ')}`, 0);
  return failed.length === 0 ? 0 : 1;
}

function mirrored(file) {
  if (file.endsWith('.test.ts')) return file;
  const test = file.replace(/^src\//u, 'test/unit/').replace(/\.ts$/u, '.test.ts');
  return file.startsWith('src/') && existsSync(resolve(root, test)) ? test : undefined;
}

function cache(name) {
  return `node_modules/.cache/${name}`;
}

function run([command, ...args]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  return status === 0;
}

function say(text, code) {
  process.stderr.write(`${text}\n`);
  return code;
}
