/** Bars of OKX's intervals: `market/candles`, and the rows of the `candle…` channels. */
import type { Bar } from '../../market/candleSeries.ts';
import { candleNowMs } from '../../market/stamps.ts';
import type { Market } from '../../market/market.ts';
import { HOUR_MS } from '../../market/timeframes.ts';
import type { Interval } from '../shared/intervals.ts';
import { openOf, stepFrom } from '../shared/intervals.ts';
import type { Json } from '../shared/json.ts';
import type { OkxContext } from './context.ts';
import { badParameter } from './errors.ts';
import type { Params } from './params.ts';
import { quoteVolumeText, tapePriceText, timeText, volumeText } from './text.ts';

const LIMIT_MAX = 300;
const LIMIT_DEFAULT = 100;
/** Long bars open at midnight in UTC+8, unless their name ends in `utc`. */
const UTC8_MS = 8 * HOUR_MS;

/** An interval, and how far the time zone in which its bars open is ahead of UTC. */
interface OkxBar {
  readonly interval: Interval;
  readonly shiftMs: number;
}

/** OKX's names of the bars that are served: all but `1s`, `2D`, `3D` and `3M`. */
const BARS: ReadonlyMap<string, OkxBar> = new Map([
  ...(['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h'] as const).map((interval) =>
    named(interval, 0, ''),
  ),
  ...(['6h', '12h', '1d', '1w', '1M'] as const).flatMap((interval) => [
    named(interval, UTC8_MS, ''),
    named(interval, 0, 'utc'),
  ]),
]);

/** Hours, days and weeks are upper case. */
function named(interval: Interval, shiftMs: number, suffix: string): [string, OkxBar] {
  return [interval.replace(/[hdw]$/, (unit) => unit.toUpperCase()) + suffix, { interval, shiftMs }];
}

/** The names of all bars that are served. */
export const BAR_NAMES: readonly string[] = [...BARS.keys()];

/** Newest first; `after` and `before` are opening times, both exclusive. */
export function candles({ directory, world }: OkxContext, params: Params): Json {
  const market = directory.of(params);
  const bar = BARS.get(params.text('bar') ?? '1m');
  if (bar === undefined) throw badParameter('bar');
  const limit = params.limit(LIMIT_MAX, 'limit', LIMIT_DEFAULT);
  const { candleOffsetMs: offsetMs } = market.stamps;
  const asOfMs = candleNowMs(market, world.nowMs);
  const lastMs = Math.min(asOfMs, (params.integer('after') ?? Infinity) - 1 - offsetMs);
  const before = (params.integer('before') ?? -Infinity) - offsetMs;
  const rows: Json[] = [];
  let openMs = openOf(bar.interval, lastMs, bar.shiftMs);
  while (openMs > before && rows.length < limit) {
    const row = rowAt(market, bar, openMs, asOfMs);
    if (row === undefined) break;
    rows.push(row);
    openMs = stepFrom(bar.interval, openMs, -1, bar.shiftMs);
  }
  return rows;
}

/** The bar that is open; undefined for a name that is not served. */
export function formingRow(market: Market, name: string, nowMs: number): Json | undefined {
  const bar = BARS.get(name);
  if (bar === undefined) return undefined;
  const asOfMs = candleNowMs(market, nowMs);
  return rowAt(market, bar, openOf(bar.interval, asOfMs, bar.shiftMs), asOfMs);
}

/** The bar that ended at a moment; undefined when none did. */
export function endedRow(market: Market, name: string, endMs: number): Json | undefined {
  const bar = BARS.get(name);
  if (bar === undefined || openOf(bar.interval, endMs, bar.shiftMs) !== endMs) return undefined;
  return rowAt(market, bar, stepFrom(bar.interval, endMs, -1, bar.shiftMs), endMs);
}

/** @param asOfMs market time that the bar is shown as of. */
function rowAt(
  market: Market,
  { interval, shiftMs }: OkxBar,
  openMs: number,
  asOfMs: number,
): Json | undefined {
  const endMs = stepFrom(interval, openMs, 1, shiftMs);
  const bar = market.candles.span(openMs, endMs);
  if (bar === undefined) return undefined;
  const isFinal = endMs <= asOfMs && endMs <= market.candles.forming.openMs;
  return candleRow(market, bar, isFinal);
}

/** Opening time, prices, base volume, quote volume twice, and whether the bar is final. */
function candleRow(market: Market, bar: Bar, isFinal: boolean): Json {
  const price = (ticks: number): string => tapePriceText(market, ticks);
  const quoteVolume = quoteVolumeText(market, bar.quoteVolume);
  return [
    timeText(bar.openMs + market.stamps.candleOffsetMs),
    price(bar.open),
    price(bar.high),
    price(bar.low),
    price(bar.close),
    volumeText(market, bar.volume),
    quoteVolume,
    quoteVolume,
    isFinal ? '1' : '0',
  ];
}
