/**
 * Every indicator of the catalogue once more, as its definition reads: whole arrays, no state, no care for speed.
 * `NaN` where there is no value yet. What the kernels are held against.
 */
import { Adx } from '../../src/core/indicators/adx.ts';
import { Bollinger } from '../../src/core/indicators/bollinger.ts';
import type { Indicator } from '../../src/core/indicators/contract.ts';
import { Donchian } from '../../src/core/indicators/donchian.ts';
import { Macd } from '../../src/core/indicators/macd.ts';
import { Momentum } from '../../src/core/indicators/momentum.ts';
import { StandardDeviation } from '../../src/core/indicators/standardDeviation.ts';
import { Stochastic } from '../../src/core/indicators/stochastic.ts';
import type { Bar } from '../../src/core/domain/market.ts';

/** One series per output. */
export type Outputs = Readonly<Record<string, readonly number[]>>;

export interface Definition {
  /** False for totals since the start of the series, whose level keeps every bar for ever. */
  readonly forgets: boolean;
  /** The outputs from the bars. The first is `value`. */
  readonly outputs: (bars: readonly Bar[]) => Outputs;
  /** The same outputs, read from the instance. */
  readonly read: (indicator: Indicator) => Readonly<Record<string, number>>;
}

type Series = readonly number[];

const closes = (bars: readonly Bar[]): Series => bars.map((bar) => bar.close);
const typical = (bar: Bar): number => (bar.high + bar.low + bar.close) / 3;
const sum = (values: Series): number => values.reduce((total, value) => total + value, 0);
const mean = (values: Series): number => sum(values) / values.length;
const at = (values: Series, i: number): number => values[i] ?? Number.NaN;

/** `f` of the last n values at each place, NaN where there are fewer or one of them is NaN. */
function rolling(values: Series, n: number, f: (window: Series) => number): Series {
  return values.map((_, i) => {
    const window = values.slice(Math.max(0, i - n + 1), i + 1);
    return window.length < n || window.some(Number.isNaN) ? Number.NaN : f(window);
  });
}

/** `f` of the last n bars at each place. */
function rollingBars(
  bars: readonly Bar[],
  n: number,
  f: (window: readonly Bar[]) => number,
): Series {
  return bars.map((_, i) => (i + 1 < n ? Number.NaN : f(bars.slice(i + 1 - n, i + 1))));
}

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

const ema = (values: Series, n: number): Series => smoothed(values, n, 2 / (n + 1));
const wilder = (values: Series, n: number): Series => smoothed(values, n, 1 / n);

function changes(values: Series): Series {
  return values.map((value, i) => value - at(values, i - 1));
}

function trueRanges(bars: readonly Bar[]): Series {
  return bars.map((bar, i) => {
    const before = bars[i - 1]?.close ?? Number.NaN;
    return Math.max(bar.high - bar.low, Math.abs(bar.high - before), Math.abs(bar.low - before));
  });
}

const isFlat = (values: Series): boolean => values.every((value) => value === values[0]);

function deviation(window: Series): number {
  if (isFlat(window)) return 0;
  const middle = mean(window);
  return Math.sqrt(mean(window.map((value) => (value - middle) ** 2)));
}

function rsi(bars: readonly Bar[], n: number): Series {
  const moves = changes(closes(bars));
  const gains = wilder(
    moves.map((move) => Math.max(move, 0)),
    n,
  );
  const losses = wilder(
    moves.map((move) => Math.max(-move, 0)),
    n,
  );
  return gains.map((gain, i) => {
    const moved = gain + at(losses, i);
    return moved === 0 ? 50 : (100 * gain) / moved;
  });
}

/** As TA-Lib's MACD: the fast average does not see the closes before its seed. */
function macd(bars: readonly Bar[], fast: number, slow: number, signal: number): Outputs {
  const prices = closes(bars);
  const late = prices.map((price, i) => (i < slow - fast ? Number.NaN : price));
  const slowAverage = ema(prices, slow);
  const line = ema(late, fast).map((value, i) => value - at(slowAverage, i));
  const signalLine = ema(line, signal);
  const shown = line.map((value, i) => (Number.isNaN(at(signalLine, i)) ? Number.NaN : value));
  return {
    value: shown,
    signal: signalLine,
    histogram: shown.map((value, i) => value - at(signalLine, i)),
  };
}

function bollinger(bars: readonly Bar[], n: number, width: number): Outputs {
  const prices = closes(bars);
  const middle = rolling(prices, n, mean);
  const sd = rolling(prices, n, deviation);
  const upper = middle.map((value, i) => value + width * at(sd, i));
  const lower = middle.map((value, i) => value - width * at(sd, i));
  return {
    value: middle,
    upper,
    lower,
    percentB: upper.map((top, i) =>
      at(sd, i) === 0 ? 0.5 : (at(prices, i) - at(lower, i)) / (top - at(lower, i)),
    ),
    bandwidth: upper.map((top, i) => (top - at(lower, i)) / at(middle, i)),
  };
}

/** Wilder's sum: plain over the first n − 1 changes, then sum − sum/n + new. */
function wilderSum(values: Series, n: number): Series {
  let total = 0;
  return values.map((value, i) => {
    if (i === 0) return Number.NaN;
    total = i < n ? total + value : total - total / n + value;
    return i < n ? Number.NaN : total;
  });
}

function adx(bars: readonly Bar[], n: number): Outputs {
  const up = changes(bars.map((bar) => bar.high));
  const down = changes(bars.map((bar) => -bar.low));
  const ranges = wilderSum(trueRanges(bars), n);
  const plus = wilderSum(
    up.map((move, i) => (move > at(down, i) && move > 0 ? move : 0)),
    n,
  );
  const minus = wilderSum(
    down.map((move, i) => (move > at(up, i) && move > 0 ? move : 0)),
    n,
  );
  const di = (moves: Series): Series =>
    moves.map((move, i) => (at(ranges, i) === 0 ? 0 : (100 * move) / at(ranges, i)));
  const plusDi = di(plus);
  const minusDi = di(minus);
  const dx = plusDi.map((value, i) => {
    const both = value + at(minusDi, i);
    return both === 0 ? undefined : (100 * Math.abs(value - at(minusDi, i))) / both;
  });
  let index = Number.NaN;
  const value = bars.map((_, i) => {
    if (i < 2 * n - 1) return Number.NaN;
    if (i === 2 * n - 1) index = sum(dx.slice(n, 2 * n).map((x) => x ?? 0)) / n;
    else index = (index * (n - 1) + (dx[i] ?? index)) / n;
    return index;
  });
  return { value, plusDi, minusDi };
}

const highest = (bars: readonly Bar[]): number => Math.max(...bars.map((bar) => bar.high));
const lowest = (bars: readonly Bar[]): number => Math.min(...bars.map((bar) => bar.low));

/** Where the last close lies in the bars' range, 0 to 1; 0.5 without a range. */
function place(bars: readonly Bar[]): number {
  const range = highest(bars) - lowest(bars);
  const close = bars.at(-1)?.close ?? Number.NaN;
  return range === 0 ? 0.5 : (close - lowest(bars)) / range;
}

function stochastic(bars: readonly Bar[], n: number, slowing: number, dLength: number): Outputs {
  const fast = rollingBars(bars, n, (window) => 100 * place(window));
  const slow = rolling(fast, slowing, mean);
  const d = rolling(slow, dLength, mean);
  return { value: slow.map((value, i) => (Number.isNaN(at(d, i)) ? Number.NaN : value)), d };
}

function obv(bars: readonly Bar[]): Series {
  return bars.map((_, end) =>
    sum(
      bars.slice(0, end + 1).map((bar, i) => {
        const before = bars[i - 1]?.close;
        return before === undefined ? bar.volume : Math.sign(bar.close - before) * bar.volume;
      }),
    ),
  );
}

function mfi(bars: readonly Bar[], n: number): Series {
  return rollingBars(bars, n + 1, (window) => {
    const flow = (direction: number): number =>
      sum(
        window.slice(1).map((bar, i) => {
          const before = window[i];
          if (before === undefined) return Number.NaN;
          const moved = Math.sign(typical(bar) - typical(before));
          return moved === direction ? typical(bar) * bar.volume : 0;
        }),
      );
    const whole = flow(1) + flow(-1);
    return whole === 0 ? 50 : (100 * flow(1)) / whole;
  });
}

function cmf(bars: readonly Bar[], n: number): Series {
  return rollingBars(bars, n, (window) => {
    const volume = sum(window.map((bar) => bar.volume));
    const flow = sum(window.map((bar) => (2 * place([bar]) - 1) * bar.volume));
    return volume === 0 ? 0 : flow / volume;
  });
}

function vwap(bars: readonly Bar[], n: number): Series {
  return rollingBars(bars, n, (window) => {
    const volume = sum(window.map((bar) => bar.volume));
    const last = window.at(-1);
    if (volume === 0) return last === undefined ? Number.NaN : typical(last);
    return sum(window.map((bar) => typical(bar) * bar.volume)) / volume;
  });
}

function cci(bars: readonly Bar[], n: number): Series {
  return rolling(bars.map(typical), n, (window) => {
    if (isFlat(window)) return 0;
    const middle = mean(window);
    const spread = mean(window.map((price) => Math.abs(price - middle)));
    return (at(window, n - 1) - middle) / (0.015 * spread);
  });
}

function awesome(bars: readonly Bar[], fast: number, slow: number): Series {
  const middles = bars.map((bar) => (bar.high + bar.low) / 2);
  const slowAverage = rolling(middles, slow, mean);
  return rolling(middles, fast, mean).map((value, i) => value - at(slowAverage, i));
}

const wma = (bars: readonly Bar[], n: number): Series =>
  rolling(
    closes(bars),
    n,
    (window) => sum(window.map((price, i) => price * (i + 1))) / ((n * (n + 1)) / 2),
  );

function single(values: (bars: readonly Bar[]) => Series): Definition {
  return {
    forgets: true,
    outputs: (bars) => ({ value: values(bars) }),
    read: ({ value }) => ({ value }),
  };
}

/** A definition with several outputs, read from an instance of the kernel's own class. */
function several<Kernel extends Indicator>(
  kernel: abstract new (...parameters: never[]) => Kernel,
  outputs: (bars: readonly Bar[]) => Outputs,
  read: (kernel: Kernel) => Readonly<Record<string, number>>,
): Definition {
  return {
    forgets: true,
    outputs,
    read: (indicator) => {
      if (!(indicator instanceof kernel)) throw new TypeError(`not a ${kernel.name}`);
      return read(indicator);
    },
  };
}

/** By the names of the catalogue. */
export const DEFINITIONS: Readonly<Record<string, Definition>> = {
  'sma(20)': single((bars) => rolling(closes(bars), 20, mean)),
  'ema(20)': single((bars) => ema(closes(bars), 20)),
  'wma(20)': single((bars) => wma(bars, 20)),
  'rsi(14)': single((bars) => rsi(bars, 14)),
  'macd(12, 26, 9)': several(
    Macd,
    (bars) => macd(bars, 12, 26, 9),
    ({ value, signal, histogram }) => ({ value, signal, histogram }),
  ),
  'atr(14)': single((bars) => wilder(trueRanges(bars), 14)),
  'bollinger(20, 2)': several(
    Bollinger,
    (bars) => bollinger(bars, 20, 2),
    ({ value, upper, lower, percentB, bandwidth }) => ({
      value,
      upper,
      lower,
      percentB,
      bandwidth,
    }),
  ),
  'adx(14)': several(
    Adx,
    (bars) => adx(bars, 14),
    ({ value, plusDi, minusDi }) => ({ value, plusDi, minusDi }),
  ),
  'donchian(20)': several(
    Donchian,
    (bars) => {
      const upper = rollingBars(bars, 20, highest);
      const lower = rollingBars(bars, 20, lowest);
      return { value: upper.map((top, i) => (top + at(lower, i)) / 2), upper, lower };
    },
    ({ value, upper, lower }) => ({ value, upper, lower }),
  ),
  'stochastic(14, 3, 3)': several(
    Stochastic,
    (bars) => stochastic(bars, 14, 3, 3),
    ({ value, d }) => ({ value, d }),
  ),
  obv: { ...single(obv), forgets: false },
  'mfi(14)': single((bars) => mfi(bars, 14)),
  'cmf(20)': single((bars) => cmf(bars, 20)),
  'vwap(24)': single((bars) => vwap(bars, 24)),
  'standardDeviation(20)': several(
    StandardDeviation,
    (bars) => {
      const value = rolling(closes(bars), 20, deviation);
      return { value, variance: value.map((sd) => sd * sd) };
    },
    ({ value, variance }) => ({ value, variance }),
  ),
  'momentum(10)': several(
    Momentum,
    (bars) => {
      const prices = closes(bars);
      return {
        value: prices.map((price, i) => price - at(prices, i - 10)),
        rate: prices.map((price, i) => 100 * (price / at(prices, i - 10) - 1)),
      };
    },
    ({ value, rate }) => ({ value, rate }),
  ),
  'williamsR(14)': single((bars) => rollingBars(bars, 14, (w) => 100 * place(w) - 100)),
  'cci(20)': single((bars) => cci(bars, 20)),
  'awesomeOscillator(5, 34)': single((bars) => awesome(bars, 5, 34)),
};
