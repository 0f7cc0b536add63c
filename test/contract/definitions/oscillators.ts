import {
  at,
  type Bars,
  both,
  changes,
  closes,
  type Definition,
  ema,
  falls,
  isFlat,
  lagged,
  mean,
  middleOf,
  minus,
  type Outputs,
  place,
  rises,
  rolling,
  rollingBars,
  type Series,
  shownWith,
  sma,
  sum,
  trueRanges,
  typical,
  wilder,
} from './series.ts';

const once = (values: Series): { value: Series } => ({ value: values });

function rsi(bars: Bars, n: number): Series {
  return both(wilder(rises(closes(bars)), n), wilder(falls(closes(bars)), n), (gain, loss) =>
    gain + loss === 0 ? 50 : (100 * gain) / (gain + loss),
  );
}

/** A line with its signal, both shown where both are there. */
function withSignal(line: Series, signal: number): Outputs {
  const signalLine = ema(line, signal);
  const value = shownWith(line, signalLine);
  return { value, signal: signalLine, histogram: minus(value, signalLine) };
}

/** As TA-Lib's MACD: the fast average does not see the closes before its seed. */
function macd(bars: Bars, fast: number, slow: number): Series {
  const prices = closes(bars);
  const late = prices.map((price, i) => (i < slow - fast ? Number.NaN : price));
  return minus(ema(late, fast), ema(prices, slow));
}

function stochastic(bars: Bars, n: number, slowing: number, dLength: number): Outputs {
  const slow = sma(
    rollingBars(bars, n, (window) => 100 * place(window)),
    slowing,
  );
  const d = sma(slow, dLength);
  return { value: shownWith(slow, d), d };
}

function stochRsi(bars: Bars, p: Readonly<Record<string, number>>): Outputs {
  const { length = 0, range = 0, k = 0, d = 0 } = p;
  const raw = rolling(rsi(bars, length), range, (window) => {
    const [low, high] = [Math.min(...window), Math.max(...window)];
    // Wilder's means fade in step while nothing moves: the RSI stands still, but for rounding.
    return high - low < 1e-9 ? 50 : (100 * (at(window, range - 1) - low)) / (high - low);
  });
  const kLine = sma(raw, k);
  const dLine = sma(kLine, d);
  return { value: shownWith(kLine, dLine), d: dLine };
}

function tsi(bars: Bars, long: number, short: number): Series {
  const moves = changes(closes(bars));
  const twice = (values: Series): Series => ema(ema(values, long), short);
  return both(twice(moves), twice(moves.map(Math.abs)), (move, size) =>
    size === 0 ? 0 : (100 * move) / size,
  );
}

function ultimate(bars: Bars, lengths: readonly number[]): Series {
  const ranges = trueRanges(bars);
  const bought = bars.map((bar, i) => {
    const before = bars[i - 1]?.close ?? Number.NaN;
    return bar.close - Math.min(bar.low, before);
  });
  const shares = lengths.map((n) =>
    both(rolling(bought, n, sum), rolling(ranges, n, sum), (some, all) =>
      all === 0 ? 0.5 : some / all,
    ),
  );
  const [a = [], b = [], c = []] = shares;
  return a.map((value, i) => (100 * (4 * value + 2 * at(b, i) + at(c, i))) / 7);
}

export const OSCILLATORS: Readonly<Record<string, Definition>> = {
  rsi: (bars, { length = 0 }) => once(rsi(bars, length)),
  stoch_rsi: stochRsi,
  stochastic: (bars, { range = 0, slowing = 0, d = 0 }) => stochastic(bars, range, slowing, d),
  macd: (bars, { fast = 0, slow = 0, signal = 0 }) => withSignal(macd(bars, fast, slow), signal),
  ppo: (bars, { fast = 0, slow = 0, signal = 0 }) => {
    const [quick, calm] = [ema(closes(bars), fast), ema(closes(bars), slow)];
    return withSignal(
      both(quick, calm, (a, b) => (100 * (a - b)) / b),
      signal,
    );
  },
  cci: (bars, { length = 0 }) =>
    once(
      rolling(bars.map(typical), length, (window) => {
        if (isFlat(window)) return 0;
        const middle = mean(window);
        const spread = mean(window.map((price) => Math.abs(price - middle)));
        return (at(window, length - 1) - middle) / (0.015 * spread);
      }),
    ),
  roc: (bars, { length = 0 }) =>
    once(both(closes(bars), lagged(closes(bars), length), (now, then) => 100 * (now / then - 1))),
  momentum: (bars, { length = 0 }) => {
    const [now, then] = [closes(bars), lagged(closes(bars), length)];
    return { value: minus(now, then), rate: both(now, then, (a, b) => (100 * (a - b)) / b) };
  },
  williams_r: (bars, { length = 0 }) =>
    once(rollingBars(bars, length, (window) => 100 * place(window) - 100)),
  trix: (bars, { length = 0 }) => {
    const triple = ema(ema(ema(closes(bars), length), length), length);
    return once(both(triple, lagged(triple, 1), (now, then) => (100 * (now - then)) / then));
  },
  tsi: (bars, { long = 0, short = 0, signal = 0 }) => {
    const { value = [], signal: line = [] } = withSignal(tsi(bars, long, short), signal);
    return { value, signal: line };
  },
  awesome: (bars, { fast = 0, slow = 0 }) =>
    once(minus(sma(bars.map(middleOf), fast), sma(bars.map(middleOf), slow))),
  ultimate: (bars, { short = 0, middle = 0, long = 0 }) =>
    once(ultimate(bars, [short, middle, long])),
  cmo: (bars, { length = 0 }) =>
    once(
      rolling(changes(closes(bars)), length, (window) => {
        const up = sum(window.filter((move) => move > 0));
        const down = -sum(window.filter((move) => move < 0));
        return up + down === 0 ? 0 : (100 * (up - down)) / (up + down);
      }),
    ),
  dpo: (bars, { length = 0 }) =>
    once(minus(lagged(closes(bars), Math.floor(length / 2) + 1), sma(closes(bars), length))),
};
