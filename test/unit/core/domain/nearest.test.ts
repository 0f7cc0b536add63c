import { describe, expect, it } from '@jest/globals';
import { editDistance, nearestWord } from '../../../../src/core/domain/nearest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['budget', 'bugdet', 1],
    ['Budget', 'budget', 0],
    ['stoploss', 'stop_loss', 1],
  ])('of %p and %p is %d', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });
});

describe('nearestWord', () => {
  const known = ['budget', 'symbol', 'stop_loss', 'timeframe'];

  it('finds the word that was meant', () => {
    expect(nearestWord('bugdet', known)).toBe('budget');
    expect(nearestWord('stoploss', known)).toBe('stop_loss');
    expect(nearestWord('timeFrames', known)).toBe('timeframe');
  });

  it('does not guess when nothing is near', () => {
    expect(nearestWord('leverage', known)).toBeUndefined();
    expect(nearestWord('x', known)).toBeUndefined();
    expect(nearestWord('b'.repeat(1_000), known)).toBeUndefined();
  });
});
