import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bar } from '../../../../src/core/domain/market.ts';
import type { SignalReading } from '../../../../src/core/domain/signal.ts';
import { HOUR_MS } from '../../../../src/core/domain/time.ts';
import { SIGNAL_GROUPS, SIGNAL_POINTS } from '../../../../src/core/signals/points.ts';
import { SignalEngine } from '../../../../src/core/signals/signalEngine.ts';
import { anyBars, barAt, flatBars, walkOf } from '../../../builders/bars.ts';

const pointOf = new Map(SIGNAL_POINTS.map((point) => [point.id, point]));

function fed(bars: readonly Bar[]): SignalEngine {
  const engine = new SignalEngine(HOUR_MS);
  for (const bar of bars) engine.update(bar);
  return engine;
}

function readings(bars: readonly Bar[]): SignalReading[] {
  const engine = new SignalEngine(HOUR_MS);
  return bars.map((bar) => {
    engine.update(bar);
    return engine.read();
  });
}

function valueOf(reading: SignalReading, id: string): number {
  return reading.contributions.find((part) => part.id === id)?.value ?? NaN;
}

/** Bars that march by `step` per mille each, with wicks of a tenth of it. */
function march(count: number, step: number): Bar[] {
  let price = 100;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    price *= 1 + step / 1000;
    const [low, high] = [Math.min(open, price), Math.max(open, price)];
    return barAt(i, price, { open, high: high * 1.0001, low: low * 0.9999 });
  });
}

describe('SignalEngine', () => {
  it('says nothing before the first bar', () => {
    expect(new SignalEngine(HOUR_MS).read()).toEqual({
      at: 0,
      score: 0,
      coverage: 0,
      contributions: [],
    });
  });

  it('reads at the end of the last completed bar', () => {
    const engine = new SignalEngine(HOUR_MS);
    engine.update(barAt(7, 100));
    expect(engine.read().at).toBe(8 * HOUR_MS);
  });

  it.each([0, -1, 1.5, NaN])('refuses a bar length of %p ms', (timeframeMs) => {
    expect(() => new SignalEngine(timeframeMs)).toThrow(/^timeframeMs: /u);
  });

  it('makes each point available with the bar of its warm-up, not earlier', () => {
    const engine = new SignalEngine(HOUR_MS);
    for (const [i, bar] of walkOf(engine.warmUpBars + 5, 2).entries()) {
      engine.update(bar);
      const available = SIGNAL_POINTS.filter((point) => i + 1 >= point.warmUp);
      const reading = engine.read();
      expect(reading.contributions.map((part) => part.id).sort()).toEqual(
        available.map((point) => point.id).sort(),
      );
      expect(reading.coverage).toBe(available.length / SIGNAL_POINTS.length);
      expect(reading.coverage === 1).toBe(i + 1 >= engine.warmUpBars);
    }
  });

  it('stays within [−1, 1], and its contributions sum to the score, in every market', () => {
    const glitch = fc.record({
      at: fc.integer({ min: 0, max: 400 }),
      close: fc.constantFrom(1e-8, 1e8),
    });
    fc.assert(
      fc.property(anyBars(310, 420), fc.option(glitch), (bars, wild) => {
        const engine = new SignalEngine(HOUR_MS);
        for (const [i, bar] of bars.entries()) {
          const { close } = wild?.at === i ? wild : bar;
          const [high, low] = [Math.max(bar.high, close), Math.min(bar.low, close)];
          engine.update({ ...bar, close, high, low });
          if (i % 7 !== 0) continue;
          const { score, contributions } = engine.read();
          const sum = contributions.reduce((total, part) => total + part.contribution, 0);
          expect(Math.abs(sum - score)).toBeLessThan(1e-12);
          for (const { value } of [...contributions, { value: score }]) {
            expect(Math.abs(value)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('weighs groups alike, and points by their weight within a group', () => {
    const { contributions, score } = fed(walkOf(400, 6)).read();
    const groupScores = SIGNAL_GROUPS.map((group) => {
      const parts = contributions.filter((part) => part.group === group);
      const weights = parts.map((part) => pointOf.get(part.id)?.weight ?? NaN);
      const weighted = parts.map((part, i) => part.value * (weights[i] ?? NaN));
      return weighted.reduce((a, b) => a + b, 0) / weights.reduce((a, b) => a + b, 0);
    });
    expect(score).toBeCloseTo(groupScores.reduce((a, b) => a + b, 0) / SIGNAL_GROUPS.length, 12);
  });

  it('shares the score among the groups that are available', () => {
    // After three bars only mean reversion has points.
    const { contributions, score } = fed(walkOf(3, 6)).read();
    expect(new Set(contributions.map((part) => part.group))).toEqual(new Set(['meanReversion']));
    const mean = contributions.reduce((sum, part) => sum + part.value, 0) / contributions.length;
    expect(score).toBeCloseTo(mean, 12);
  });

  it('lists the largest contributions first and lets gates contribute nothing', () => {
    const { contributions } = fed(walkOf(400, 12)).read();
    const sizes = contributions.map((part) => Math.abs(part.contribution));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const gate = contributions.find((part) => part.id === 'rv_ratio');
    expect(gate?.contribution).toBe(0);
    expect(gate?.value).not.toBe(0);
  });

  it('never looks ahead: a reading is the same whatever bars follow', () => {
    const past = walkOf(350, 40);
    const whole = readings([...past, ...walkOf(100, 41, past.at(-1)?.close)]);
    expect(readings(past)).toEqual(whole.slice(0, past.length));
  });

  it('reads the same from the same bars, however often it is asked', () => {
    const bars = walkOf(340, 50);
    const asked = readings(bars);
    const engine = fed(bars);
    expect(engine.read()).toEqual(asked.at(-1));
    expect(engine.read()).toBe(engine.read());
    expect(fed(bars).score).toBe(asked.at(-1)?.score);
    engine.update(barAt(340, 1));
    expect(engine.score).toBe(engine.read().score);
    expect(engine.score).not.toBe(asked.at(-1)?.score);
  });

  it('keeps no bar: the caller may reuse one object', () => {
    const bars = walkOf(340, 51);
    const engine = new SignalEngine(HOUR_MS);
    const reused = { ...barAt(0, 1) };
    for (const bar of bars) engine.update(Object.assign(reused, bar));
    Object.assign(reused, barAt(999, 1e6));
    expect(engine.read()).toEqual(fed(bars).read());
  });

  it('is like new after reset', () => {
    const engine = fed(walkOf(500, 60));
    engine.read();
    engine.reset();
    expect(engine.score).toBe(0);
    expect(engine.read()).toEqual(new SignalEngine(HOUR_MS).read());
    const bars = walkOf(320, 61);
    for (const bar of bars) engine.update(bar);
    expect(engine.read()).toEqual(fed(bars).read());
  });

  it('has no opinion in a market that never moves and never trades', () => {
    const { score, coverage, contributions } = fed(flatBars(400, 0.1, 0)).read();
    expect([score, coverage]).toEqual([0, 1]);
    expect(contributions.every((part) => Math.abs(part.value) < 1e-9)).toBe(true);
  });

  it('calls a breakout from a quiet range bullish upwards and bearish downwards, trend against reversion', () => {
    const quiet = walkOf(400, 70);
    const start = quiet.at(-1)?.close ?? NaN;
    const scale = start / 100;
    const after = (step: number): SignalReading =>
      fed([
        ...quiet,
        ...march(30, step).map((bar) => ({
          ...bar,
          open: bar.open * scale,
          high: bar.high * scale,
          low: bar.low * scale,
          close: bar.close * scale,
          volume: 2000,
        })),
      ]).read();
    const [up, down] = [after(8), after(-8)];
    const following = ['ema_12_26', 'donchian_55', 'aroon_25', 'tsmom_24', 'rsi_14', 'up_ratio_20'];
    const volume = ['rel_volume', 'obv_slope', 'mfi_14', 'cmf_20'];
    for (const id of [...following, ...volume]) {
      expect([id, valueOf(up, id) > 0.3, valueOf(down, id) < -0.3]).toEqual([id, true, true]);
    }
    for (const id of ['bb_pctb', 'rsi_2', 'z_close_48', 'vwap_dev']) {
      expect([id, valueOf(up, id) < -0.3, valueOf(down, id) > 0.3]).toEqual([id, true, true]);
    }
    expect(up.score).toBeGreaterThan(0);
    expect(down.score).toBeLessThan(0);
  });
});
