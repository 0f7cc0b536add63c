import { describe, expect, it } from '@jest/globals';
import { dec, toText, ZERO } from '../../../../src/core/domain/decimal.ts';
import { amountFor, exactPrice, lotAmount, tickPrice } from '../../../../src/core/risk/sizing.ts';
import { anInstrument } from '../../../builders/orders.ts';

const text = (value: ReturnType<typeof exactPrice>): string => toText(value ?? ZERO);

describe('exactPrice', () => {
  it('drops float noise and keeps every digit that means something', () => {
    expect(text(exactPrice(0.1 + 0.2))).toBe('0.3');
    expect(text(exactPrice(64_123.456789))).toBe('64123.456789');
    expect(text(exactPrice(0.000012345678))).toBe('0.000012345678');
  });

  it.each([0, -1, Number.NaN, Infinity])('knows no price in %d', (price) => {
    expect(exactPrice(price)).toBeUndefined();
  });
});

describe('steps that are not powers of ten', () => {
  const instrument = anInstrument({ tickSize: dec('0.25'), lotSize: dec('0.3') });

  it('rounds prices and amounts to multiples of them', () => {
    expect(toText(tickPrice(dec('10.6'), 'buy', instrument))).toBe('10.5');
    expect(toText(tickPrice(dec('10.6'), 'sell', instrument))).toBe('10.75');
    expect(toText(lotAmount(dec('1'), instrument))).toBe('0.9');
  });

  it('spends at most the quote given and could not spend one lot more', () => {
    const amount = amountFor(dec('100'), dec('10'), instrument);
    expect(toText(amount)).toBe('9.9');
    const spent = amount.times('10').times('1.002');
    expect(spent.lte(100) && spent.plus('3.006').gt(100)).toBe(true);
  });
});
