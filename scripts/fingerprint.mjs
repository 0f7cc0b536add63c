// `npm run fingerprint` and `npm run arithmetic`: builds the program and test/fingerprint, then runs test/fingerprint/{main,arithmetic}.ts.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const [program] = process.argv.slice(2);

function run(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

process.exitCode =
  run('node_modules/typescript/bin/tsc', '-b', 'test/fingerprint') ||
  run(`dist/test/fingerprint/${program}.js`, ...process.argv.slice(3));
