import { describe, expect, it } from '@jest/globals';
import {
  add,
  dec,
  isAboveZero,
  subtract,
  sumOf,
  toFixedText,
  toSignificant,
  toText,
  ZERO,
} from '../../../../src/core/domain/decimal.ts';

describe('sums', () => {
  it('add, take away and add up', () => {
    expect(toText(add(dec('0.1'), dec('0.2')))).toBe('0.3');
    expect(toText(subtract(dec('0.3'), dec('0.1')))).toBe('0.2');
    expect(toText(sumOf([dec('0.1'), dec('-3'), dec('2.95')]))).toBe('0.05');
    expect(subtract(dec('7'), dec('7'))).toBe(ZERO);
  });
});

describe('isAboveZero', () => {
  it.each([
    ['0.00000001', true],
    ['0', false],
    ['-0', false],
    ['-1', false],
  ])('of %s is %s', (text, expected) => {
    expect(isAboveZero(dec(text))).toBe(expected);
  });
});

describe('text for people', () => {
  it.each([
    ['12.345', 2, '12.34'],
    ['12.355', 2, '12.36'],
    ['12', 2, '12.00'],
    ['-0.004', 2, '0.00'],
    ['1999.9', 0, '2000'],
  ])('has exactly so many decimals: %s with %d is %s', (text, decimals, expected) => {
    expect(toFixedText(dec(text), decimals)).toBe(expected);
  });

  it.each([
    ['0.000123456', 4, '0.0001235'],
    ['123456', 4, '123500'],
    ['999.96', 4, '1000'],
    ['1.5', 4, '1.5'],
    ['-98765.4321', 6, '-98765.4'],
  ])('has so many digits: %s with %d is %s', (text, digits, expected) => {
    expect(toText(toSignificant(dec(text), digits))).toBe(expected);
  });
});
