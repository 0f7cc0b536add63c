/** What a day showed: per lane what did not hold, and how memory and descriptors moved in the longest life of a process. */
import { loadavg } from 'node:os';
import { heapGrowth, type Grown } from './heapGrowth.ts';
import type { LaneRecord } from './lane.ts';
import type { DayOptions } from './options.ts';
import type { Measure, Sample } from './samples.ts';
import { trendOf, type Trend } from './trend.ts';

const MEASURES: readonly Measure[] = [
  ...(['rss', 'anonymous', 'file', 'heapUsed', 'heapTotal', 'heapFloor'] as const),
  ...(['external', 'threads', 'descriptors'] as const),
];
/** What is judged, and by how much per hour it may rise at the most. */
const DESCRIPTORS_SLOPE_MAX = 5;
/** A fit over less of a life would judge the weather. */
const JUDGED_HOURS_MIN = 0.6;
const SECONDS_PER_HOUR = 3_600;

export interface LaneReport {
  readonly queue: string;
  readonly orders: number;
  readonly fills: number;
  readonly happenings: LaneRecord['happenings'];
  readonly violations: readonly string[];
  readonly lives: number;
  /** The longest stretch of one life in which it was warm. */
  readonly fitted: { readonly life: number; readonly hours: number };
  /** Per hour: MiB, descriptors. Null where there were too few samples. */
  readonly trends: Readonly<Record<Measure, Trend | null>>;
  /** Whether the fit is long enough to be judged, and what rises faster than it may. */
  readonly isJudged: boolean;
  readonly rising: readonly string[];
  /** What grew on the heap between the last two snapshots; empty in a day without. */
  readonly grown: readonly Grown[];
}

export interface DayReport {
  readonly schema_version: 1;
  readonly hours: number;
  readonly seed: number;
  readonly load: readonly number[];
  readonly lanes: readonly LaneReport[];
}

export function reportOf(options: DayOptions, records: readonly LaneRecord[]): DayReport {
  const { hours, seed, slopeMax } = options;
  return {
    ...{ schema_version: 1, hours, seed, load: loadavg() },
    lanes: records.map((record) => laneReport(record, slopeMax)),
  };
}

function laneReport(
  { name, orders, fills, happenings, violations, samples, warm, heapSnapshots }: LaneRecord,
  slopeMax: number,
): LaneReport {
  const lives = [...new Set(samples.map(({ life }) => life))];
  const fitted =
    lives
      .map((life) =>
        samples.filter(
          (each) => each.life === life && each.seconds >= (warm.get(life) ?? Infinity),
        ),
      )
      .toSorted((a, b) => lengthOf(b) - lengthOf(a))[0] ?? [];
  const life = fitted[0]?.life ?? 0;
  const trends = Object.fromEntries(
    MEASURES.map((measure) => [measure, trendOfMeasure(fitted, measure)]),
  ) as Record<Measure, Trend | null>;
  const [older, newer] = heapSnapshots.slice(-2);
  const isJudged = lengthOf(fitted) >= JUDGED_HOURS_MIN;
  return {
    ...{ queue: name, orders, fills, happenings, violations, lives: lives.length },
    fitted: { life, hours: lengthOf(fitted) },
    ...{ trends, isJudged },
    grown: older === undefined || newer === undefined ? [] : heapGrowth(older, newer),
    rising: isJudged
      ? [
          ...tooFast(trends, 'rss', slopeMax),
          ...tooFast(trends, 'descriptors', DESCRIPTORS_SLOPE_MAX),
        ]
      : [],
  };
}

function lengthOf(samples: readonly Sample[]): number {
  return ((samples.at(-1)?.seconds ?? 0) - (samples[0]?.seconds ?? 0)) / SECONDS_PER_HOUR;
}

function trendOfMeasure(samples: readonly Sample[], measure: Measure): Trend | null {
  const points = samples.flatMap((sample) => {
    const value = sample[measure];
    return value === null ? [] : [{ hours: sample.seconds / SECONDS_PER_HOUR, value }];
  });
  return trendOf(points) ?? null;
}

function tooFast(trends: LaneReport['trends'], measure: Measure, most: number): string[] {
  const trend = trends[measure];
  if (trend === null) return [`${measure}: too unsteady for a slope`];
  return trend.high <= most
    ? []
    : [`${measure}: up to ${trend.high.toFixed(2)} an hour, at most ${most} is allowed`];
}

/** 0 all held; 1 something did not; 3 memory or descriptors rise too fast. */
export function exitCodeOf({ lanes }: DayReport): 0 | 1 | 3 {
  if (lanes.some(({ violations }) => violations.length > 0)) return 1;
  return lanes.some(({ rising }) => rising.length > 0) ? 3 : 0;
}

/** A curve for a spreadsheet. */
export function csvOf(samples: readonly Sample[]): string {
  const columns = ['seconds', 'life', ...MEASURES, 'happening'] as const;
  const rows = samples.map((sample) =>
    columns.map((column) => {
      const value = sample[column];
      if (typeof value !== 'number') return value ?? '';
      return Number.isInteger(value) ? String(value) : value.toFixed(2);
    }),
  );
  return [columns, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

export function summaryOf({ lanes, load, hours }: DayReport): string {
  const lines = lanes.flatMap((lane) => [...laneSummary(lane), '']);
  return [
    `${hours} h in real time, load ${load.map((value) => value.toFixed(1)).join(' ')}`,
    '',
    ...lines,
  ].join('\n');
}

function laneSummary(lane: LaneReport): string[] {
  const { queue, orders, fills, happenings, violations, lives, fitted, isJudged, rising } = lane;
  const recoveries = happenings.map(({ recoverySeconds }) => recoverySeconds ?? Number.NaN);
  const found = [...violations, ...rising];
  return [
    `${queue}: ${orders} orders, ${fills} fills, ${happenings.length} happenings, ${lives} lives, slowest recovery ${Math.max(0, ...recoveries).toFixed(0)} s`,
    `  fitted over ${(fitted.hours * 60).toFixed(0)} min of life ${fitted.life}, warm${isJudged ? '' : ' (too short to be judged)'}`,
    ...MEASURES.map((measure) => trendLine(measure, lane.trends[measure])),
    ...lane.grown.map(
      ({ name, count, bytes, heldBy }) =>
        `  grew: ${bytes} bytes, ${count} of ${name}, held by ${heldBy}`,
    ),
    ...(found.length === 0 ? ['  all held'] : found.map((words) => `  DID NOT HOLD: ${words}`)),
  ];
}

function trendLine(measure: Measure, trend: Trend | null): string {
  if (trend === null) return `  ${measure.padEnd(12)} –`;
  const { slope, low, high, from, to, samples, effective } = trend;
  const number = (value: number): string => value.toFixed(2).padStart(8);
  return (
    `  ${measure.padEnd(12)}${number(from)} →${number(to)}  slope${number(slope)} /h ` +
    `(95 %:${number(low)} …${number(high)}), ${samples} samples like ${effective.toFixed(0)}`
  );
}
