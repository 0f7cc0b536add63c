import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseScaled } from '../../../../../src/simulator/engine/amounts.ts';
import { makeInstrument } from '../../../../../src/simulator/engine/types.ts';
import {
  averageText,
  decimalText,
  instIdOf,
} from '../../../../../src/simulator/venues/okx/text.ts';

const BTC = makeInstrument({
  base: 'BTC',
  quote: 'USDT',
  priceDecimals: 2,
  lotDecimals: 5,
  minNotional: 0n,
});

describe('decimal text', () => {
  it('for any number says it exactly, without a zero too many', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(8), (value, decimals) => {
        const text = decimalText(value, decimals);
        expect(parseScaled(text, decimals)).toBe(value);
        expect(text).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
      }),
    );
  });

  it.each([
    [100n, 0, '100'],
    [100n, 2, '1'],
    [-2_000n, 8, '-0.00002'],
    [0n, 8, '0'],
  ])('of %s with %s decimals is %s', (value, decimals, text) => {
    expect(decimalText(value, decimals)).toBe(text);
  });
});

describe('an average price', () => {
  it('is exact where it ends and rounded half up where it does not', () => {
    // 0.03 BTC for 1801.5 USDT; 0.00003 BTC for 1 USDT.
    expect(averageText(BTC, 180_150_000_000n, 3_000)).toBe('60050');
    expect(averageText(BTC, 100_000_000n, 3)).toBe('33333.3333333333');
    expect(averageText(BTC, 200_000_000n, 3)).toBe('66666.6666666667');
  });
});

it('an instrument id joins base and quote', () => {
  expect(instIdOf(BTC)).toBe('BTC-USDT');
});
