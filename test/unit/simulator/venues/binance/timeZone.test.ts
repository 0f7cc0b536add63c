import { describe, expect, it } from '@jest/globals';
import { readTimeZone } from '../../../../../src/simulator/venues/binance/timeZone.ts';

const HOUR_MS = 3_600_000;

describe('a time zone', () => {
  it.each([
    [undefined, 0],
    ['0', 0],
    ['8', 8 * HOUR_MS],
    ['-3:30', -3.5 * HOUR_MS],
    ['+05:45', 5.75 * HOUR_MS],
    ['14', 14 * HOUR_MS],
  ])('%s is so far ahead of UTC: %d ms', (text, shiftMs) => {
    expect(readTimeZone(text)).toBe(shiftMs);
  });

  it.each(['15', '-13', '5:61', 'UTC', '+-3'])('is not %s', (text) => {
    expect(() => readTimeZone(text)).toThrow("Data sent for parameter 'timeZone' is not valid.");
  });
});
