import {
  at,
  type Bars,
  both,
  changes,
  closes,
  type Definition,
  ema,
  highest,
  lowest,
  middleOf,
  minus,
  type Outputs,
  place,
  rolling,
  rollingBars,
  type Series,
  sma,
  sum,
  typical,
  volumes,
} from './series.ts';
import type { Bar } from '../../../src/core/domain/market.ts';

const MINUTE_MS = 60_000;
const once = (values: Series): { value: Series } => ({ value: values });
/** Volume by where the bar closed in its range. */
const flows = (bars: Bars): Series => bars.map((bar) => (2 * place([bar]) - 1) * bar.volume);
const totals = (values: Series): Series => values.map((_, i) => sum(values.slice(0, i + 1)));

function mfi(bars: Bars, n: number): Series {
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

function vwapOf(window: Bars): number {
  const volume = sum(volumes(window));
  const last = window.at(-1);
  if (volume === 0) return last === undefined ? Number.NaN : typical(last);
  return sum(window.map((bar) => typical(bar) * bar.volume)) / volume;
}

/** An EMA that begins with its first sample, as TA-Lib's ADOSC has it. */
function emaFromFirst(values: Series, n: number): Series {
  let mean = at(values, 0);
  return values.map((value) => (mean += (2 / (n + 1)) * (value - mean)));
}

const sessionOf = (bar: Bar, session: number): number =>
  Math.floor(bar.openTime / (session * MINUTE_MS));

function sessionVwap(bars: Bars, session: number, bar: number): Series {
  return bars.map((now, i) => {
    if (i + 1 < session / bar) return Number.NaN;
    const day = sessionOf(now, session);
    return vwapOf(bars.slice(0, i + 1).filter((each) => sessionOf(each, session) === day));
  });
}

function pivots(bars: Bars, session: number, bar: number): Outputs {
  const rows = bars.map((now, i) => {
    const day = sessionOf(now, session);
    const before = bars.slice(0, i).filter((each) => sessionOf(each, session) < day);
    const last = before.at(-1);
    const whole = before.filter(
      (each) => last && sessionOf(each, session) === sessionOf(last, session),
    );
    if (i + 1 < (2 * session) / bar || !last) return [Number.NaN, Number.NaN, Number.NaN] as const;
    return [highest(whole), lowest(whole), last.close] as const;
  });
  const of = (f: (h: number, l: number, p: number) => number): Series =>
    rows.map(([h, l, c]) => f(h, l, (h + l + c) / 3));
  return {
    value: of((_h, _l, p) => p),
    r1: of((_h, l, p) => 2 * p - l),
    r2: of((h, l, p) => p + h - l),
    r3: of((h, l, p) => h + 2 * (p - l)),
    s1: of((h, _l, p) => 2 * p - h),
    s2: of((h, l, p) => p - h + l),
    s3: of((h, l, p) => l - 2 * (h - p)),
  };
}

function heikinAshi(bars: Bars): Outputs {
  const value = bars.map(({ open, high, low, close }) => (open + high + low + close) / 4);
  const open: number[] = [];
  for (const [i, bar] of bars.entries())
    open.push(i === 0 ? (bar.open + bar.close) / 2 : (at(open, i - 1) + at(value, i - 1)) / 2);
  return {
    value,
    open,
    high: bars.map((bar, i) => Math.max(bar.high, at(open, i), at(value, i))),
    low: bars.map((bar, i) => Math.min(bar.low, at(open, i), at(value, i))),
  };
}

function fractals(bars: Bars, wing: number): Outputs {
  const side = (values: Series): { known: Series; last: Series } => {
    const known = rolling(values, 2 * wing + 1, (window) => {
      const middle = at(window, wing);
      const others = window.filter((_, i) => i !== wing);
      return Number(others.every((value) => value < middle));
    });
    const last = known.map((_, i) => {
      if (i < 2 * wing) return Number.NaN;
      const found = known.lastIndexOf(1, i);
      if (found >= 0) return at(values, found - wing);
      return Math.max(...values.slice(i - 2 * wing, i + 1));
    });
    return { known, last };
  };
  const tops = side(bars.map((bar) => bar.high));
  const bottoms = side(bars.map((bar) => -bar.low));
  return {
    value: minus(tops.known, bottoms.known),
    top: tops.known,
    bottom: bottoms.known,
    high: tops.last,
    low: bottoms.last.map((low) => -low),
  };
}

/** The falling body lies strictly within the rising one, or the other way round. */
function engulfing([before, now]: readonly Bar[]): number {
  if (!before || !now) return Number.NaN;
  const fell = before.close < before.open;
  const rose = before.close > before.open;
  if (fell && now.open < before.close && now.close > before.open) return 1;
  if (rose && now.open > before.close && now.close < before.open) return -1;
  return 0;
}

export const FLOWS: Readonly<Record<string, Definition>> = {
  obv: (bars) =>
    once(
      totals(
        bars.map((bar, i) => {
          const before = bars[i - 1]?.close;
          return before === undefined ? bar.volume : Math.sign(bar.close - before) * bar.volume;
        }),
      ),
    ),
  mfi: (bars, { length = 0 }) => once(mfi(bars, length)),
  cmf: (bars, { length = 0 }) =>
    once(
      both(rolling(flows(bars), length, sum), rolling(volumes(bars), length, sum), (flow, all) =>
        all === 0 ? 0 : flow / all,
      ),
    ),
  adl: (bars) => once(totals(flows(bars))),
  chaikin_osc: (bars, { fast = 0, slow = 0 }) => {
    const line = totals(flows(bars));
    const value = minus(emaFromFirst(line, fast), emaFromFirst(line, slow));
    return once(value.map((each, i) => (i + 1 < slow ? Number.NaN : each)));
  },
  vwap_rolling: (bars, { length = 0 }) => once(rollingBars(bars, length, vwapOf)),
  force_index: (bars, { length = 0 }) =>
    once(
      ema(
        both(changes(closes(bars)), volumes(bars), (move, volume) => move * volume),
        length,
      ),
    ),
  ease_of_movement: (bars, { length = 0, scale = 0 }) => {
    const moves = changes(bars.map(middleOf));
    const eases = bars.map((bar, i) => {
      if (bar.volume === 0) return at(moves, i) * 0;
      return at(moves, i) / (bar.volume / scale / (bar.high - bar.low));
    });
    return once(sma(eases, length));
  },
  volume_osc: (bars, { fast = 0, slow = 0 }) =>
    once(
      both(ema(volumes(bars), fast), ema(volumes(bars), slow), (a, b) =>
        b === 0 ? 0 : (100 * (a - b)) / b,
      ),
    ),
  vwap: (bars, { session = 0, bar = 0 }) => once(sessionVwap(bars, session, bar)),
  pivots: (bars, { session = 0, bar = 0 }) => pivots(bars, session, bar),
  heikin_ashi: heikinAshi,
  fractals: (bars, { wing = 0 }) => fractals(bars, wing),
  engulfing: (bars) => once(rollingBars(bars, 2, engulfing)),
};
