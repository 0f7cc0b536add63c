import { describe, expect, it } from '@jest/globals';
import { setConfig } from 'technicalindicators';
import { LibraryIndicator } from '../../../../src/core/indicators/library.ts';
import { barAt, walkOf } from '../../../builders/bars.ts';

describe('LibraryIndicator', () => {
  it.each([
    ['Williams %R', () => LibraryIndicator.williamsR(5), -50],
    ['CCI', () => LibraryIndicator.cci(5), 0],
  ])('gives %s its neutral value where the market has not moved', (_name, create, neutral) => {
    const indicator = create();
    for (let i = 0; i < 8; i += 1) indicator.update(barAt(i, 0.7));
    expect(indicator.value).toBe(neutral);
  });

  it('is not rounded by the global setting of the library', () => {
    const values = (): number[] => {
      const indicator = LibraryIndicator.wma(3);
      return walkOf(10, 4).map((bar) => indicator.update(bar));
    };
    const exact = values();
    setConfig('precision', 2);
    try {
      expect(values()).toEqual(exact);
    } finally {
      setConfig('precision', 0);
    }
  });

  it('forgets a bar that was replaced even when the window was full', () => {
    const [plain, corrected] = [LibraryIndicator.cci(4), LibraryIndicator.cci(4)];
    for (const bar of walkOf(20, 8)) {
      plain.update(bar);
      corrected.update(barAt(0, 5));
      corrected.replace(barAt(0, 50));
      expect(corrected.replace(bar)).toEqual(plain.value);
    }
  });
});
