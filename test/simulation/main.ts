/** `npm run sim -- --seed N [--steps M] [--faults R1,P4|none|all] [--verbose]`: one simulation; exit code 1 when an invariant breaks. */
import { parseArgs } from 'node:util';
import { DiskFolder } from './disk.ts';
import { FAULT_IDS } from './faults.ts';
import { explainViolation } from './report.ts';
import { simulate, type SimulationOptions } from './simulation.ts';
import { readFaultIds, switchedOffTable } from './switchedOff.ts';

const USAGE =
  'usage: npm run sim -- --seed N [--steps M] [--faults ID,ID…|none|all] [--verbose]\n' +
  `fault ids: ${FAULT_IDS.join(' ')}\n${switchedOffTable()}`;

/** More than any run takes. */
const STEPS_MAX = 1_000_000;

process.exitCode = await main();

async function main(): Promise<number> {
  const folder = new DiskFolder();
  try {
    const options = readOptions(folder);
    if (!(options instanceof Error)) return await run(options);
    const isHelp = options.message === '';
    (isHelp ? process.stdout : process.stderr).write(`${options.message}\n${USAGE}`.trimStart());
    return isHelp ? 0 : 2;
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

/** @returns what is wrong, in words; an error without words when help was asked for. */
function readOptions(folder: DiskFolder): SimulationOptions | Error {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        seed: { type: 'string' },
        steps: { type: 'string' },
        faults: { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  if (values.help === true) return new Error('');
  const seed = wholeNumber(values.seed);
  const steps = wholeNumber(values.steps ?? String(STEPS_MAX));
  const ids = readFaultIds(values.faults);
  if (seed === undefined) return new Error('--seed: expected a whole number, such as 42');
  if (steps === undefined) return new Error('--steps: expected a whole number, such as 500');
  if (typeof ids === 'string') return new Error(ids);
  return { seed, folder, steps, ids, ...(values.verbose === true ? { onLine: print } : {}) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/u.test(text) ? Number(text) : undefined;
}
