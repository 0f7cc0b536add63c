/** Market events: prices and bars in, indicators and signals on, strategies asked on completed bars. */
import type {
  CandleEvent,
  FeedEvent,
  HistoryEvent,
  PriceEvent,
  QuoteEvent,
  TradeEvent,
} from '../domain/events.ts';
import type { Bar } from '../domain/market.ts';
import { SECOND_MS } from '../domain/time.ts';
import { acceptCandle, acceptHistory, isSoundBar, type Series } from '../market/series.ts';
import { tend } from './guards.ts';
import { attempt, feed } from './isolation.ts';
import { decide } from './planning.ts';
import { watchPrice, watchTime } from './priceWatch.ts';
import { advanceStop } from './stopping.ts';
import {
  findSeries,
  type EngineState,
  type MarketState,
  type SeriesState,
  type StrategyRuntime,
} from './state.ts';

/** A price farther than this from the last one, as a fraction, is not believed at once. */
const JUMP_MAX = 0.2;
/** Market time after which it is, when it is still there. */
const JUMP_MS = SECOND_MS;

/** Market time never runs backwards, whatever order events arrive in. */
function advance(state: EngineState, market: MarketState, at: number): void {
  if (at > state.now) state.now = at;
  if (at > market.lastAt) market.lastAt = at;
}

export function onCandle(state: EngineState, event: CandleEvent): void {
  const place = findSeries(state, event);
  if (!place || !isSoundBar(event)) return;
  const { market, found } = place;
  advance(state, market, event.at);
  const { series } = found;
  const isBelieved = event.closed || believe(state, market, event.close);
  if (isBelieved && event.openTime > series.lastOpenTime) market.lastPrice = event.close;
  const gapBefore = series.gap;
  const bar = acceptCandle(series, event);
  if (isBelieved) {
    see(market, event);
    watchPrice(state, market);
  } else watchTime(state, market);
  if (bar) completed(state, found, bar, state.armed);
  else if (series.gap && series.gap !== gapBefore) {
    state.out.command({
      kind: 'backfill',
      symbol: event.symbol,
      timeframe: event.timeframe,
      ...series.gap,
    });
  }
}

export function onHistory(state: EngineState, event: HistoryEvent): void {
  const market = state.markets.get(event.symbol);
  const found = market?.series.get(event.timeframe);
  if (!market || !found) return;
  advance(state, market, event.at);
  const { series } = found;
  const { gap } = series;
  const taken = acceptHistory(series, event.bars, (bar) => {
    completed(state, found, bar, state.armed && isFresh(state, series, bar));
  });
  if (Number.isNaN(market.lastPrice)) market.lastPrice = series.lastClose;
  if (!gap) return;
  const missing = Math.round((gap.to - gap.from) / series.lengthMs);
  const { symbol, timeframe } = event;
  state.out.note({
    at: state.now,
    code: 'DATA_GAP',
    symbol,
    inputs: { symbol, timeframe, missing, found: taken },
  });
}

/** A bar may still lead to a decision while the bar after it is forming. */
function isFresh(state: EngineState, series: Series, bar: Bar): boolean {
  return bar.openTime + 2 * series.lengthMs > state.now;
}

export function onTrade(state: EngineState, event: TradeEvent): void {
  const market = state.markets.get(event.symbol);
  if (!market || !(event.price > 0 && event.price < Infinity)) return;
  advance(state, market, event.at);
  if (!believe(state, market, event.price)) {
    watchTime(state, market);
    return;
  }
  market.lastPrice = event.price;
  market.tickAt = event.at;
  const { seen } = market;
  seen.low = seen.high = event.price;
  seen.since = event.at;
  watchPrice(state, market);
}

export function onPrice(state: EngineState, { at, symbol, price }: PriceEvent): void {
  const market = state.markets.get(symbol);
  if (!market) return;
  advance(state, market, at);
  market.lastPrice = price;
  const { seen } = market;
  seen.low = seen.high = price;
  seen.since = at;
  watchPrice(state, market);
}

/**
 * Whether a price from inside a bar may lead to anything. One far from the last is noted and left out; when the market is still
 * there a while later, it is true. The bar that is forming repeats each trade, so a second mention alone proves nothing.
 */
function believe(state: EngineState, market: MarketState, price: number): boolean {
  const { lastPrice, jump, instrument } = market;
  const isJump = !Number.isNaN(lastPrice) && isFar(price, lastPrice);
  if (isJump && (Number.isNaN(jump.price) || isFar(price, jump.price))) {
    jump.price = price;
    jump.at = state.now;
    const { symbol } = instrument;
    const inputs = { symbol, price, lastPrice };
    state.out.note({ at: state.now, code: 'PRICE_JUMP', symbol, inputs });
    return false;
  }
  if (isJump && state.now - jump.at < JUMP_MS) return false;
  jump.price = Number.NaN;
  return true;
}

function isFar(price: number, from: number): boolean {
  return Math.abs(price / from - 1) > JUMP_MAX;
}

/**
 * What a bar says of the prices within it. Of a closed one that is its whole range, unless its prices were seen as they came, or were
 * told: then its low and its high are old news, and may be from before the position was taken.
 */
function see(market: MarketState, bar: CandleEvent): void {
  const { seen } = market;
  if (bar.closed && bar.told !== true && market.tickAt <= bar.openTime) {
    seen.low = bar.low;
    seen.high = bar.high;
    seen.since = bar.openTime;
    return;
  }
  seen.low = seen.high = bar.close;
  seen.since = bar.at;
  if (!bar.closed) market.tickAt = bar.at;
}

export function onQuote(state: EngineState, event: QuoteEvent): void {
  const market = state.markets.get(event.symbol);
  if (!market || !(event.bid > 0 && event.ask >= event.bid)) return;
  advance(state, market, event.at);
  market.bid = event.bid;
  market.ask = event.ask;
}

export function onFeed(state: EngineState, event: FeedEvent): void {
  const market = state.markets.get(event.symbol);
  if (!market) return;
  const { at, symbol, stale } = event;
  if (at > state.now) state.now = at;
  if (market.stale !== stale) {
    market.stale = stale;
    const code = stale ? 'DATA_SILENT' : 'DATA_FRESH';
    state.out.note({ at: state.now, code, symbol, inputs: { symbol } });
  }
  if (stale) watchTime(state, market);
}

function completed(state: EngineState, found: SeriesState, bar: Bar, deciding: boolean): void {
  if (found.isRead) found.signals.update(bar);
  for (const runtime of found.strategies) {
    feed(state, runtime, bar);
    runtime.barsSeen += 1;
    if (deciding) evaluate(state, runtime, bar);
  }
}

function evaluate(state: EngineState, runtime: StrategyRuntime, bar: Bar): void {
  if (runtime.stopping) advanceStop(state, runtime);
  else if (runtime.failure !== '') return;
  else if (state.now < runtime.stoppedUntil)
    decide(state, runtime, { code: 'COOLING_DOWN', inputs: { until: runtime.stoppedUntil } });
  else if (runtime.barsSeen < runtime.strategy.warmUpBars) {
    const inputs = { have: runtime.barsSeen, need: runtime.strategy.warmUpBars };
    decide(state, runtime, { code: 'WARMING_UP', inputs });
  } else {
    attempt(state, runtime, ({ strategy, context }) => {
      strategy.onBar(bar, context);
    });
    tend(state, runtime);
  }
}
