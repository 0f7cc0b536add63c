import { describe, expect, it } from '@jest/globals';
import { Adx } from '../../../../src/core/indicators/adx.ts';
import { barAt, flatBars } from '../../../builders/bars.ts';

const stair = (i: number, step: number): ReturnType<typeof barAt> =>
  barAt(i, 100 + i * step, { high: 101 + i * step, low: 99 + i * step });

describe('Adx', () => {
  it('is 100 in a straight march, with the indicator of its direction above the other', () => {
    for (const step of [1, -1]) {
      const adx = new Adx(3);
      for (let i = 0; i < 10; i += 1) adx.update(stair(i, step));
      expect(adx.value).toBe(100);
      expect(adx.plusDi > adx.minusDi).toBe(step > 0);
    }
  });

  it('shows the directional indicators before the index', () => {
    const adx = new Adx(3);
    for (let i = 0; i < 4; i += 1) adx.update(stair(i, 1));
    expect([adx.value, adx.minusDi]).toEqual([NaN, 0]);
    expect(adx.plusDi).toBeGreaterThan(0);
  });

  it('is 0 while nothing has ever moved, and awake as soon as something does', () => {
    const adx = new Adx(3);
    for (const bar of flatBars(20, 100, 1)) adx.update(bar);
    expect([adx.value, adx.plusDi, adx.minusDi]).toEqual([0, 0, 0]);
    for (let i = 1; i < 20; i += 1) adx.update(stair(i, 1));
    expect(adx.value).toBeGreaterThan(99);
  });
});
