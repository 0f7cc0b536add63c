import { describe, expect, it } from '@jest/globals';
import { randomOf } from './random.ts';
import { trendOf, type Point, type Trend } from './trend.ts';

const SAMPLES = 400;
const SEEDS = 200;
const SLOPE = 1.5;

/** A line with noise; `likeness` is how much of its noise a sample has from the one before. */
function noisy(seed: number, likeness: number): Point[] {
  const random = randomOf(seed);
  let noise = 0;
  return Array.from({ length: SAMPLES }, (_, index) => {
    const fresh = random() + random() + random() + random() - 2;
    noise = likeness * noise + fresh;
    const hours = index / SAMPLES;
    return { hours, value: 200 + SLOPE * hours + noise };
  });
}

function trends(likeness: number): Trend[] {
  return Array.from({ length: SEEDS }, (_, seed) => trendOf(noisy(seed + 1, likeness))).filter(
    (trend) => trend !== undefined,
  );
}

const holds = ({ low, high }: Trend): boolean => low <= SLOPE && SLOPE <= high;
const width = ({ low, high }: Trend): number => high - low;

describe('a trend', () => {
  it('of a straight line is its slope, with nothing left open', () => {
    const points = Array.from({ length: 20 }, (_, index) => ({
      hours: index / 4,
      value: 3 * (index / 4) + 7,
    }));
    const trend = trendOf(points);
    expect(trend?.slope).toBeCloseTo(3, 9);
    expect(trend?.low).toBeCloseTo(3, 6);
    expect(trend?.high).toBeCloseTo(3, 6);
    expect(trend?.from).toBeCloseTo(7, 9);
    expect(trend?.to).toBeCloseTo(3 * 4.75 + 7, 9);
  });

  it.each([0, 0.5, 0.9])(
    'holds the true slope in about 95 of 100 cases, also when neighbours are alike by %d',
    (likeness) => {
      const all = trends(likeness);
      expect(all).toHaveLength(SEEDS);
      expect(all.filter(holds).length / SEEDS).toBeGreaterThan(0.88);
    },
  );

  it('leaves the more open the more neighbours are alike', () => {
    const [free, alike] = [noisy(1, 0), noisy(1, 0.9)].map(trendOf);
    expect(alike?.effective).toBeLessThan((free?.effective ?? 0) / 5);
    expect(alike && width(alike)).toBeGreaterThan(3 * (free ? width(free) : Number.NaN));
  });

  it('is not told where there are too few samples, or all are of one moment', () => {
    expect(trendOf([])).toBeUndefined();
    expect(trendOf(noisy(1, 0).slice(0, 4))).toBeUndefined();
    expect(trendOf(noisy(1, 0).map(({ value }) => ({ hours: 1, value })))).toBeUndefined();
  });
});
