// `npm run sim`, `npm run sim:soak` and `npm run parity`: builds the program and the simulation, then runs
// test/simulation/{main,soak,parityMain}.ts from the build.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const [program] = process.argv.slice(2);

function run(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

process.exitCode =
  run('node_modules/typescript/bin/tsc', '-b', 'test/simulation') ||
  run(`dist/test/simulation/${program}.js`, ...process.argv.slice(3));
