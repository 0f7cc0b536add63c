import { describe, expect, it } from '@jest/globals';
import type { Bar } from '../../../../src/core/domain/market.ts';
import { Atr } from '../../../../src/core/indicators/atr.ts';
import { Ema } from '../../../../src/core/indicators/ema.ts';
import { Rsi } from '../../../../src/core/indicators/rsi.ts';
import { ExponentialMean } from '../../../../src/core/indicators/parts/exponentialMean.ts';
import { HISTORY_BARS_MIN, Z_SPAN_BARS } from '../../../../src/core/signals/seeding.ts';
import { SeriesTracker } from '../../../../src/core/signals/seriesTracker.ts';
import { RANK_BARS, RANK_STRIDE_BARS } from '../../../../src/core/signals/trendTracker.ts';
import { walkOf } from '../../../builders/bars.ts';

const WALK = walkOf(1400, 33);

/**
 * T of the last raw value against all earlier ones, as the definition reads: their weighted mean and variance, where the
 * first half span of values counts alike and each later one takes 2/(span + 1) of the whole.
 */
function againstPast(raw: readonly number[]): number {
  const past = raw.slice(0, -1);
  const seed = Z_SPAN_BARS / 2;
  const alpha = 2 / (Z_SPAN_BARS + 1);
  const weights: number[] = [];
  for (let i = past.length - 1, rest = 1; i >= 0; i -= 1) {
    const share = i < seed ? 1 / (i + 1) : alpha;
    weights[i] = rest * share;
    rest *= 1 - share;
  }
  const mean = past.reduce((sum, x, i) => sum + x * (weights[i] ?? NaN), 0);
  const variance = past.reduce((sum, x, i) => sum + (x - mean) ** 2 * (weights[i] ?? NaN), 0);
  const z = ((raw.at(-1) ?? NaN) - mean) / Math.sqrt(variance);
  return Math.tanh(Math.max(-4, Math.min(4, z)) / 2);
}

/** Feeds the walk and compares, at a few bars, what the tracker says with what the raw values before it say. */
function compare(
  rawOf: () => (bar: Bar) => number,
  read: (tracker: SeriesTracker) => number,
): void {
  const tracker = new SeriesTracker();
  const raw = rawOf();
  const values: number[] = [];
  for (const [i, bar] of WALK.entries()) {
    tracker.update(bar);
    const value = raw(bar);
    if (!Number.isNaN(value)) values.push(value);
    const due = values.length === HISTORY_BARS_MIN + 1 || i % 97 === 0 || i === WALK.length - 1;
    if (values.length > HISTORY_BARS_MIN && due) {
      expect([i, read(tracker)]).toEqual([i, expect.closeTo(againstPast(values), 8)]);
    }
  }
  expect(values.length).toBeGreaterThan(Z_SPAN_BARS);
}

describe('SeriesTracker', () => {
  it.each([
    [12, 26, (tracker: SeriesTracker) => tracker.trend.spreadShort()],
    [50, 200, (tracker: SeriesTracker) => tracker.trend.spreadLong()],
  ] as const)('measures EMA%i − EMA%i in ATR against its past', (fast, slow, read) => {
    compare(() => {
      const [fastEma, slowEma, atr] = [new Ema(fast), new Ema(slow), new Atr(14)];
      return (bar) => (fastEma.update(bar) - slowEma.update(bar)) / atr.update(bar);
    }, read);
  });

  it('measures the MACD histogram in ATR against its past', () => {
    compare(
      () => {
        const [fast, slow, atr] = [new Ema(12), new Ema(26), new Atr(14)];
        const signal = ExponentialMean.standard(9);
        return (bar) => {
          const line = fast.update(bar) - slow.update(bar);
          const range = atr.update(bar);
          return Number.isNaN(line) ? NaN : (line - signal.push(line)) / range;
        };
      },
      (tracker) => tracker.trend.histogram(),
    );
  });

  it('measures mean volume and the distance from the volume-weighted price against their past', () => {
    const flow = (): ((bar: Bar) => { volume: number; distance: number }) => {
      const [volumes, turnovers, atr] = [
        ExponentialMean.standard(24),
        ExponentialMean.standard(24),
        new Atr(14),
      ];
      return (bar) => {
        const volume = volumes.push(bar.volume);
        const price = (bar.high + bar.low + bar.close) / 3;
        const turnover = turnovers.push(price * bar.volume);
        return { volume, distance: (bar.close - turnover / volume) / atr.update(bar) };
      };
    };
    compare(
      () => {
        const next = flow();
        return (bar) => next(bar).volume;
      },
      (tracker) => tracker.flow.volume(),
    );
    compare(
      () => {
        const next = flow();
        return (bar) => next(bar).distance;
      },
      (tracker) => tracker.flow.distance(),
    );
  });

  it('knows the strength of the market as RSI does', () => {
    const tracker = new SeriesTracker();
    const [rsi14, rsi2] = [new Rsi(14), new Rsi(2)];
    const values: number[] = [];
    for (const [i, bar] of WALK.slice(0, 200).entries()) {
      tracker.update(bar);
      values.push(rsi14.update(bar));
      rsi2.update(bar);
      if (i < 20) continue;
      expect(100 * tracker.motion.strength14()).toBeCloseTo(values[i] ?? NaN, 9);
      expect(100 * tracker.motion.strength2()).toBeCloseTo(rsi2.value, 9);
      const change = (values[i] ?? NaN) - (values[i - 5] ?? NaN);
      expect(100 * tracker.motion.strength14Change()).toBeCloseTo(change, 9);
    }
  });

  it('ranks ATR/C among every fourth of its last values, the current one not among them', () => {
    const tracker = new SeriesTracker();
    const atr = new Atr(14);
    const values: number[] = [];
    for (const [i, bar] of WALK.entries()) {
      tracker.update(bar);
      const value = atr.update(bar) / bar.close;
      const past = values
        .slice(-RANK_BARS)
        .reverse()
        .filter((_, ago) => (ago + 1) % RANK_STRIDE_BARS === 0);
      if (i > 20 && i % 53 === 0) {
        const below = past.filter((x) => x < value).length;
        const above = past.filter((x) => x > value).length;
        expect([i, tracker.trend.rangeRank()]).toEqual([i, (below - above) / past.length]);
      }
      if (i >= 14) values.push(value);
    }
  });

  it('splits the variance of returns into rising and falling bars, the current bar not in the long one', () => {
    const tracker = new SeriesTracker();
    for (const bar of WALK.slice(0, 120)) tracker.update(bar);
    const returns = WALK.slice(1, 120).map((bar, i) => bar.close / (WALK[i]?.close ?? NaN) - 1);
    const past = returns.slice(0, -1);
    const squares = past.map((r) => r * r);
    const falls = past.map((r) => (r < 0 ? r * r : 0));
    const mean = (values: number[]): number =>
      values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(tracker.motion.varianceLong()).toBeCloseTo(mean(squares), 15);
    expect(tracker.motion.varianceFalling()).toBeCloseTo(mean(falls), 15);
    const short = ExponentialMean.standard(24);
    for (const r of returns) short.push(r * r);
    expect(tracker.motion.varianceShort()).toBeCloseTo(short.value, 15);
  });
});
