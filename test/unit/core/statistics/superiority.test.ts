import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../../src/core/domain/random.ts';
import { superiority } from '../../../../src/core/statistics/superiority.ts';

const series = (random: Random, periods: number, mean = 0): number[] =>
  Array.from({ length: periods }, () => mean + random.normal());
const random = (seed: number): Random => Random.stream(seed, 'test');

describe('the test for superiority', () => {
  it('says of noise no more than its level: at 10 %, of 100 searches of 10 trials', () => {
    let [check, spa] = [0, 0];
    for (let seed = 0; seed < 100; seed += 1) {
      const trials = Array.from({ length: 10 }, (_, trial) =>
        series(random(seed * 100 + trial), 100),
      );
      const found = superiority(trials, { random: random(-seed), samples: 200, meanBlock: 1 });
      check += Number((found?.realityCheck ?? 1) <= 0.1);
      spa += Number((found?.spa ?? 1) <= 0.1);
    }
    // 10 of 100 are expected; 20 or more have a probability below 0.2 %.
    expect(check).toBeLessThan(20);
    expect(spa).toBeLessThan(20);
    expect(spa).toBeGreaterThan(1);
  });

  it('finds the one that is better among many, and which it is', () => {
    const trials = Array.from({ length: 20 }, (_, at) =>
      series(random(at), 250, at === 7 ? 0.4 : 0),
    );
    const found = superiority(trials, { random: random(1), samples: 500, meanBlock: 1 });
    expect(found?.best).toBe(7);
    expect(found?.spa).toBeLessThan(0.01);
    expect(found?.realityCheck).toBeLessThan(0.01);
  });

  it('is not weakened by hopeless trials, where the reality check is (Hansen, section 3)', () => {
    const good = series(random(2), 200, 0.2);
    const hopeless = Array.from({ length: 30 }, (_, at) =>
      series(random(100 + at), 200, -2).map((r) => r * 4),
    );
    const found = superiority([good, ...hopeless], {
      random: random(3),
      samples: 500,
      meanBlock: 1,
    });
    expect(found?.spa).toBeLessThan(0.05);
    expect(found?.realityCheck).toBeGreaterThan(0.2);
  });

  it('keeps its bounds in order, in (0, 1], for any series', () => {
    const any = fc.array(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(any, (trials) => {
        const found = superiority(trials, { random: random(4), samples: 50, meanBlock: 2 });
        const { spaLower = -1, spa = -1, spaUpper = -1 } = found ?? {};
        expect(spaLower).toBeGreaterThan(0);
        expect(spa).toBeGreaterThanOrEqual(spaLower);
        expect(spaUpper).toBeGreaterThanOrEqual(spa);
        expect(spaUpper).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is certain of nothing when no trial is above the benchmark, and silent without data', () => {
    expect(superiority([Array(20).fill(-1) as number[]], { random: random(5) })?.spa).toBe(1);
    expect(superiority([], { random: random(5) })).toBeUndefined();
    expect(superiority([[1, 2]], { random: random(5) })).toBeUndefined();
  });
});
