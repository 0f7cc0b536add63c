import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import {
  amountFor,
  exactPrice,
  isPrice,
  lotAmount,
  tickPrice,
} from '../../../../src/core/risk/sizing.ts';
import { anInstrument } from '../../../builders/orders.ts';

describe('exactPrice', () => {
  it('drops float noise and keeps every digit that means something', () => {
    expect(toText(exactPrice(0.1 + 0.2))).toBe('0.3');
    expect(toText(exactPrice(64_123.456789))).toBe('64123.456789');
    expect(toText(exactPrice(0.000012345678))).toBe('0.000012345678');
  });
});

describe('isPrice', () => {
  it.each([0, -1, Number.NaN, Infinity])('knows no price in %d', (value) => {
    expect(isPrice(value)).toBe(false);
  });

  it('knows one in any positive number', () => {
    expect(isPrice(1e-9)).toBe(true);
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
