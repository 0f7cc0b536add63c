// `npm run fingerprint`: builds the program and test/fingerprint, then runs test/fingerprint/main.ts from the build.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

process.exitCode =
  run('node_modules/typescript/bin/tsc', '-b', 'test/fingerprint') ||
  run('dist/test/fingerprint/main.js', ...process.argv.slice(2));
