import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, divide, fromFloat, ZERO } from '../../../../src/core/domain/amount.ts';
import { findDifference } from '../../../builders/arithmetic.ts';

const OPERATIONS = 20_000;

describe('the arithmetic', () => {
  it('agrees with decimal.js to the last digit, whatever the magnitudes (npm run arithmetic does millions)', () => {
    expect(findDifference(OPERATIONS, 1)).toBeUndefined();
  });

  it('has one zero, without a sign and without a scale', () => {
    for (const zero of [dec('-0.00'), dec(-0), dec('1.5').minus('1.50'), dec('0.1').times(0)])
      expect(zero).toBe(ZERO);
  });

  it('keeps a count in a number as long as that is exact, and comes back to it', () => {
    const largest = dec(Number.MAX_SAFE_INTEGER);
    expect(typeof largest.plus(1).units).toBe('bigint');
    expect(largest.plus(1).minus(1).units).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('does not divide by zero', () => {
    expect(() => divide(dec(1), ZERO, 2, 'down')).toThrow('DIVISION_BY_ZERO: 1 by 0');
  });
});

describe('reading a number', () => {
  it.each([
    ['1', '1'],
    ['-12.500', '-12.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+1e3', '1000'],
    ['1.23E-5', '0.0000123'],
    ['100e-1', '10'],
    ['-0', '0'],
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
  ])('takes %s for %s', (text, expected) => {
    expect(dec(text).toString()).toBe(expected);
    expect(JSON.stringify([dec(text)])).toBe(`["${expected}"]`);
  });

  it.each([
    '',
    '.',
    '-',
    'e5',
    '1e',
    '1e401',
    '0x10',
    '1 ',
    '1,5',
    'NaN',
    'Infinity',
    '1'.repeat(1_001),
  ])('refuses %j', (text) => {
    expect(() => dec(text)).toThrow('DECIMAL_INVALID');
  });

  it('refuses floats that are not finite', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => dec(value)).toThrow('DECIMAL_INVALID');
  });

  it('takes a float for its shortest text', () => {
    const floats = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.tuple(fc.integer(), fc.nat({ max: 12 })).map(([units, places]) => units / 10 ** places),
    );
    fc.assert(
      fc.property(floats, (value) => dec(value).eq(dec(String(value)))),
      { numRuns: 2_000 },
    );
  });
});

describe('a computed float', () => {
  it('keeps twelve digits and loses its noise', () => {
    expect(fromFloat(100.30000000000001).toString()).toBe('100.3');
    expect(fromFloat(1 / 3).toString()).toBe('0.333333333333');
    expect(() => fromFloat(Number.NaN)).toThrow('DECIMAL_INVALID');
    const floats = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(floats, (value) => fromFloat(value).eq(dec(value.toPrecision(12)))),
      { numRuns: 2_000 },
    );
  });
});
