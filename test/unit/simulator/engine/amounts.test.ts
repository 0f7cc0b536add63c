import { describe, expect, it } from '@jest/globals';
import {
  atomsOf,
  decimalsOf,
  formatAtoms,
  formatScaled,
  parseScaled,
} from '../../../../src/simulator/engine/amounts.ts';

describe('scaled amounts', () => {
  it.each([
    ['12.5', 2, 1250n],
    ['0.00000001', 8, 1n],
    ['5', 0, 5n],
    ['1.500', 1, 15n],
    ['7.', 2, 700n],
  ])('reads %s at %d decimals', (text, decimals, expected) => {
    expect(parseScaled(text, decimals)).toBe(expected);
  });

  it.each(['', '-1', '1e5', '.5', '1,5', ' 1', 'NaN', '0x10'])('does not read "%s"', (text) => {
    expect(parseScaled(text, 8)).toBeUndefined();
  });

  it('says when digits would be lost', () => {
    expect(parseScaled('1.23', 1)).toBe('TOO_PRECISE');
    expect(() => atomsOf('0.123456789')).toThrow('at most 8 decimals');
  });

  it('writes with the decimals asked for', () => {
    expect(formatScaled(1250, 2)).toBe('12.50');
    expect(formatScaled(5, 0)).toBe('5');
    expect(formatScaled(5, 0, 8)).toBe('5.00000000');
    expect(formatScaled(7n, 5, 8)).toBe('0.00007000');
    expect(formatAtoms(-150_000_000n)).toBe('-1.50000000');
  });

  it('counts decimals that matter', () => {
    expect(['1', '1.0', '1.50', '0.001'].map(decimalsOf)).toEqual([0, 0, 1, 3]);
  });
});
