import { describe, expect, it } from '@jest/globals';
import { Mfi } from '../../../../src/core/indicators/mfi.ts';
import { barAt } from '../../../builders/bars.ts';

describe('Mfi', () => {
  it('counts a bar at an unchanged price for neither side', () => {
    const mfi = new Mfi(3);
    mfi.update(barAt(0, 10));
    mfi.update(barAt(1, 11, { volume: 2 }));
    mfi.update(barAt(2, 11, { volume: 500 }));
    expect(mfi.update(barAt(3, 10, { volume: 1 }))).toBe((100 * 22) / 32);
  });

  it('is not cut to 0 where the whole turnover is small', () => {
    const mfi = new Mfi(2);
    for (let i = 0; i < 3; i += 1) mfi.update(barAt(i, 1e-5 * (i + 1), { volume: 1 }));
    expect(mfi.value).toBe(100);
  });
});
