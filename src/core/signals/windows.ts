/**
 * Data points that need nothing but the newest bars. They are worked out from scratch when a reading is asked for: exact,
 * without drift, and free for every bar that nobody asks about. Each needs the number of bars its name says, plus one
 * where it looks at changes. Prices and volumes are finite; a market without movement or volume gives 0.
 */
import { againstPast, bounded, shareOr } from './normalise.ts';
import type { RecentBars } from './recentBars.ts';

/** The value of a column `ago` bars before the newest. */
function back(column: Float64Array, bars: RecentBars, ago: number): number {
  return column[bars.end - 1 - ago] ?? Number.NaN;
}

function sign(value: number): number {
  if (value > 0) return 1;
  return value < 0 ? -1 : 0;
}

/** Return over `length` bars, simple. */
export function returnOver(bars: RecentBars, length: number): number {
  return back(bars.close, bars, 0) / back(bars.close, bars, length) - 1;
}

/** Where the close lies in the range of `length` bars: 1 at its top, −1 at its bottom. */
export function channelPosition(bars: RecentBars, length: number): number {
  let high = -Infinity;
  let low = Infinity;
  for (let ago = 0; ago < length; ago += 1) {
    const top = back(bars.high, bars, ago);
    const bottom = back(bars.low, bars, ago);
    if (top > high) high = top;
    if (bottom < low) low = bottom;
  }
  return 2 * shareOr(0.5, back(bars.close, bars, 0) - low, high - low) - 1;
}

/** Aroon oscillator / 100: (bars since the low − bars since the high)/length over length + 1 bars, the newer of equals. */
export function aroon(bars: RecentBars, length: number): number {
  let sinceHigh = 0;
  let sinceLow = 0;
  for (let ago = 1; ago <= length; ago += 1) {
    if (back(bars.high, bars, ago) > back(bars.high, bars, sinceHigh)) sinceHigh = ago;
    if (back(bars.low, bars, ago) < back(bars.low, bars, sinceLow)) sinceLow = ago;
  }
  return (sinceLow - sinceHigh) / length;
}

/** (Rising bars − falling bars)/length over the last `length` changes of the close. */
export function riseBalance(bars: RecentBars, length: number): number {
  let balance = 0;
  for (let ago = 0; ago < length; ago += 1) {
    balance += sign(back(bars.close, bars, ago) - back(bars.close, bars, ago + 1));
  }
  return balance / length;
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** Mean and population variance of `length` closes, the newest of them `ago` bars back. Two passes. */
function closeMoments(bars: RecentBars, length: number, ago: number): Moments {
  const newest = back(bars.close, bars, ago);
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += back(bars.close, bars, ago + i) - newest;
  const shift = sum / length;
  let squares = 0;
  for (let i = 0; i < length; i += 1) {
    squares += (back(bars.close, bars, ago + i) - newest - shift) ** 2;
  }
  return { mean: newest + shift, variance: squares / length };
}

/** Position in Bollinger bands of two standard deviations: 1 at the upper band, −1 at the lower, cut there. */
export function bandPosition(bars: RecentBars, length: number): number {
  const { mean, variance } = closeMoments(bars, length, 0);
  return variance > 0 ? bounded((back(bars.close, bars, 0) - mean) / (2 * Math.sqrt(variance))) : 0;
}

/** The close against the `length` closes before it, as a squashed standard score. */
export function closeAgainstPast(bars: RecentBars, length: number): number {
  const { mean, variance } = closeMoments(bars, length, 1);
  return againstPast(back(bars.close, bars, 0), mean, variance);
}

/** (Lower wick − upper wick)/range, mean over `length` bars. */
export function wickBalance(bars: RecentBars, length: number): number {
  let sum = 0;
  for (let ago = 0; ago < length; ago += 1) {
    const open = back(bars.open, bars, ago);
    const close = back(bars.close, bars, ago);
    const high = back(bars.high, bars, ago);
    const low = back(bars.low, bars, ago);
    const lower = Math.min(open, close) - low;
    const upper = high - Math.max(open, close);
    sum += shareOr(0, lower - upper, high - low);
  }
  return sum / length;
}

function typical(bars: RecentBars, ago: number): number {
  return (back(bars.high, bars, ago) + back(bars.low, bars, ago) + back(bars.close, bars, ago)) / 3;
}

/** Money flow index, scaled: (positive − negative flow)/(positive + negative flow) over `length` changes. */
export function moneyFlowBalance(bars: RecentBars, length: number): number {
  let balance = 0;
  let whole = 0;
  for (let ago = 0; ago < length; ago += 1) {
    const price = typical(bars, ago);
    const direction = sign(price - typical(bars, ago + 1));
    const flow = price * back(bars.volume, bars, ago);
    balance += direction * flow;
    whole += direction === 0 ? 0 : flow;
  }
  return shareOr(0, balance, whole);
}

/** Chaikin money flow over `length` bars. */
export function chaikinFlow(bars: RecentBars, length: number): number {
  let flow = 0;
  let whole = 0;
  for (let ago = 0; ago < length; ago += 1) {
    const high = back(bars.high, bars, ago);
    const low = back(bars.low, bars, ago);
    const close = back(bars.close, bars, ago);
    const volume = back(bars.volume, bars, ago);
    flow += shareOr(0, close - low - (high - close), high - low) * volume;
    whole += volume;
  }
  return shareOr(0, flow, whole);
}

/** Correlation of on-balance volume with time over `length` bars: its regression slope on a bounded scale. */
export function balanceVolumeTrend(bars: RecentBars, length: number): number {
  const middle = (length - 1) / 2;
  let level = 0;
  let sum = 0;
  let squares = 0;
  let crossed = 0;
  for (let i = 0; i < length; i += 1) {
    const ago = length - 1 - i;
    if (i > 0) {
      const change = back(bars.close, bars, ago) - back(bars.close, bars, ago + 1);
      level += sign(change) * back(bars.volume, bars, ago);
    }
    sum += level;
    squares += level * level;
    crossed += level * (i - middle);
  }
  const spread = squares - (sum * sum) / length;
  const timeSpread = (length * (length * length - 1)) / 12;
  return spread > 0 ? bounded(crossed / Math.sqrt(spread * timeSpread)) : 0;
}
