import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  INTERVALS,
  openOf,
  stepFrom,
} from '../../../../../src/simulator/venues/shared/intervals.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);
const MOMENT = fc.integer({ min: 0, max: at('2040-01-01') });
const SHIFT = fc.integer({ min: -12 * 60, max: 14 * 60 }).map((minutes) => minutes * 60_000);

describe('the opening of a bar', () => {
  it.each([
    ['1s', '2026-03-04T05:06:07.890Z', '2026-03-04T05:06:07.000Z'],
    ['1m', '2026-03-04T05:06:07.890Z', '2026-03-04T05:06:00.000Z'],
    ['6h', '2026-03-04T05:06:07.890Z', '2026-03-04T00:00:00.000Z'],
    ['1d', '2026-03-04T05:06:07.890Z', '2026-03-04T00:00:00.000Z'],
    ['1w', '2026-03-04T05:06:07.890Z', '2026-03-02T00:00:00.000Z'],
    ['1M', '2026-03-04T05:06:07.890Z', '2026-03-01T00:00:00.000Z'],
  ] as const)('of %s that contains %s is %s', (interval, moment, open) => {
    expect(openOf(interval, at(moment))).toBe(at(open));
  });

  it('of a day follows the time zone', () => {
    expect(openOf('1d', at('2026-03-04T17:00:00Z'), 8 * HOUR_MS)).toBe(at('2026-03-04T16:00:00Z'));
  });

  it('is at or before its moment and less than one bar away, for any interval, moment and zone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INTERVALS), MOMENT, SHIFT, (interval, ms, shiftMs) => {
        const open = openOf(interval, ms, shiftMs);
        expect(open).toBeLessThanOrEqual(ms);
        expect(stepFrom(interval, open, 1, shiftMs)).toBeGreaterThan(ms);
        expect(openOf(interval, open, shiftMs)).toBe(open);
      }),
    );
  });

  it('is reached again by as many steps back as forward', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...INTERVALS),
        MOMENT,
        fc.integer({ min: 0, max: 500 }),
        (interval, ms, steps) => {
          const open = openOf(interval, ms);
          expect(stepFrom(interval, stepFrom(interval, open, steps), -steps)).toBe(open);
        },
      ),
    );
  });
});
