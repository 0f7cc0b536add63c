import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../../src/core/domain/random.ts';
import { blockLength, stationaryRows } from '../../../../src/core/statistics/bootstrap.ts';

const ROWS = 2000;

describe('the stationary bootstrap', () => {
  it('draws rows that are there, as many as there were, the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (seed, rows, meanBlock) => {
          const drawn = stationaryRows(Random.stream(seed, 'a'), rows, meanBlock);
          expect(drawn).toHaveLength(rows);
          expect(drawn.every((row) => row >= 0 && row < rows)).toBe(true);
          expect(stationaryRows(Random.stream(seed, 'a'), rows, meanBlock)).toEqual(drawn);
        },
      ),
    );
  });

  it('joins rows into blocks of the mean length asked for, over the end', () => {
    const drawn = stationaryRows(Random.stream(1, 'blocks'), ROWS * 10, 20);
    const joints = drawn.filter(
      (row, at) => at > 0 && row === ((drawn[at - 1] ?? 0) + 1) % (ROWS * 10),
    );
    expect(joints.length / drawn.length).toBeCloseTo(0.95, 2);
  });
});

describe('the length of blocks', () => {
  const random = Random.stream(2, 'series');
  const shocks = Array.from({ length: ROWS }, () => random.normal());

  it('is short for independent values and as long as theory says for a first-order process', () => {
    expect(blockLength(shocks)).toBeLessThan(6);
    let value = 0;
    const remembering = shocks.map((shock) => (value = 0.7 * value + shock));
    // g ÷ s(0) = 2·ρ ÷ (1 − ρ²) for an AR(1): (2·g² ÷ (2·s²))^⅓·n^⅓ = (1.4 ÷ 0.51)^⅔·2000^⅓ = 24.7
    expect(blockLength(remembering)).toBeGreaterThan(15);
    expect(blockLength(remembering)).toBeLessThan(37);
  });

  it('is 1 where nothing varies, and never beyond a third of the rows', () => {
    expect(blockLength([1, 1, 1])).toBe(1);
    expect(blockLength([])).toBe(1);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 60 }),
        (values) => {
          const length = blockLength(values);
          expect(length).toBeGreaterThanOrEqual(1);
          expect(length).toBeLessThanOrEqual(Math.ceil(values.length / 3));
        },
      ),
    );
  });
});
