/** How definitions are written down: whole arrays, no state, no care for speed. NaN where there is no value yet. */
import type { Bar } from '../../../src/core/domain/market.ts';

/** A bar with the other market's close. */
export interface PairedBar extends Bar {
  readonly reference: number;
}

/** One series per output. */
export type Outputs = Readonly<Record<string, readonly number[]>>;

/** The outputs of an indicator, from the bars and its parameters. */
export type Definition = (
  bars: readonly PairedBar[],
  params: Readonly<Record<string, number>>,
) => Outputs;

export type Series = readonly number[];
export type Bars = readonly Bar[];

export const closes = (bars: Bars): Series => bars.map((bar) => bar.close);
export const volumes = (bars: Bars): Series => bars.map((bar) => bar.volume);
export const typical = (bar: Bar): number => (bar.high + bar.low + bar.close) / 3;
export const middleOf = (bar: Bar): number => (bar.high + bar.low) / 2;
export const sum = (values: Series): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: Series): number => sum(values) / values.length;
export const at = (values: Series, i: number): number => values[i] ?? Number.NaN;
export const isFlat = (values: Series): boolean => values.every((value) => value === values[0]);
export const highest = (bars: Bars): number => Math.max(...bars.map((bar) => bar.high));
export const lowest = (bars: Bars): number => Math.min(...bars.map((bar) => bar.low));

/** `f` of the last n values at each place, NaN where there are fewer or one of them is NaN. */
export function rolling(values: Series, n: number, f: (window: Series) => number): Series {
  return values.map((_, i) => {
    const window = values.slice(Math.max(0, i - n + 1), i + 1);
    return window.length < n || window.some(Number.isNaN) ? Number.NaN : f(window);
  });
}

/** `f` of the last n bars at each place. */
export function rollingBars<Each extends Bar>(
  bars: readonly Each[],
  n: number,
  f: (window: readonly Each[]) => number,
): Series {
  return bars.map((_, i) => (i + 1 < n ? Number.NaN : f(bars.slice(i + 1 - n, i + 1))));
}

/** Two series, place by place. */
export function both(a: Series, b: Series, f: (a: number, b: number) => number): Series {
  return a.map((value, i) => f(value, at(b, i)));
}

export const minus = (a: Series, b: Series): Series => both(a, b, (x, y) => x - y);

/** A series that is shown only where the other one has begun. */
export const shownWith = (a: Series, b: Series): Series =>
  both(a, b, (value, other) => (Number.isNaN(other) ? Number.NaN : value));

/** The series of n places before. */
export const lagged = (values: Series, n: number): Series =>
  values.map((_, i) => at(values, i - n));

/** Mean of the first n values that are numbers, then `weight` for each new one. */
function smoothed(values: Series, n: number, weight: number): Series {
  const first = values.findIndex((value) => !Number.isNaN(value));
  let previous = Number.NaN;
  return values.map((value, i) => {
    if (first < 0 || i < first + n - 1) return Number.NaN;
    previous =
      i === first + n - 1
        ? mean(values.slice(first, i + 1))
        : weight * value + (1 - weight) * previous;
    return previous;
  });
}

export const sma = (values: Series, n: number): Series => rolling(values, n, mean);
export const ema = (values: Series, n: number): Series => smoothed(values, n, 2 / (n + 1));
export const wilder = (values: Series, n: number): Series => smoothed(values, n, 1 / n);
export const wma = (values: Series, n: number): Series =>
  rolling(values, n, (w) => sum(w.map((value, i) => value * (i + 1))) / ((n * (n + 1)) / 2));

export const changes = (values: Series): Series => minus(values, lagged(values, 1));
export const rises = (values: Series): Series => changes(values).map((x) => Math.max(x, 0));
export const falls = (values: Series): Series => changes(values).map((x) => Math.max(-x, 0));

export function trueRanges(bars: Bars): Series {
  return bars.map((bar, i) => {
    const before = bars[i - 1]?.close ?? Number.NaN;
    return Math.max(bar.high - bar.low, Math.abs(bar.high - before), Math.abs(bar.low - before));
  });
}

export const atr = (bars: Bars, n: number): Series => wilder(trueRanges(bars), n);

export function variance(window: Series): number {
  if (isFlat(window)) return 0;
  const middle = mean(window);
  return mean(window.map((value) => (value - middle) ** 2));
}

export const deviation = (window: Series): number => Math.sqrt(variance(window));

/** Where the last close lies in the bars' range, 0 to 1; 0.5 without a range. */
export function place(bars: Bars): number {
  const range = highest(bars) - lowest(bars);
  const close = bars.at(-1)?.close ?? Number.NaN;
  return range === 0 ? 0.5 : (close - lowest(bars)) / range;
}

/** Log returns. */
export const returns = (values: Series): Series => changes(values.map(Math.log));
