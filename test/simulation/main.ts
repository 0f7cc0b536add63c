/** `npm run sim -- --seed N [--steps M] [--faults R1,P4|none] [--verbose]`: one simulation; exit code 1 when an invariant breaks. */
import { parseArgs } from 'node:util';
import { DiskFolder } from './disk.ts';
import { FAULT_IDS, isFaultId, type FaultId } from './faults.ts';
import { explainViolation } from './report.ts';
import { simulate, type SimulationOptions } from './simulation.ts';

const USAGE =
  'usage: npm run sim -- --seed N [--steps M] [--faults ID,ID…|none] [--verbose]\n' +
  `fault ids: ${FAULT_IDS.join(' ')}\n`;

/** More than any run takes. */
const STEPS_MAX = 1_000_000;

process.exitCode = await main();

async function main(): Promise<number> {
  const folder = new DiskFolder();
  try {
    const options = readOptions(folder);
    if (typeof options === 'string') {
      process.stderr.write(`${options}\n${USAGE}`);
      return 2;
    }
    return await run(options);
  } finally {
    folder.remove();
  }
}

async function run(options: SimulationOptions): Promise<number> {
  const startedMs = performance.now();
  const result = await simulate(options);
  const { seed, violation, steps, virtualMs, plan, ordersSent, digest } = result;
  if (violation) {
    process.stdout.write(`${await explainViolation(result, options)}\n`);
    return 1;
  }
  const tookMs = Math.round(performance.now() - startedMs);
  process.stdout.write(
    `seed ${seed}: every invariant held; ${ordersSent} orders, ${plan.length} faults planned, ${steps} steps, ` +
      `${Math.round(virtualMs / 1000)} virtual seconds in ${tookMs} ms, digest ${digest.toString(16)}\n`,
  );
  return 0;
}

/** @returns what is wrong, as text. */
function readOptions(folder: DiskFolder): SimulationOptions | string {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        seed: { type: 'string' },
        steps: { type: 'string' },
        faults: { type: 'string' },
        verbose: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const seed = wholeNumber(values.seed);
  const steps = wholeNumber(values.steps ?? String(STEPS_MAX));
  const ids = faultIds(values.faults);
  if (seed === undefined) return '--seed: expected a whole number, such as 42';
  if (steps === undefined) return '--steps: expected a whole number, such as 500';
  if (typeof ids === 'string') return ids;
  return { seed, folder, steps, ids, ...(values.verbose === true ? { onLine: print } : {}) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/u.test(text) ? Number(text) : undefined;
}

function faultIds(text: string | undefined): readonly FaultId[] | string {
  if (text === undefined) return FAULT_IDS;
  if (text === 'none') return [];
  const ids: FaultId[] = [];
  for (const id of text.split(',')) {
    if (!isFaultId(id)) return `--faults: "${id}" is no fault`;
    ids.push(id);
  }
  return ids;
}
