// `npm run soak:real`: builds the program and the real-clock day, then runs test/realDay/main.ts from the build.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(args, env = {}) {
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } };
  return spawnSync(process.execPath, args, options).status ?? 1;
}

process.exitCode =
  build() ||
  run(['node_modules/typescript/bin/tsc', '-b', 'test/realDay']) ||
  run(['dist/test/realDay/main.js', ...process.argv.slice(2)], { PLIMSOLL_TEST_ROOT: root });
