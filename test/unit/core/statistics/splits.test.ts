import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { purgedFolds, walkForwardSplits } from '../../../../src/core/statistics/splits.ts';

describe('walking forward', () => {
  it('rolls by hand: 0 to 100, 40 to train, 20 to test, 5 between', () => {
    const plan = { from: 0, to: 100, train: 40, test: 20, purge: 3, embargo: 2, expanding: false };
    expect(walkForwardSplits(plan)).toEqual([
      { train: { from: 0, to: 40 }, test: { from: 45, to: 65 } },
      { train: { from: 20, to: 60 }, test: { from: 65, to: 85 } },
      { train: { from: 40, to: 80 }, test: { from: 85, to: 100 } },
    ]);
  });

  it('expands from the same beginning', () => {
    const plan = { from: 0, to: 80, train: 40, test: 20, purge: 0, expanding: true };
    expect(walkForwardSplits(plan).map(({ train }) => train)).toEqual([
      { from: 0, to: 40 },
      { from: 0, to: 60 },
    ]);
  });

  it('never trains on what it tests or on the gap before it, and tests everything after the first training once', () => {
    const lengths = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(lengths, lengths, fc.nat(20), fc.boolean(), (train, test, purge, expanding) => {
        const splits = walkForwardSplits({ from: 0, to: 300, train, test, purge, expanding });
        for (const [at, split] of splits.entries()) {
          expect(split.train.to + purge).toBe(split.test.from);
          expect(split.train.to - split.train.from).toBeGreaterThanOrEqual(train);
          expect(split.test.from).toBe(splits[at - 1]?.test.to ?? train + purge);
        }
      }),
    );
  });

  it('refuses lengths of nothing', () => {
    const plan = { from: 0, to: 100, train: 0, test: 20, purge: 0, expanding: false };
    expect(() => walkForwardSplits(plan)).toThrow('above 0');
    expect(() => walkForwardSplits({ ...plan, train: 1, test: 1e-6 })).toThrow('more than');
  });
});

describe('purged folds', () => {
  it('by hand: outcomes two ahead of five rows, the middle fold tested', () => {
    const spans = [0, 1, 2, 3, 4, 5].map((from) => ({ from, to: from + 2 }));
    // Tested 2 and 3 span 2 to 5: rows 0 and 1 reach into it, 4 and 5 begin in it.
    expect(purgedFolds(spans, 3)[1]).toEqual({ test: [2, 3], train: [] });
    expect(purgedFolds(spans, 3)[0]).toEqual({ test: [0, 1], train: [4, 5] });
    expect(purgedFolds(spans, 3, 1)[0]).toEqual({ test: [0, 1], train: [5] });
  });

  it('test every row once and train on none that knows what is tested', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.array(fc.nat(5), { minLength: 8, maxLength: 40 }),
        fc.nat(6),
        (folds, reaches, embargo) => {
          const spans = reaches.map((reach, from) => ({ from, to: from + reach }));
          const found = purgedFolds(spans, folds, embargo);
          expect(found.flatMap(({ test }) => test)).toEqual([...spans.keys()]);
          for (const { train, test } of found) {
            for (const row of train) {
              const own = spans[row] ?? { from: 0, to: 0 };
              const meets = test.some((tested) => {
                const other = spans[tested] ?? { from: 0, to: 0 };
                return own.from <= other.to + (row > tested ? embargo : 0) && own.to >= other.from;
              });
              expect(meets).toBe(false);
            }
          }
        },
      ),
    );
  });

  it('refuses folds that cannot be', () => {
    expect(() => purgedFolds([{ from: 0, to: 1 }], 2)).toThrow('whole number');
  });
});
