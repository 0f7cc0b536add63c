import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Lag } from '../../src/core/indicators/parts/lag.ts';
import { RollingMoments } from '../../src/core/indicators/parts/rollingMoments.ts';
import { RollingRange } from '../../src/core/indicators/parts/rollingRange.ts';
import { RollingSum } from '../../src/core/indicators/parts/rollingSum.ts';

/** Whole numbers: sums of them are exact, so that a window can be compared digit by digit. */
const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 80 });
const length = fc.integer({ min: 1, max: 12 });

function windowsOf(values: readonly number[], n: number): (readonly number[] | undefined)[] {
  return values.map((_, i) => (i + 1 < n ? undefined : values.slice(i + 1 - n, i + 1)));
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe('windows over the last n samples', () => {
  it('sum exactly what is in the window, and nothing before it is full', () => {
    fc.assert(
      fc.property(samples, length, (values, n) => {
        const sum = new RollingSum(n);
        const seen = values.map((value) => sum.push(value));
        expect(seen).toEqual(windowsOf(values, n).map((window) => (window ? total(window) : NaN)));
      }),
    );
  });

  it('know the highest high and the lowest low of the window', () => {
    fc.assert(
      fc.property(samples, length, (values, n) => {
        const range = new RollingRange(n);
        const seen = values.map((value) => {
          range.push(value + 1, value - 1);
          return [range.highest, range.lowest];
        });
        expect(seen).toEqual(
          windowsOf(values, n).map((window) =>
            window ? [Math.max(...window) + 1, Math.min(...window) - 1] : [NaN, NaN],
          ),
        );
      }),
    );
  });

  it('know mean and variance of the window, whatever passed through it before', () => {
    fc.assert(
      fc.property(samples, length, (values, n) => {
        const moments = new RollingMoments(n);
        moments.push(1e12);
        for (let i = 1; i < n; i += 1) moments.push(-1e12);
        for (const [i, value] of values.entries()) {
          moments.push(value);
          const window = windowsOf(values, n)[i];
          if (!window) continue;
          const mean = total(window) / n;
          const variance = total(window.map((x) => (x - mean) ** 2)) / n;
          expect(moments.mean).toBeCloseTo(mean, 9);
          expect(moments.variance).toBeCloseTo(variance, 6);
          expect(moments.variance).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('have a variance of exactly 0 when all samples are equal', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), length, (value, n) => {
        const moments = new RollingMoments(n);
        for (let i = 0; i < 3 * n; i += 1) moments.push(value);
        expect([moments.mean, moments.variance]).toEqual([value, 0]);
      }),
    );
  });

  it('give back the sample of n pushes ago', () => {
    fc.assert(
      fc.property(samples, length, (values, n) => {
        const lag = new Lag(n);
        expect(values.map((value) => lag.push(value))).toEqual(
          values.map((_, i) => values[i - n] ?? NaN),
        );
      }),
    );
  });

  it('take the last sample back as if it had never come', () => {
    fc.assert(
      fc.property(samples, length, (values, n) => {
        const [sum, plainSum] = [new RollingSum(n), new RollingSum(n)];
        const [range, plainRange] = [new RollingRange(n), new RollingRange(n)];
        const [moments, plainMoments] = [new RollingMoments(n), new RollingMoments(n)];
        const [lag, plainLag] = [new Lag(n), new Lag(n)];
        for (const value of values) {
          sum.push(7e9);
          range.push(7e9, -7e9);
          moments.push(7e9);
          lag.push(7e9);
          for (const window of [sum, range, moments, lag]) window.takeBack();
          expect(sum.push(value)).toEqual(plainSum.push(value));
          range.push(value, value);
          plainRange.push(value, value);
          expect([range.highest, range.lowest]).toEqual([plainRange.highest, plainRange.lowest]);
          moments.push(value);
          plainMoments.push(value);
          expect([moments.mean, moments.variance]).toEqual([
            plainMoments.mean,
            plainMoments.variance,
          ]);
          expect(lag.push(value)).toEqual(plainLag.push(value));
        }
      }),
    );
  });
});
