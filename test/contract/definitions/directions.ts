import type { Bar } from '../../../src/core/domain/market.ts';
import {
  at,
  atr,
  type Bars,
  both,
  changes,
  closes,
  type Definition,
  deviation,
  ema,
  highest,
  lagged,
  lowest,
  middleOf,
  minus,
  type Outputs,
  rolling,
  rollingBars,
  type Series,
  shownWith,
  sma,
  sum,
  trueRanges,
} from './series.ts';

/** Wilder's sum: plain over the first n − 1 changes, then sum − sum/n + new. */
function wilderSum(values: Series, n: number): Series {
  let total = 0;
  return values.map((value, i) => {
    if (i === 0) return Number.NaN;
    total = i < n ? total + value : total - total / n + value;
    return i < n ? Number.NaN : total;
  });
}

function directional(bars: Bars, n: number): Readonly<Record<'plus' | 'minus' | 'dx', Series>> {
  const up = changes(bars.map((bar) => bar.high));
  const down = changes(bars.map((bar) => -bar.low));
  const ranges = wilderSum(trueRanges(bars), n);
  const moved = (a: Series, b: Series): Series =>
    both(
      wilderSum(
        both(a, b, (move, other) => (move > other && move > 0 ? move : 0)),
        n,
      ),
      ranges,
      (move, range) => (range === 0 ? 0 : (100 * move) / range),
    );
  const [plus, less] = [moved(up, down), moved(down, up)];
  const dx = both(plus, less, (p, m) => (p + m === 0 ? -1 : (100 * Math.abs(p - m)) / (p + m)));
  return { plus, minus: less, dx };
}

/** DX of −1 is none: 0 in the seed, and no news later. */
function adx(bars: Bars, n: number): Outputs {
  const { plus, minus: less, dx } = directional(bars, n);
  let index = Number.NaN;
  const value = bars.map((_, i) => {
    if (i < 2 * n - 1) return Number.NaN;
    const now = at(dx, i);
    if (i === 2 * n - 1) index = sum(dx.slice(n, 2 * n).map((x) => Math.max(x, 0))) / n;
    else if (now >= 0) index = (index * (n - 1) + now) / n;
    return index;
  });
  return { value, plusDi: plus, minusDi: less };
}

function aroon(bars: Bars, n: number): Outputs {
  const since = (values: Series): Series =>
    rolling(values, n + 1, (window) => n - window.lastIndexOf(Math.max(...window)));
  const share = (ages: Series): Series => ages.map((age) => (100 * (n - age)) / n);
  const up = share(since(bars.map((bar) => bar.high)));
  const down = share(since(bars.map((bar) => -bar.low)));
  return { value: minus(up, down), up, down };
}

function vortex(bars: Bars, n: number): Outputs {
  const highs = bars.map((bar) => bar.high);
  const lows = bars.map((bar) => bar.low);
  const ranges = rolling(trueRanges(bars), n, sum);
  const way = (to: Series, from: Series): Series =>
    both(
      rolling(
        both(to, lagged(from, 1), (a, b) => Math.abs(a - b)),
        n,
        sum,
      ),
      ranges,
      (some, all) => (all === 0 ? 0 : some / all),
    );
  const [plus, less] = [way(highs, lows), way(lows, highs)];
  return { value: minus(plus, less), plus, minus: less };
}

interface Parabola {
  readonly isUp: boolean;
  /** In force during the bar. */
  readonly stop: number;
  readonly extreme: number;
  readonly speed: number;
}

function firstParabola(before: Bar, bar: Bar, step: number): Parabola {
  const fall = before.low - bar.low;
  const isUp = !(fall > 0 && fall > bar.high - before.high);
  const [stop, extreme] = isUp ? [before.low, bar.high] : [before.high, bar.low];
  return { isUp, stop, extreme, speed: step };
}

/** What holds in a bar: reversed when its stop is reached, faster at a new extreme. */
function inBar(
  now: Parabola,
  [yesterday, bar]: readonly [Bar, Bar],
  step: number,
  max: number,
): Parabola {
  const { isUp, stop, extreme, speed } = now;
  if (isUp && bar.low <= stop) {
    const top = Math.max(extreme, yesterday.high, bar.high);
    return { isUp: false, stop: top, extreme: bar.low, speed: step };
  }
  if (!isUp && bar.high >= stop) {
    const bottom = Math.min(extreme, yesterday.low, bar.low);
    return { isUp: true, stop: bottom, extreme: bar.high, speed: step };
  }
  const far = isUp ? Math.max(extreme, bar.high) : Math.min(extreme, bar.low);
  return { ...now, extreme: far, speed: far === extreme ? speed : Math.min(max, speed + step) };
}

/** The two sides written out, as Wilder's worksheet does. */
function psar(bars: Bars, step: number, max: number): Outputs {
  const value = [Number.NaN];
  const direction = [Number.NaN];
  let next: Parabola | undefined;
  for (const [i, bar] of bars.entries()) {
    const before = bars[i - 1];
    if (!before) continue;
    // The first bar with a stop counts as its own predecessor (TA-Lib).
    const yesterday = next ? before : bar;
    const now = inBar(next ?? firstParabola(before, bar, step), [yesterday, bar], step, max);
    value.push(now.stop);
    direction.push(now.isUp ? 1 : -1);
    const moved = now.stop + now.speed * (now.extreme - now.stop);
    const stop = now.isUp
      ? Math.min(moved, yesterday.low, bar.low)
      : Math.max(moved, yesterday.high, bar.high);
    next = { ...now, stop };
  }
  return { value, direction };
}

/** A band that moves one way until a close was beyond it: down with sign 1, up with −1. */
function ratchet(bars: Bars, bands: Series, sign: number): Series {
  let band = Number.NaN;
  return bands.map((raw, i) => {
    const before = bars[i - 1]?.close ?? Number.NaN;
    const isFree = Number.isNaN(band) || sign * raw < sign * band || sign * before > sign * band;
    if (isFree) band = raw;
    return band;
  });
}

function supertrend(bars: Bars, n: number, multiple: number): Outputs {
  const half = atr(bars, n).map((range) => multiple * range);
  const middles = bars.map(middleOf);
  const upper = ratchet(
    bars,
    both(middles, half, (a, b) => a + b),
    1,
  );
  const lower = ratchet(bars, minus(middles, half), -1);
  let side = Number.NaN;
  const direction = bars.map(({ close }, i) => {
    if (Number.isNaN(at(upper, i))) return Number.NaN;
    if (side > 0) side = close < at(lower, i) ? -1 : 1;
    else side = !Number.isNaN(side) && close > at(upper, i) ? 1 : -1;
    return side;
  });
  return { value: direction.map((up, i) => at(up > 0 ? lower : upper, i)), direction };
}

function ichimoku(bars: Bars, p: Readonly<Record<string, number>>): Outputs {
  const { conversion = 0, base = 0, span = 0, displacement = 0 } = p;
  const line = (n: number): Series =>
    rollingBars(bars, n, (window) => (highest(window) + lowest(window)) / 2);
  const leadA = both(line(conversion), line(base), (a, b) => (a + b) / 2);
  const leadB = line(span);
  const whole = lagged(
    both(leadA, leadB, (a, b) => a + b),
    displacement - 1,
  );
  return {
    value: shownWith(line(conversion), whole),
    base: shownWith(line(base), whole),
    spanA: shownWith(lagged(leadA, displacement - 1), whole),
    spanB: shownWith(lagged(leadB, displacement - 1), whole),
    leadA,
    leadB,
  };
}

function bollinger(bars: Bars, n: number, width: number): Outputs {
  const prices = closes(bars);
  const value = sma(prices, n);
  const half = rolling(prices, n, deviation).map((sd) => width * sd);
  const lower = minus(value, half);
  const upper = both(value, half, (a, b) => a + b);
  return {
    value,
    upper,
    lower,
    percentB: upper.map((top, i) =>
      at(half, i) === 0 ? 0.5 : (at(prices, i) - at(lower, i)) / (top - at(lower, i)),
    ),
    bandwidth: upper.map((top, i) => (top - at(lower, i)) / at(value, i)),
  };
}

export const DIRECTIONS: Readonly<Record<string, Definition>> = {
  aroon: (bars, { length = 0 }) => aroon(bars, length),
  adx: (bars, { length = 0 }) => adx(bars, length),
  dx: (bars, { length = 0 }) => {
    const { plus, minus: less, dx } = directional(bars, length);
    return { value: dx.map((x) => Math.max(x, 0)), plusDi: plus, minusDi: less };
  },
  vortex: (bars, { length = 0 }) => vortex(bars, length),
  psar: (bars, { step = 0, max = 0 }) => psar(bars, step, max),
  supertrend: (bars, { length = 0, multiple = 0 }) => supertrend(bars, length, multiple),
  ichimoku,
  donchian: (bars, { length = 0 }) => {
    const upper = rollingBars(bars, length, highest);
    const lower = rollingBars(bars, length, lowest);
    return { value: both(upper, lower, (a, b) => (a + b) / 2), upper, lower };
  },
  keltner: (bars, { length = 0, range = 0, multiple = 0 }) => {
    const middle = ema(closes(bars), length);
    const half = atr(bars, range).map((value) => multiple * value);
    return {
      value: shownWith(middle, half),
      upper: both(middle, half, (a, b) => a + b),
      lower: minus(middle, half),
    };
  },
  bollinger: (bars, { length = 0, deviations = 0 }) => bollinger(bars, length, deviations),
};
