import { describe, expect, it } from '@jest/globals';
import type { LaneRecord } from './lane.ts';
import { readDayOptions, type DayOptions } from './options.ts';
import { csvOf, exitCodeOf, reportOf, summaryOf } from './report.ts';
import type { Sample } from './samples.ts';

const OPTIONS = readDayOptions([]) as DayOptions;
const EVERY_S = 10;
const HOUR_S = 3_600;

/** Samples of one process, with the memory it has so many hours after its start. */
function life(
  number: number,
  fromS: number,
  hours: number,
  rss: (hours: number) => number,
): Sample[] {
  return Array.from({ length: (hours * HOUR_S) / EVERY_S }, (_, index) => {
    const seconds = index * EVERY_S;
    return {
      ...{ seconds: fromS + seconds, life: number, rss: rss(seconds / HOUR_S), happening: '' },
      ...{ anonymous: 100, file: 50, heapUsed: 40, heapTotal: 60, heapFloor: null },
      ...{ external: 4, threads: null, descriptors: 30 },
    };
  });
}

/** Lives that are warm after a quarter of an hour. */
function record(samples: readonly Sample[], violations: readonly string[] = []): LaneRecord {
  const warm = new Map<number, number>();
  for (const { life: number, seconds } of samples)
    if (!warm.has(number)) warm.set(number, seconds + 0.25 * HOUR_S);
  const counts = { orders: 5, fills: 3, heapSnapshots: [], happenings: [], warm };
  return { name: 'embedded', samples, violations, ...counts };
}

/** Rises fast for a quarter of an hour, then by `slope` an hour. */
const warming =
  (slope: number) =>
  (hours: number): number =>
    150 + 200 * Math.min(hours, 0.25) + slope * hours;

describe('the report of a day', () => {
  it('fits the longest life without its warm-up: neither that nor a restart is a slope', () => {
    const report = reportOf(OPTIONS, [
      record([
        ...life(1, 0, 0.1, warming(0)),
        ...life(2, 400, 1.2, warming(0.5)),
        ...life(3, 4_800, 0.1, warming(0)),
      ]),
    ]);
    const [lane] = report.lanes;
    expect(lane).toMatchObject({ lives: 3, fitted: { life: 2 }, isJudged: true, rising: [] });
    expect(lane?.trends.rss?.slope).toBeCloseTo(0.5, 6);
    expect(lane?.trends.descriptors?.slope).toBeCloseTo(0, 6);
    expect(lane?.trends.threads).toBeNull();
    expect(exitCodeOf(report)).toBe(0);
    expect(summaryOf(report)).toContain('all held');
  });

  it('is 3 when memory rises faster than allowed, and says how fast', () => {
    const report = reportOf(OPTIONS, [record(life(1, 0, 1.2, warming(2.5)))]);
    expect(report.lanes[0]?.rising).toEqual(['rss: up to 2.50 an hour, at most 2 is allowed']);
    expect(exitCodeOf(report)).toBe(3);
    expect(summaryOf(report)).toContain('DID NOT HOLD: rss: up to 2.50');
  });

  it('does not judge the memory of a life that was short, but everything else', () => {
    const short = life(1, 0, 0.3, warming(9));
    expect(exitCodeOf(reportOf(OPTIONS, [record(short)]))).toBe(0);
    expect(exitCodeOf(reportOf(OPTIONS, [record(short), record(short, ['books differ'])]))).toBe(1);
  });

  it('of a day without a single sample is still one', () => {
    const report = reportOf(OPTIONS, [record([], ['the day could not go on'])]);
    expect(exitCodeOf(report)).toBe(1);
    expect(summaryOf(report)).toContain('DID NOT HOLD: the day could not go on');
  });

  it('comes with a curve, a row per sample', () => {
    const [head, first, ...rest] = csvOf(life(4, 20, 0.1, () => 150.256))
      .trim()
      .split('\n');
    expect(head).toBe(
      'seconds,life,rss,anonymous,file,heapUsed,heapTotal,heapFloor,external,threads,descriptors,happening',
    );
    expect(first).toBe('20,4,150.26,100,50,40,60,,4,,30,');
    expect(rest).toHaveLength(35);
  });
});
