import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RangeExtremes } from '../../../../src/core/reporting/excursions.ts';

describe('the extremes of a run of bars', () => {
  it('are those of a plain search, however long the run is', () => {
    const low = Float64Array.from(
      { length: 10_000 },
      (_each, n) => 100 + Math.sin(n * 12.9898) * 50,
    );
    const high = low.map((value, n) => value + (n % 7));
    const extremes = new RangeExtremes({ low, high });
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(extremes.of(start, end)).toEqual({
          low: low.subarray(start, end).reduce((x, y) => Math.min(x, y), Infinity),
          high: high.subarray(start, end).reduce((x, y) => Math.max(x, y), -Infinity),
        });
      }),
      { numRuns: 300 },
    );
  });

  it('are infinite for no bars', () => {
    const none = new Float64Array(0);
    expect(new RangeExtremes({ low: none, high: none }).of(0, 0)).toEqual({
      low: Infinity,
      high: -Infinity,
    });
  });
});
