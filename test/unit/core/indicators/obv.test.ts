import { describe, expect, it } from '@jest/globals';
import { Obv } from '../../../../src/core/indicators/obv.ts';
import { barAt } from '../../../builders/bars.ts';

describe('Obv', () => {
  it('begins with the first volume and follows the direction of the close', () => {
    const obv = new Obv();
    const steps: [number, number][] = [
      [10, 5],
      [11, 3],
      [11, 100],
      [9, 4],
    ];
    expect(steps.map(([close, volume], i) => obv.update(barAt(i, close, { volume })))).toEqual([
      5, 8, 8, 4,
    ]);
  });

  it('keeps small volumes while a huge one passes through the total', () => {
    const obv = new Obv();
    obv.update(barAt(0, 1, { volume: 0 }));
    obv.update(barAt(1, 2, { volume: 1e17 }));
    for (let i = 2; i < 12; i += 1) obv.update(barAt(i, i + 1, { volume: 0.1 }));
    expect(obv.update(barAt(12, 1, { volume: 1e17 }))).toBeCloseTo(1, 12);
  });
});
