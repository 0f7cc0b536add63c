import { describe, expect, it } from '@jest/globals';
import { Cmf } from '../../../../src/core/indicators/cmf.ts';
import { barAt } from '../../../builders/bars.ts';

describe('Cmf', () => {
  it('is 1 when all volume closes at the high and −1 at the low', () => {
    for (const [close, expected] of [
      [12, 1],
      [8, -1],
      [10, 0],
    ] as const) {
      const cmf = new Cmf(2);
      cmf.update(barAt(0, close, { high: 12, low: 8, volume: 3 }));
      expect(cmf.update(barAt(1, close, { high: 12, low: 8, volume: 5 }))).toBe(expected);
    }
  });
});
