/** One series of bars: which bar is next, which is forming, what is missing. Decides when a bar is complete. */
import type { CandleEvent } from '../domain/events.ts';
import type { Bar, SeriesKey } from '../domain/market.ts';
import { type Millis, timeframeMs } from '../domain/time.ts';

/** Bars held back while a hole before them is being fetched. More than this and the hole is accepted. */
const HELD_BARS_MAX = 5_000;

/** A hole between two bars: `from` is the first missing open time, `to` the first that is not missing. */
export interface Gap {
  readonly from: Millis;
  readonly to: Millis;
}

export interface Series {
  readonly key: SeriesKey;
  readonly lengthMs: number;
  /** Open time of the newest completed bar; −1 before the first. */
  lastOpenTime: Millis;
  /** Close of the newest completed bar, NaN before the first. */
  lastClose: number;
  /** The bar now forming. */
  forming: Bar | undefined;
  /** The hole being fetched. */
  gap: Gap | undefined;
  /** Completed bars waiting behind the hole, ascending. */
  readonly held: Bar[];
  /** Bars completed since the start. */
  completed: number;
}

export function createSeries(key: SeriesKey): Series {
  return {
    key,
    lengthMs: timeframeMs(key.timeframe),
    lastOpenTime: -1,
    lastClose: Number.NaN,
    forming: undefined,
    gap: undefined,
    held: [],
    completed: 0,
  };
}

/** True when every field is a finite number, prices are positive and high/low enclose open and close. */
export function isSoundBar(bar: Bar): boolean {
  const { open, high, low, close, volume } = bar;
  if (!(low > 0 && high < Infinity && volume >= 0 && volume < Infinity)) return false;
  return low <= open && low <= close && high >= open && high >= close;
}

/**
 * Takes a candle event; returns the bar it completes, if any. The returned bar may be the event itself: copy what is kept.
 * After the call `series.gap` may have been set: bars are missing before the one given, which waits in `held`.
 */
export function acceptCandle(series: Series, event: CandleEvent): Bar | undefined {
  if (event.openTime <= series.lastOpenTime) return undefined;
  if (event.closed) {
    if (series.forming && series.forming.openTime <= event.openTime) series.forming = undefined;
    return complete(series, event);
  }
  const previous = series.forming;
  if (previous && event.openTime < previous.openTime) return undefined;
  series.forming = copyBar(event);
  return previous && event.openTime > previous.openTime ? complete(series, previous) : undefined;
}

function complete(series: Series, bar: Bar): Bar | undefined {
  if (series.gap) {
    hold(series, bar);
    return undefined;
  }
  const expected = series.lastOpenTime + series.lengthMs;
  if (series.lastOpenTime >= 0 && bar.openTime > expected) {
    series.gap = { from: expected, to: bar.openTime };
    hold(series, bar);
    return undefined;
  }
  commit(series, bar);
  return bar;
}

function hold(series: Series, bar: Bar): void {
  const last = series.held.at(-1);
  if (last && last.openTime >= bar.openTime) return;
  if (series.held.length < HELD_BARS_MAX) series.held.push(copyBar(bar));
}

function commit(series: Series, bar: Bar): void {
  series.lastOpenTime = bar.openTime;
  series.lastClose = bar.close;
  series.completed += 1;
}

/**
 * Takes closed bars of the past and hands every bar that is now complete to `onBar`, in order, held ones included.
 * Closes an open gap: what is still missing afterwards is accepted as missing. Returns how many bars came from `bars`.
 */
export function acceptHistory(
  series: Series,
  bars: readonly Bar[],
  onBar: (bar: Bar) => void,
): number {
  let taken = 0;
  for (const bar of bars) {
    if (bar.openTime <= series.lastOpenTime || !isSoundBar(bar)) continue;
    commit(series, bar);
    taken += 1;
    onBar(bar);
  }
  series.gap = undefined;
  const held = series.held.splice(0);
  for (const bar of held) {
    if (bar.openTime <= series.lastOpenTime) continue;
    commit(series, bar);
    onBar(bar);
  }
  if (series.forming && series.forming.openTime <= series.lastOpenTime) series.forming = undefined;
  return taken;
}

function copyBar(bar: Bar): Bar {
  const { openTime, open, high, low, close, volume } = bar;
  return { openTime, open, high, low, close, volume };
}
