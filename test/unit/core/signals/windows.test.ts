import { describe, expect, it } from '@jest/globals';
import type { Bar } from '../../../../src/core/domain/market.ts';
import { Bollinger } from '../../../../src/core/indicators/bollinger.ts';
import { Cmf } from '../../../../src/core/indicators/cmf.ts';
import { Donchian } from '../../../../src/core/indicators/donchian.ts';
import { Mfi } from '../../../../src/core/indicators/mfi.ts';
import { RecentBars } from '../../../../src/core/signals/recentBars.ts';
import * as windows from '../../../../src/core/signals/windows.ts';
import { barAt, barsOf, flatBars, walkOf } from '../../../builders/bars.ts';

function recent(bars: readonly Bar[]): RecentBars {
  const kept = new RecentBars();
  for (const bar of bars) kept.push(bar);
  return kept;
}

const rising = barsOf(...Array.from({ length: 60 }, (_, i) => 100 + i));
const falling = barsOf(...Array.from({ length: 60 }, (_, i) => 200 - i));

describe('window formulas', () => {
  it('agree with the indicators of the same name on every bar of a walk', () => {
    const kept = new RecentBars();
    const donchian = new Donchian(55);
    const bands = new Bollinger(20, 2);
    const mfi = new Mfi(14);
    const cmf = new Cmf(20);
    for (const [i, bar] of walkOf(1500, 17).entries()) {
      kept.push(bar);
      for (const indicator of [donchian, bands, mfi, cmf]) indicator.update(bar);
      if (i < 55) continue;
      const { upper, lower } = donchian;
      expect(windows.channelPosition(kept, 55)).toBeCloseTo(
        (2 * (bar.close - lower)) / (upper - lower) - 1,
        9,
      );
      const position = Math.max(-1, Math.min(1, 2 * bands.percentB - 1));
      expect(windows.bandPosition(kept, 20)).toBeCloseTo(position, 9);
      expect(windows.moneyFlowBalance(kept, 14)).toBeCloseTo((mfi.value - 50) / 50, 9);
      expect(windows.chaikinFlow(kept, 20)).toBeCloseTo(cmf.value, 9);
    }
  });

  it('point up in a rising market and down in a falling one', () => {
    const [up, down] = [recent(rising), recent(falling)];
    const directional: [(bars: RecentBars) => number, number][] = [
      [(bars) => windows.aroon(bars, 25), 1],
      [(bars) => windows.riseBalance(bars, 20), 1],
      [(bars) => windows.channelPosition(bars, 55), 1],
      [(bars) => windows.moneyFlowBalance(bars, 14), 1],
      [(bars) => windows.balanceVolumeTrend(bars, 48), 1],
    ];
    for (const [formula, expected] of directional) {
      expect(formula(up)).toBeCloseTo(expected, 12);
      expect(formula(down)).toBeCloseTo(-expected, 12);
    }
  });

  it('have no opinion in a market without movement and volume', () => {
    const still = recent(flatBars(64, 0.1, 0));
    const formulas = [
      windows.returnOver(still, 24),
      windows.channelPosition(still, 55),
      windows.aroon(still, 25),
      windows.riseBalance(still, 20),
      windows.bandPosition(still, 20),
      windows.closeAgainstPast(still, 48),
      windows.wickBalance(still, 3),
      windows.moneyFlowBalance(still, 14),
      windows.chaikinFlow(still, 20),
      windows.balanceVolumeTrend(still, 48),
    ];
    expect(formulas.map((value) => Math.abs(value))).toEqual(formulas.map(() => 0));
  });

  it('take the newer of equal extremes for Aroon', () => {
    const bars = recent(barsOf(1, 3, 2, 3, 2));
    // The high was one bar ago, the low four bars ago.
    expect(windows.aroon(bars, 4)).toBe((4 - 1) / 4);
  });

  it('measure the close against the closes before it, itself not among them', () => {
    const bars = recent(barsOf(9, 11, 9, 11, 12));
    expect(windows.closeAgainstPast(bars, 4)).toBeCloseTo(Math.tanh(2 / 2), 12);
  });

  it('read rejection from the wicks', () => {
    const hammer = barAt(0, 10, { open: 10, high: 10, low: 8 });
    const shooting = barAt(1, 10, { open: 10, high: 12, low: 10 });
    const spinning = barAt(2, 10, { open: 10, high: 11, low: 9 });
    expect(windows.wickBalance(recent([hammer]), 1)).toBe(1);
    expect(windows.wickBalance(recent([shooting]), 1)).toBe(-1);
    expect(windows.wickBalance(recent([hammer, shooting, spinning]), 3)).toBeCloseTo(0, 12);
    expect(windows.wickBalance(recent([hammer, hammer, spinning]), 3)).toBeCloseTo(2 / 3, 12);
  });

  it('correlate on-balance volume with time', () => {
    const bars = walkOf(48, 3);
    const level: number[] = [];
    for (const [i, bar] of bars.entries()) {
      const direction = i === 0 ? 0 : Math.sign(bar.close - (bars[i - 1]?.close ?? NaN));
      level.push((level[i - 1] ?? 0) + direction * bar.volume);
    }
    const mean = level.reduce((sum, x) => sum + x, 0) / 48;
    const crossed = level.reduce((sum, x, i) => sum + (x - mean) * (i - 23.5), 0);
    const spread = level.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const time = level.reduce((sum, _, i) => sum + (i - 23.5) ** 2, 0);
    expect(windows.balanceVolumeTrend(recent(bars), 48)).toBeCloseTo(
      crossed / Math.sqrt(spread * time),
      9,
    );
  });
});
