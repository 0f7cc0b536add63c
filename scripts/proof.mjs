// `npm run proof -- optimisers|verdicts`: builds the program and test/proof, then runs what takes too long for a test.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

process.exitCode =
  run('node_modules/typescript/bin/tsc', '-b', 'test/proof') ||
  run('dist/test/proof/main.js', ...process.argv.slice(2));
