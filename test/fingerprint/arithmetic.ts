/**
 * `npm run arithmetic`: random operations on exact numbers of all magnitudes, each compared with decimal.js to the last digit.
 *
 *   npm run arithmetic -- --operations 1000000 --seed 1
 */
import { parseArgs } from 'node:util';
import { findDifference } from '../builders/arithmetic.ts';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const [operations, seed] = [Number(values.operations), Number(values.seed)];
const difference = findDifference(operations, seed);
process.stdout.write(
  difference === undefined
    ? `${String(operations)} operations, seed ${String(seed)}: no difference\n`
    : `seed ${String(seed)}: ${difference.operation}\n  is       ${difference.got}\n  must be  ${difference.expected}\n`,
);
process.exitCode = difference === undefined ? 0 : 1;
