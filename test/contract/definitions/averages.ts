import {
  at,
  both,
  changes,
  closes,
  type Definition,
  ema,
  mean,
  minus,
  lagged,
  rolling,
  rollingBars,
  type Series,
  sma,
  sum,
  wilder,
  wma,
} from './series.ts';

const once = (values: Series): { value: Series } => ({ value: values });

/** The EMA of the EMA and so on, the first of the closes. */
function emas(values: Series, n: number, count: number): Series[] {
  const found: Series[] = [];
  for (let stage = 0; stage < count; stage += 1) found.push(ema(found.at(-1) ?? values, n));
  return found;
}

/** A weighted sum of series. */
function mix(parts: readonly (readonly [number, Series | undefined])[]): Series {
  const [, first = []] = parts[0] ?? [];
  return first.map((_, i) => sum(parts.map(([weight, values]) => weight * at(values ?? [], i))));
}

function kama(values: Series, n: number, fast: number, slow: number): Series {
  let before = at(values, n - 1);
  const sizes = changes(values).map(Math.abs);
  return values.map((value, i) => {
    if (i < n) return Number.NaN;
    const way = sum(sizes.slice(i - n + 1, i + 1));
    const change = Math.abs(value - at(values, i - n));
    const ratio = way === 0 ? 1 : Math.min(1, change / way);
    const constant = (ratio * (2 / (fast + 1) - 2 / (slow + 1)) + 2 / (slow + 1)) ** 2;
    before += constant * (value - before);
    return before;
  });
}

function alma(window: Series, offset: number, sigma: number): number {
  const n = window.length;
  const weights = window.map((_, i) =>
    Math.exp(-((i - offset * (n - 1)) ** 2) / (2 * (n / sigma) ** 2)),
  );
  return sum(window.map((value, i) => value * at(weights, i))) / sum(weights);
}

export const AVERAGES: Readonly<Record<string, Definition>> = {
  sma: (bars, { length = 0 }) => once(sma(closes(bars), length)),
  ema: (bars, { length = 0 }) => once(ema(closes(bars), length)),
  wma: (bars, { length = 0 }) => once(wma(closes(bars), length)),
  rma: (bars, { length = 0 }) => once(wilder(closes(bars), length)),
  dema: (bars, { length = 0 }) => {
    const [e1, e2] = emas(closes(bars), length, 2);
    return once(
      mix([
        [2, e1],
        [-1, e2],
      ]),
    );
  },
  tema: (bars, { length = 0 }) => {
    const [e1, e2, e3] = emas(closes(bars), length, 3);
    return once(
      mix([
        [3, e1],
        [-3, e2],
        [1, e3],
      ]),
    );
  },
  // Tillson: GD(x) = (1 + v)·EMA(x) − v·EMA(EMA(x)), and T3 = GD of GD of GD; the seeds are those of the six averages.
  t3: (bars, { length = 0, volume: v = 0 }) => {
    const [, , e3, e4, e5, e6] = emas(closes(bars), length, 6);
    return once(
      mix([
        [-(v ** 3), e6],
        [3 * v ** 2 + 3 * v ** 3, e5],
        [-6 * v ** 2 - 3 * v - 3 * v ** 3, e4],
        [1 + 3 * v + v ** 3 + 3 * v ** 2, e3],
      ]),
    );
  },
  hma: (bars, { length = 0 }) => {
    const prices = closes(bars);
    const raw = both(
      wma(prices, Math.floor(length / 2)),
      wma(prices, length),
      (half, whole) => 2 * half - whole,
    );
    return once(wma(raw, Math.floor(Math.sqrt(length))));
  },
  kama: (bars, { length = 0, fast = 0, slow = 0 }) => once(kama(closes(bars), length, fast, slow)),
  vwma: (bars, { length = 0 }) =>
    once(
      rollingBars(bars, length, (window) => {
        const volume = sum(window.map((bar) => bar.volume));
        if (volume === 0) return mean(closes(window));
        return sum(window.map((bar) => bar.close * bar.volume)) / volume;
      }),
    ),
  zlema: (bars, { length = 0 }) => {
    const prices = closes(bars);
    const lag = Math.floor((length - 1) / 2);
    const moved = minus(prices, lagged(prices, lag));
    return once(
      ema(
        both(prices, moved, (price, move) => price + move),
        length,
      ),
    );
  },
  alma: (bars, { length = 0, offset = 0, sigma = 0 }) =>
    once(rolling(closes(bars), length, (window) => alma(window, offset, sigma))),
  trima: (bars, { length = 0 }) =>
    once(
      rolling(closes(bars), length, (window) => {
        const weights = window.map((_, i) => Math.min(i + 1, window.length - i));
        return sum(window.map((value, i) => value * at(weights, i))) / sum(weights);
      }),
    ),
};
