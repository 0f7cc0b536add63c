/** What `npm run sim:soak` can be told. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { FaultId } from './faults.ts';
import { readFaultIds, switchedOffTable } from './switchedOff.ts';

export interface SoakOptions {
  /** The first seed. */
  readonly from: number;
  /** Seeds to run; as many as there is time for when absent. */
  readonly seeds: number | undefined;
  /** Wall minutes after which no seed is begun any more; without end when absent. */
  readonly minutes: number | undefined;
  /** Processes. */
  readonly jobs: number;
  /** Faults that may happen, and must. */
  readonly ids: readonly FaultId[];
}

/** Wall minutes when neither a time nor a number of seeds is given. */
const MINUTES_DEFAULT = 10;
/** One process per core is the most that helps; more than this is a slip of the finger. */
const JOBS_MAX = 256;

export const USAGE = `usage: npm run sim:soak -- [--seeds N] [--from SEED] [--minutes M] [--jobs N] [--faults ID,ID…|none|all]

Runs the simulation over seeds in sequence. Exit code 1 when an invariant breaks, or when a fault or a legal transition never
occurred; 2 when an option is wrong.

  --seeds N     so many seeds, however long it takes
  --from SEED   the first seed, from 0 (1)
  --minutes M   begins no seed after so many wall minutes, fractions allowed (${MINUTES_DEFAULT}, or no end with --seeds)
  --jobs N      processes at the same time (one per core: ${availableParallelism()} here)
  --faults IDS  only these may happen; then they alone must have occurred, and no transition need have
  --help        this text

${switchedOffTable()}`;

/** @returns what is wrong, in words. */
export function readSoakOptions(args: readonly string[]): SoakOptions | 'help' | Error {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        minutes: { type: 'string' },
        jobs: { type: 'string' },
        faults: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  if (values.help === true) return 'help';
  const wrong: string[] = [];
  const whole = (name: 'seeds' | 'from' | 'jobs', min: number, max: number): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/u.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    wrong.push(`--${name} ${text}: expected a whole number from ${min} to ${max}`);
    return undefined;
  };
  const seeds = whole('seeds', 1, 1_000_000_000);
  const from = whole('from', 0, 1_000_000_000) ?? 1;
  const jobs = whole('jobs', 1, JOBS_MAX) ?? availableParallelism();
  const minutes = minutesOf(values.minutes, seeds, wrong);
  const ids = readFaultIds(values.faults);
  if (typeof ids === 'string') return new Error([...wrong, ids].join('\n'));
  return wrong.length > 0 ? new Error(wrong.join('\n')) : { from, seeds, minutes, jobs, ids };
}

function minutesOf(
  text: string | undefined,
  seeds: number | undefined,
  wrong: string[],
): number | undefined {
  if (text === undefined) return seeds === undefined ? MINUTES_DEFAULT : undefined;
  const minutes = /^\d{1,6}(\.\d{1,6})?$/u.test(text) ? Number(text) : 0;
  if (minutes > 0) return minutes;
  wrong.push(`--minutes ${text}: expected a number above 0, such as 1.5`);
  return undefined;
}
