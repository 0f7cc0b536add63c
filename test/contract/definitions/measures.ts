import {
  at,
  atr,
  both,
  closes,
  type Definition,
  deviation,
  highest,
  isFlat,
  lowest,
  mean,
  returns,
  rolling,
  rollingBars,
  type Series,
  sum,
  trueRanges,
  variance,
} from './series.ts';

const once = (values: Series): { value: Series } => ({ value: values });

/** Intercept and slope of the line of least squares through the values at 0, 1, …, by the normal equations about the means. */
function line(window: Series): { slope: number; first: number; r2: number } {
  const xs = window.map((_, i) => i);
  const [x, y] = [mean(xs), mean(window)];
  const xx = sum(xs.map((value) => (value - x) ** 2));
  const xy = sum(xs.map((value, i) => (value - x) * (at(window, i) - y)));
  const yy = isFlat(window) ? 0 : sum(window.map((value) => (value - y) ** 2));
  const slope = yy === 0 ? 0 : xy / xx;
  return { slope, first: y - slope * x, r2: yy === 0 ? 0 : xy ** 2 / (xx * yy) };
}

function comoments(
  bars: Parameters<Definition>[0],
  n: number,
  f: (xx: number, yy: number, xy: number) => number,
): Series {
  const [mine, other] = [returns(closes(bars)), returns(bars.map((bar) => bar.reference))];
  return bars.map((_, i) => {
    if (i < n) return Number.NaN;
    const [xs, ys] = [mine.slice(i - n + 1, i + 1), other.slice(i - n + 1, i + 1)];
    const [x, y] = [mean(xs), mean(ys)];
    const xy = sum(xs.map((value, k) => (value - x) * (at(ys, k) - y)));
    return f(variance(xs) * n, variance(ys) * n, xy);
  });
}

function varianceRatio(prices: Series, n: number, q: number): Series {
  return rolling(prices.map(Math.log), n + 1, (logs) => {
    const drift = (at(logs, n) - at(logs, 0)) / n;
    const ones = logs.slice(1).map((value, i) => value - at(logs, i));
    if (isFlat(ones)) return 1;
    const one = sum(ones.map((move) => (move - drift) ** 2)) / (n - 1);
    const spans = logs.slice(q).map((value, i) => value - at(logs, i));
    const many = sum(spans.map((move) => (move - q * drift) ** 2));
    return many / (q * (n - q + 1) * (1 - q / n)) / one;
  });
}

export const MEASURES: Readonly<Record<string, Definition>> = {
  atr: (bars, { length = 0 }) => once(atr(bars, length)),
  natr: (bars, { length = 0 }) =>
    once(both(atr(bars, length), closes(bars), (range, close) => (100 * range) / close)),
  true_range: (bars) => once(trueRanges(bars)),
  std_dev: (bars, { length = 0 }) => ({
    value: rolling(closes(bars), length, deviation),
    variance: rolling(closes(bars), length, variance),
  }),
  choppiness: (bars, { length = 0 }) => {
    const width = rollingBars(bars, length, (window) => highest(window) - lowest(window));
    const way = rolling(trueRanges(bars), length, sum);
    return once(
      both(way, width, (all, net) => {
        if (Number.isNaN(all)) return Number.NaN;
        return net === 0 ? 100 : (100 * Math.log10(all / net)) / Math.log10(length);
      }),
    );
  },
  realised_vol: (bars, { length = 0, periods = 0 }) =>
    once(
      rolling(returns(closes(bars)), length, (window) =>
        Math.sqrt((periods * variance(window) * length) / (length - 1)),
      ),
    ),
  parkinson: (bars, { length = 0, periods = 0 }) =>
    once(
      rollingBars(bars, length, (window) =>
        Math.sqrt(
          (periods * mean(window.map((bar) => Math.log(bar.high / bar.low) ** 2))) /
            (4 * Math.log(2)),
        ),
      ),
    ),
  garman_klass: (bars, { length = 0, periods = 0 }) =>
    once(
      rollingBars(bars, length, (window) => {
        const daily = window.map(
          ({ open, high, low, close }) =>
            0.5 * Math.log(high / low) ** 2 - (2 * Math.log(2) - 1) * Math.log(close / open) ** 2,
        );
        return Math.sqrt(periods * mean(daily));
      }),
    ),
  linreg: (bars, { length = 0 }) => {
    const of = (f: (fit: ReturnType<typeof line>) => number): Series =>
      rolling(closes(bars), length, (window) => f(line(window)));
    return {
      value: of(({ first, slope }) => first + slope * (length - 1)),
      slope: of(({ slope }) => slope),
      forecast: of(({ first, slope }) => first + slope * length),
      r2: of(({ r2 }) => r2),
    };
  },
  z_score: (bars, { length = 0 }) =>
    once(
      rolling(closes(bars), length, (window) =>
        isFlat(window) ? 0 : (at(window, length - 1) - mean(window)) / deviation(window),
      ),
    ),
  percent_rank: (bars, { length = 0 }) =>
    once(
      rolling(closes(bars), length + 1, (window) => {
        const now = at(window, length);
        const earlier = window.slice(0, -1);
        const below = earlier.filter((close) => close < now).length;
        const equal = earlier.filter((close) => close === now).length;
        return (100 * (below + equal / 2)) / length;
      }),
    ),
  correlation: (bars, { length = 0 }) =>
    once(
      comoments(bars, length, (xx, yy, xy) => (xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy))),
    ),
  beta: (bars, { length = 0 }) =>
    once(comoments(bars, length, (_xx, yy, xy) => (yy === 0 ? 0 : xy / yy))),
  variance_ratio: (bars, { length = 0, span = 0 }) => {
    const value = varianceRatio(closes(bars), length, span);
    const hurst = value.map((ratio) => 0.5 + Math.log(ratio) / (2 * Math.log(span)));
    return { value, hurst };
  },
};
