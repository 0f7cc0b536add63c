/** What `npm run soak:real` can be told. */
import { parseArgs } from 'node:util';
import { HAPPENINGS, isHappening, type HappeningId } from './happenings.ts';

export type Backend = 'embedded' | 'redis';

export interface DayOptions {
  /** Wall time that the day takes at least; every happening comes once, however short it is. */
  readonly hours: number;
  /** A daemon and an exchange of its own for each, all at once. */
  readonly backends: readonly Backend[];
  /** A Redis that is there already, left alone by the faults; absent: one of our own. */
  readonly redisUrl: string | undefined;
  /** Folder of the reports. */
  readonly out: string;
  /** Of the markets, and of the order in which things happen. */
  readonly seed: number;
  /** Market seconds per second: 1, but for a test that has no hour. */
  readonly speed: number;
  readonly happenings: readonly HappeningId[];
  /** Writes two heap snapshots of each daemon. They take memory of their own: do not judge the curve of such a run. */
  readonly heapSnapshots: boolean;
  /** Most that memory may rise, MiB per hour, at the upper end of the interval. */
  readonly slopeMax: number;
  /** The report as JSON on stdout instead of the summary. */
  readonly json: boolean;
}

const HOURS_MAX = 24 * 31;
const SLOPE_MAX_DEFAULT = 2;

export const USAGE = `usage: npm run soak:real -- [--hours N] [--queues embedded,redis] [--redis URL] [--out FOLDER] [--seed N] [--speed N]
                             [--happenings ID,ID…] [--heap-snapshots] [--slope-max MIB] [--json]

A day in real time: a daemon per queue against a simulated exchange at speed 1, with quiet markets, faults and restarts at the pace
of life. In the end every daemon must be there and its books must equal the exchange's to the last digit. Memory and
descriptors are sampled; their slope is fitted over the longest life of a process, from when everything has happened to it once.

  --hours N          how long at least, fractions allowed (1)
  --queues LIST      embedded, redis, or both at once (both)
  --redis URL        a Redis that runs already; no fault touches it (one is started, on loopback)
  --out FOLDER       where report.json and the curves (QUEUE.csv) go (data/soak)
  --seed N           of the markets and of the order of happenings (1)
  --speed N          market seconds per second (1)
  --happenings LIST  only these
  --heap-snapshots   two of each daemon, when it is warm and in the end, and what grew between them
  --slope-max MIB    most that memory may rise per hour, at the upper end of its 95 % interval (${SLOPE_MAX_DEFAULT})
  --json             the report on stdout instead of the summary
  --help             this text

Exit code 0: all held. 1: a daemon ended, books differ, or something did not recover. 2: an option is wrong.
3: memory or descriptors rise faster than allowed; a day of less than an hour and a half is not judged by that.

Happenings:
${Object.entries(HAPPENINGS)
  .map(([id, { words }]) => `  ${id.padEnd(18)} ${words}`)
  .join('\n')}
`;

/** @returns what is wrong, in words. */
export function readDayOptions(args: readonly string[]): DayOptions | 'help' | Error {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        hours: { type: 'string', default: '1' },
        queues: { type: 'string', default: 'embedded,redis' },
        redis: { type: 'string' },
        out: { type: 'string', default: 'data/soak' },
        seed: { type: 'string', default: '1' },
        speed: { type: 'string', default: '1' },
        happenings: { type: 'string' },
        'heap-snapshots': { type: 'boolean', default: false },
        'slope-max': { type: 'string', default: String(SLOPE_MAX_DEFAULT) },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  if (values.help) return 'help';
  const wrong: string[] = [];
  const number = (
    name: 'hours' | 'seed' | 'speed' | 'slope-max',
    max: number,
    form: RegExp,
  ): number => {
    const text = values[name];
    const value = form.test(text) ? Number(text) : 0;
    if (value <= 0 || value > max)
      wrong.push(`--${name} ${text}: expected a number above 0, at most ${max}`);
    return value;
  };
  const decimal = /^\d{1,9}(\.\d{1,9})?$/u;
  const options: DayOptions = {
    hours: number('hours', HOURS_MAX, decimal),
    backends: listOf(values.queues, '--queues', isBackend, wrong),
    redisUrl: values.redis,
    out: values.out,
    seed: number('seed', 1_000_000, /^\d{1,7}$/u),
    speed: number('speed', 1_000, decimal),
    happenings:
      values.happenings === undefined
        ? Object.keys(HAPPENINGS).filter(isHappening)
        : listOf(values.happenings, '--happenings', isHappening, wrong),
    heapSnapshots: values['heap-snapshots'],
    slopeMax: number('slope-max', 1_000_000, decimal),
    json: values.json,
  };
  return wrong.length > 0 ? new Error(wrong.join('\n')) : options;
}

function isBackend(text: string): text is Backend {
  return text === 'embedded' || text === 'redis';
}

function listOf<Item extends string>(
  text: string,
  name: string,
  is: (item: string) => item is Item,
  wrong: string[],
): Item[] {
  const items = [...new Set(text.split(','))];
  for (const item of items) if (!is(item)) wrong.push(`${name} ${item}: not known, see --help`);
  return items.filter(is);
}
