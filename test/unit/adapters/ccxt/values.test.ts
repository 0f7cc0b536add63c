import { describe, expect, it } from '@jest/globals';
import {
  barOf,
  decimalOf,
  field,
  listOf,
  millisOf,
  numberOf,
  textOf,
} from '../../../../src/adapters/ccxt/values.ts';
import { toText, ZERO } from '../../../../src/core/domain/decimal.ts';

describe('readers of loose values', () => {
  it('read a property of an object, and nothing of anything else', () => {
    expect(field({ a: 1 }, 'a')).toBe(1);
    expect([
      field(undefined, 'a'),
      field(null, 'a'),
      field('text', 'length'),
      field(1, 'a'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('read text, of numbers too, but not emptiness', () => {
    expect([textOf('a'), textOf(28), textOf(''), textOf(NaN), textOf(null), textOf({})]).toEqual([
      'a',
      '28',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('read decimals exactly', () => {
    const text = '0.123456789012345678901234567890';
    expect(toText(decimalOf(text) ?? ZERO)).toBe('0.12345678901234567890123456789');
    expect([decimalOf('abc'), decimalOf('Infinity'), decimalOf(''), decimalOf(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('read finite numbers', () => {
    expect([
      numberOf('1.5'),
      numberOf(2),
      numberOf(''),
      numberOf('x'),
      numberOf(Infinity),
      numberOf(null),
    ]).toEqual([1.5, 2, undefined, undefined, undefined, undefined]);
  });

  it('read times after the epoch', () => {
    expect([millisOf(1_700_000_000_000.7), millisOf('5'), millisOf(0), millisOf(-1)]).toEqual([
      1_700_000_000_000,
      5,
      undefined,
      undefined,
    ]);
  });

  it('read bars of six numbers, and no others', () => {
    expect(barOf([1, 2, 3, 4, 5, 6, 'more'])).toEqual({
      openTime: 1,
      open: 2,
      high: 3,
      low: 4,
      close: 5,
      volume: 6,
    });
    expect([barOf([1, 2, 3, 4, 5]), barOf([1, 2, 3, null, 5, 6]), barOf('123456')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('read lists', () => {
    expect([listOf([]), listOf({ length: 0 }), listOf('a')]).toEqual([[], undefined, undefined]);
  });
});
