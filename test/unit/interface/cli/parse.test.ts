import { describe, expect, it } from '@jest/globals';
import { duration, moment, positive, whole } from '../../../../src/interface/cli/parse.ts';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['45s', 45_000],
    ['2m', 120_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
  ])('reads %s', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  it.each(['', '45', 's', '5 s', '5x', '-5s', '1s5', '1e3s'])('refuses "%s"', (text) => {
    expect(() => duration(text)).toThrow('A time needs a unit.');
  });

  it('refuses more than a timer can hold', () => {
    expect(() => duration('25d')).toThrow('At most 24 days.');
  });
});

describe('a moment', () => {
  it.each([
    ['2024-01-31', '2024-01-31T00:00:00.000Z'],
    ['2024-01-31T09:30Z', '2024-01-31T09:30:00.000Z'],
    ['2024-01-31T09:30:15Z', '2024-01-31T09:30:15.000Z'],
    ['2024-01-31T09:30:15.25Z', '2024-01-31T09:30:15.250Z'],
  ])('reads %s as UTC', (text, expected) => {
    expect(new Date(moment(text)).toISOString()).toBe(expected);
  });

  it.each(['2024', '31.01.2024', '2024-01-31 09:30', '2024-01-31T09:30:00+01:00', '2024-13-01'])(
    'refuses "%s"',
    (text) => {
      expect(() => moment(text)).toThrow('Write a UTC day');
    },
  );
});

describe('a number', () => {
  it('is whole and within its limits', () => {
    expect([whole(0, 9)('0'), whole(0, 9)('9')]).toEqual([0, 9]);
    for (const text of ['10', '-1', '1.5', '', 'x', '1e1']) {
      expect(() => whole(0, 9)(text)).toThrow('Write a whole number from 0 to 9.');
    }
  });

  it('is above zero and within its limit', () => {
    expect([positive(9)('0.5'), positive(9)('9')]).toEqual([0.5, 9]);
    for (const text of ['0', '9.1', '-1', 'x']) {
      expect(() => positive(9)(text)).toThrow('Write a number above 0, at most 9.');
    }
  });
});
