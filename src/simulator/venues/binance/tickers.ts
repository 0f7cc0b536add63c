/** Statistics over a while: the average price, the 24-hour, trading-day and rolling-window tickers, and their streams. */
import { averageTapeTicks } from '../../market/averages.ts';
import type { Bar } from '../../market/candleSeries.ts';
import type { Market } from '../../market/market.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, floorTo } from '../../market/timeframes.ts';
import { illegalParameter, invalidTickerType, missingEither } from './errors.ts';
import { openOf } from '../shared/intervals.ts';
import { readTimeZone } from './timeZone.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { quoteVolumeText, tapePriceText, touchOf, volumeText } from './marketShapes.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { marketOf, perMarket } from './requests.ts';

/** `GET /api/v3/avgPrice`. */
export function averagePrice(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  return {
    mins: market.instrument.averageMinutes,
    price: tapePriceText(market, Math.round(averageTapeTicks(market))),
    closeTime: market.tape().at(-1)?.timeMs ?? context.world.nowMs,
  };
}

/** `GET /api/v3/ticker/24hr`. */
export function tickers24h(context: RestContext, params: Params): Json {
  const { nowMs } = context.world;
  const isMini = readIsMini(params);
  return perMarket(context, params, (market) =>
    isMini ? core(market, dayOf(market, nowMs)) : ticker24h(market, nowMs),
  );
}

/** `GET /api/v3/ticker/tradingDay`: since midnight of a time zone. */
export function tradingDay(context: RestContext, params: Params): Json {
  const { nowMs } = context.world;
  const openMs = openOf('1d', nowMs, readTimeZone(params.text('timeZone')));
  return windowed(context, params, { openMs, closeMs: openMs + DAY_MS - 1 });
}

const WINDOW = /^([1-9]|[1-5]\d)m$|^([1-9]|1\d|2[0-3])h$|^([1-7])d$/;

/** `GET /api/v3/ticker`: a rolling window of whole minutes, `1d` unless `windowSize` says otherwise. */
export function rollingTicker(context: RestContext, params: Params): Json {
  const size = params.text('windowSize') ?? '1d';
  const match = WINDOW.exec(size);
  if (match === null) throw illegalParameter('windowSize', WINDOW.source);
  const [, minutes = 0, hours = 0, days = 0] = match;
  const lengthMs = Number(minutes) * MINUTE_MS + Number(hours) * HOUR_MS + Number(days) * DAY_MS;
  const { nowMs } = context.world;
  const openMs = floorTo(nowMs - lengthMs, MINUTE_MS);
  return windowed(context, params, { openMs, closeMs: nowMs });
}

/** Statistics of one symbol or several. @throws BinanceError −1102 when none is named. */
function windowed(
  context: RestContext,
  params: Params,
  window: { openMs: number; closeMs: number },
): Json {
  if ((params.text('symbol') ?? params.text('symbols')) === undefined)
    throw missingEither('symbol', 'symbols');
  const isMini = readIsMini(params);
  return perMarket(context, params, (market) => {
    const statistics = { ...window, bar: spanOf(market, window.openMs) };
    return isMini ? core(market, statistics) : full(market, statistics);
  });
}

function readIsMini(params: Params): boolean {
  return params.choice('type', ['FULL', 'MINI'], invalidTickerType) === 'MINI';
}

/** What happened in a stretch of market time. */
interface Statistics {
  readonly openMs: number;
  readonly closeMs: number;
  readonly bar: Bar;
}

function dayOf(market: Market, nowMs: number): Statistics {
  return { openMs: nowMs - DAY_MS, closeMs: nowMs, bar: market.day() };
}

/** The bar from a minute on until now. */
function spanOf(market: Market, openMs: number): Bar {
  const { forming } = market.candles;
  return market.candles.span(openMs, forming.openMs + MINUTE_MS) ?? forming;
}

/** The fields of the short form. */
function core(market: Market, { bar, openMs, closeMs }: Statistics): JsonObject {
  const price = (ticks: number): string => tapePriceText(market, ticks);
  return {
    symbol: market.instrument.id,
    openPrice: price(bar.open),
    highPrice: price(bar.high),
    lowPrice: price(bar.low),
    lastPrice: price(bar.close),
    volume: volumeText(market, bar.volume),
    quoteVolume: quoteVolumeText(market, bar.quoteVolume),
    openTime: openMs,
    closeTime: closeMs,
    firstId: bar.prints > 0 ? Math.max(0, market.lastTradeId - bar.prints + 1) : -1,
    lastId: bar.prints > 0 ? market.lastTradeId : -1,
    count: bar.prints,
  };
}

function full(market: Market, statistics: Statistics): JsonObject {
  const { bar } = statistics;
  const change = bar.close - bar.open;
  const average = bar.volume > 0 ? bar.quoteVolume / bar.volume : bar.close;
  return {
    ...core(market, statistics),
    priceChange: tapePriceText(market, change),
    priceChangePercent: ((change / bar.open) * 100).toFixed(3),
    weightedAvgPrice: tapePriceText(market, Math.round(average)),
  };
}

/** A row of `GET /api/v3/ticker/24hr`. */
function ticker24h(market: Market, nowMs: number): JsonObject {
  const day = dayOf(market, nowMs);
  const { bid, ask } = touchOf(market);
  return {
    ...full(market, day),
    prevClosePrice: tapePriceText(market, day.bar.open),
    lastQty: volumeText(market, market.tape().at(-1)?.volume ?? 0),
    bidPrice: bid.price,
    bidQty: bid.quantity,
    askPrice: ask.price,
    askQty: ask.quantity,
  };
}

/** The event of `<symbol>@miniTicker`. */
export function miniTickerEvent(market: Market, eventMs: number): JsonObject {
  const day = core(market, dayOf(market, eventMs));
  return {
    e: '24hrMiniTicker',
    E: eventMs,
    s: market.instrument.id,
    ...renamed(day, {
      c: 'lastPrice',
      o: 'openPrice',
      h: 'highPrice',
      l: 'lowPrice',
      v: 'volume',
      q: 'quoteVolume',
    }),
  };
}

/** The event of `<symbol>@ticker`. */
export function tickerEvent(market: Market, eventMs: number): JsonObject {
  return {
    e: '24hrTicker',
    E: eventMs,
    s: market.instrument.id,
    ...renamed(ticker24h(market, eventMs), {
      p: 'priceChange',
      P: 'priceChangePercent',
      w: 'weightedAvgPrice',
      x: 'prevClosePrice',
      c: 'lastPrice',
      Q: 'lastQty',
      b: 'bidPrice',
      B: 'bidQty',
      a: 'askPrice',
      A: 'askQty',
      o: 'openPrice',
      h: 'highPrice',
      l: 'lowPrice',
      v: 'volume',
      q: 'quoteVolume',
      O: 'openTime',
      C: 'closeTime',
      F: 'firstId',
      L: 'lastId',
      n: 'count',
    }),
  };
}

/** Fields of an object under other names. */
function renamed(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(names).map(([to, from]) => [to, object[from] ?? null]));
}
