import { describe, expect, it } from '@jest/globals';
import { Thinned } from '../../../../src/core/reporting/thinned.ts';

describe('a thinned series', () => {
  it('keeps everything of a short one, a second mark of a time in place of the first', () => {
    const thinned = new Thinned();
    expect(thinned.samples).toEqual([]);
    thinned.add(1, 10, 1);
    thinned.add(2, 11, 1);
    thinned.add(2, 12, 1);
    expect(thinned.samples.map(({ at, equity }) => [at, equity])).toEqual([
      [1, 10],
      [2, 12],
    ]);
  });

  it('keeps a bounded number of a long one, evenly spread, the first and the last among them', () => {
    const thinned = new Thinned();
    for (let at = 0; at < 100_000; at += 1) thinned.add(at, at, 0);
    const times = thinned.samples.map(({ at }) => at);
    expect(times.length).toBeLessThanOrEqual(2_049);
    expect(times.length).toBeGreaterThan(1_000);
    expect([times[0], times.at(-1)]).toEqual([0, 99_999]);
    const steps = times.slice(1, -1).map((at, n) => at - (times[n] ?? 0));
    expect(new Set(steps).size).toBe(1);
  });
});
