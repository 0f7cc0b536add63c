import { describe, expect, it } from '@jest/globals';
import { Stochastic } from '../../../../src/core/indicators/stochastic.ts';
import { barsOf } from '../../../builders/bars.ts';

describe('Stochastic', () => {
  it('smooths the fast %K into the slow one, and that into %D', () => {
    const stochastic = new Stochastic({ range: 2, slowing: 2, d: 2 });
    // Fast %K: -, 100, 0, 100, 100. Slow: -, -, 50, 50, 100. %D: -, -, -, 50, 75.
    const seen = barsOf(1, 2, 1, 3, 4).map((bar) => [stochastic.update(bar), stochastic.d]);
    expect(seen.slice(2)).toEqual([
      [NaN, NaN],
      [50, 50],
      [100, 75],
    ]);
  });
});
