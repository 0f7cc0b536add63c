// `npm run sim:kill -- [--rounds 20] [--backends embedded,redis] [--points P1,P4]`: kills the real daemon with SIGKILL at each
// point of an order's life, that many times with each queue, and prints a table. Builds first.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function optionsOf(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: 'string', default: '20' },
        backends: { type: 'string', default: 'embedded,redis' },
        points: { type: 'string', default: 'P1,P2,P3,P4,P5,P6,P7,P8,P9,P10' },
      },
    });
    if (!/^[1-9]\d{0,3}$/.test(values.rounds))
      throw new Error(`--rounds ${values.rounds}: expected a whole number from 1 to 9999`);
    for (const backend of values.backends.split(','))
      if (!['embedded', 'redis'].includes(backend))
        throw new Error(`--backends ${backend}: expected embedded, redis, or both with a comma`);
    for (const point of values.points.split(','))
      if (!/^P([1-9]|10)$/.test(point)) throw new Error(`--points ${point}: expected P1 to P10`);
    return values;
  } catch (error) {
    process.stderr.write(`sim:kill: ${error.message}\n`);
    process.exit(2);
  }
}

const { rounds, backends, points } = optionsOf(process.argv.slice(2));
if (build() !== 0) process.exit(1);
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    'test/integration/daemon/killMatrix',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PLIMSOLL_KILL_ROUNDS: rounds,
      PLIMSOLL_KILL_BACKENDS: backends,
      PLIMSOLL_KILL_POINTS: points,
    },
  },
);
process.exitCode = status ?? 1;
