// Builds src and bin into dist (incremental). Everything that is said goes to stderr, so that a command
// which builds first can keep stdout for its data.
//
//   node scripts/build.mjs             build; exit code of the compiler
//   node scripts/build.mjs --prepare   after an install: build if the compiler is there; never fails the install. npx installs
//                                      the project as well, before it runs its command: then only what was never built is built
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const executableMode = 0o755;

/** The command that `bin` in package.json names. */
export const entry = fileURLToPath(new URL('../dist/bin/plimsoll.js', import.meta.url));

/** Builds and returns the compiler's exit code. */
export function build() {
  const stdio = ['ignore', process.stderr, process.stderr];
  const { status, error } = spawnSync(process.execPath, [compiler, '-b', root], {
    cwd: root,
    stdio,
  });
  if (error) throw error;
  // The compiler writes plain files; npx and a shell need the entry to be executable.
  if (status === 0 && existsSync(entry)) chmodSync(entry, executableMode);
  return status ?? 1;
}

function prepare() {
  if (process.env.npm_command === 'exec' && existsSync(entry)) return;
  if (!existsSync(compiler)) {
    process.stderr.write('plimsoll: not built, because development packages are not installed.\n');
  } else if (build() !== 0) {
    process.stderr.write('plimsoll: not built; `npm run build` shows the errors again.\n');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--prepare')) prepare();
  else process.exitCode = build();
}
