/** Bars of any of Binance's intervals: minutes and longer from the market's bars, seconds from its tape. */
import type { Bar } from '../../market/candleSeries.ts';
import { addPrint, flatBar } from '../../market/candleSeries.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import { candleNowMs } from '../../market/stamps.ts';
import { HOUR_MS } from '../../market/timeframes.ts';
import { invalidInterval } from './errors.ts';
import type { Interval } from '../shared/intervals.ts';
import { isInterval, openOf, stepFrom } from '../shared/intervals.ts';
import { readTimeZone } from './timeZone.ts';
import type { Json } from '../shared/json.ts';
import type { ClosedBar } from './marketShapes.ts';
import { klineRow } from './marketShapes.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { LIMIT_DEFAULT, LIMIT_MAX, marketOf, timeRange } from './requests.ts';

/** `GET /api/v3/klines`: from `startTime` on, or the latest up to `endTime`. */
export function klines(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const interval = params.required('interval');
  if (!isInterval(interval)) throw invalidInterval();
  const range = timeRange(params);
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const shiftMs = readTimeZone(params.text('timeZone'));
  const { candleOffsetMs: offsetMs } = market.stamps;
  const asOfMs = candleNowMs(market, context.world.nowMs);
  const newestMs = openOf(interval, Math.min(range.toMs - offsetMs, asOfMs), shiftMs);
  const wantedMs = range.hasStart
    ? firstFrom(interval, range.fromMs - offsetMs, shiftMs)
    : stepFrom(interval, newestMs, 1 - limit, shiftMs);
  let openMs = Math.max(wantedMs, openOf(interval, oldestMs(market, interval), shiftMs));
  const rows: Json[] = [];
  while (openMs <= newestMs && rows.length < limit) {
    const nextMs = stepFrom(interval, openMs, 1, shiftMs);
    const bar = barBetween(market, openMs, nextMs);
    if (bar !== undefined) rows.push(klineRow(market, { bar, closeMs: nextMs - 1 }));
    openMs = nextMs;
  }
  return rows;
}

/** The bar of an interval that is open at a moment, as far as it has come. */
export function barAt(
  market: Market,
  interval: Interval,
  ms: number,
  shiftMs: number,
): ClosedBar | undefined {
  const openMs = openOf(interval, ms, shiftMs);
  const nextMs = stepFrom(interval, openMs, 1, shiftMs);
  const bar = barBetween(market, openMs, nextMs);
  return bar === undefined ? undefined : { bar, closeMs: nextMs - 1 };
}

function barBetween(market: Market, openMs: number, endMs: number): Bar | undefined {
  return endMs - openMs === 1_000 ? secondBar(market, openMs) : market.candles.span(openMs, endMs);
}

/** First opening at or after a moment. */
function firstFrom(interval: Interval, ms: number, shiftMs: number): number {
  const openMs = openOf(interval, ms, shiftMs);
  return openMs === ms ? openMs : stepFrom(interval, openMs, 1, shiftMs);
}

/** Market time from which on bars of an interval can be made. */
function oldestMs(market: Market, interval: Interval): number {
  const { minutes, hours, forming } = market.candles;
  if (interval === '1s') return market.tape()[0]?.timeMs ?? forming.openMs;
  const isLong = stepFrom(interval, 0, 1) >= HOUR_MS && hours.length > 0;
  if (isLong) return hours.firstMs;
  return minutes.length > 0 ? minutes.firstMs : forming.openMs;
}

/** A second's bar from the tape; flat at the price before it when nothing traded. */
function secondBar(market: Market, openMs: number): Bar {
  const tape = market.tape();
  let at = indexFrom(tape, openMs);
  const before = tape[at - 1] ?? tape[at];
  const bar = flatBar(openMs, before?.ticks ?? market.lastTicks);
  for (let trade = tape[at]; trade !== undefined && trade.timeMs < openMs + 1_000;) {
    addPrint(bar, trade);
    at += 1;
    trade = tape[at];
  }
  return bar;
}

/** Index of the first trade at or after a moment, in a tape that ascends in time. */
function indexFrom(tape: readonly PublicTrade[], ms: number): number {
  let low = 0;
  let high = tape.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tape[middle]?.timeMs ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
