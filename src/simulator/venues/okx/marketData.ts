/** Public market data: tickers, books, trades. */
import type { BookSide, Level } from '../../engine/book.ts';
import { tradeTimeMs } from '../../market/stamps.ts';
import type { Instrument } from '../../engine/types.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import { DAY_MS, HOUR_MS, floorTo } from '../../market/timeframes.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { OkxContext } from './context.ts';
import { badParameter } from './errors.ts';
import { isSpotAsked } from './instruments.ts';
import { PAGE_MAX, pageOf } from './pages.ts';
import type { Params } from './params.ts';
import {
  instIdOf,
  lotsText,
  priceText,
  quoteVolumeText,
  tapePriceText,
  timeText,
  volumeText,
} from './text.ts';

const BOOK_MAX = 400;
const FULL_BOOK_MAX = 5_000;
const TRADES_MAX = 500;
/** The day that begins at midnight in UTC+8. */
const UTC8_SHIFT_MS = 8 * HOUR_MS;

/** `market/ticker`. @throws OkxError 50014, 51001. */
export function ticker({ directory, world }: OkxContext, params: Params): Json {
  return [tickerRow(directory.of(params), world.nowMs)];
}

/** `market/tickers`. @throws OkxError 50014, 51000. */
export function tickers({ directory, world }: OkxContext, params: Params): Json {
  if (!isSpotAsked(params)) return [];
  return directory.all().map((market) => tickerRow(market, world.nowMs));
}

/** 24-hour statistics and best quotes; empty texts for an empty side of the book. */
export function tickerRow(market: Market, nowMs: number): JsonObject {
  const { instrument } = market;
  const day = market.day();
  const { bid, ask } = market.touch();
  const price = (ticks: number): string => tapePriceText(market, ticks);
  return {
    instType: 'SPOT',
    instId: instIdOf(instrument),
    last: price(day.close),
    lastSz: volumeText(market, market.tape().at(-1)?.volume ?? 0),
    ...quoteFields(instrument, 'ask', ask),
    ...quoteFields(instrument, 'bid', bid),
    open24h: price(day.open),
    high24h: price(day.high),
    low24h: price(day.low),
    volCcy24h: quoteVolumeText(market, day.quoteVolume),
    vol24h: volumeText(market, day.volume),
    ts: timeText(nowMs),
    sodUtc0: price(openOfDay(market, floorTo(nowMs, DAY_MS))),
    sodUtc8: price(openOfDay(market, floorTo(nowMs + UTC8_SHIFT_MS, DAY_MS) - UTC8_SHIFT_MS)),
  };
}

function quoteFields(
  instrument: Instrument,
  side: 'ask' | 'bid',
  level: Level | undefined,
): JsonObject {
  return {
    [`${side}Px`]: level === undefined ? '' : priceText(instrument, level.ticks),
    [`${side}Sz`]: level === undefined ? '' : lotsText(instrument, level.lots),
  };
}

/** Price a day opened at; the last price when its first hour is not kept. */
function openOfDay({ candles }: Market, startMs: number): number {
  return candles.bar('1h', startMs)?.open ?? candles.lastTicks;
}

/** `market/books`: `sz` levels per side, one without it, at most 400. @throws OkxError 50014, 51000, 51001. */
export function books({ directory, world }: OkxContext, params: Params): Json {
  const market = directory.of(params);
  const depth = params.limit(BOOK_MAX, 'sz', 1);
  return [bookRow(market, depth, world.nowMs)];
}

/** Like {@link books} but deeper, and without the field that is always 0. */
export function fullBook({ directory, world }: OkxContext, params: Params): Json {
  const market = directory.of(params);
  const depth = params.limit(FULL_BOOK_MAX, 'sz', 1);
  const side = (of: BookSide): Json =>
    levelRows(market.instrument, of, depth).map(([price, lots, , orders]) => [price, lots, orders]);
  const { asks, bids } = market.book;
  return [{ asks: side(asks), bids: side(bids), ts: timeText(world.nowMs) }];
}

/** A book cut off at `depth` levels per side. */
export function bookRow(market: Market, depth: number, nowMs: number): JsonObject {
  const { instrument, book } = market;
  return {
    asks: levelRows(instrument, book.asks, depth),
    bids: levelRows(instrument, book.bids, depth),
    ts: timeText(nowMs),
    seqId: book.updateId,
  };
}

/** Price, quantity, a field that is always 0, number of orders. */
export type LevelRow = readonly [price: string, lots: string, always0: '0', orders: string];

function levelRows(instrument: Instrument, side: BookSide, depth: number): LevelRow[] {
  const rows: LevelRow[] = [];
  for (const level of side.levels()) {
    if (rows.length === depth) break;
    rows.push(levelRow(instrument, level));
  }
  return rows;
}

/** One level of a book. */
export function levelRow(instrument: Instrument, level: Level): LevelRow {
  let orders = 0;
  for (let order = level.first; order !== undefined; order = order.behind) orders += 1;
  const { ticks, lots } = level;
  return [priceText(instrument, ticks), lotsText(instrument, lots), '0', String(orders)];
}

/** `market/trades`: the latest prints, newest first, at most 500. @throws OkxError 50014, 51000, 51001. */
export function trades({ directory }: OkxContext, params: Params): Json {
  const market = directory.of(params);
  const limit = params.limit(TRADES_MAX, 'limit', PAGE_MAX);
  const recent = market.tape().slice(-limit).reverse();
  return recent.map((trade) => tradeRow(market, trade));
}

/** Pages through what is still on the tape, by trade id or (`type` 2, only `after`) by time. */
export function historyTrades({ directory }: OkxContext, params: Params): Json {
  const market = directory.of(params);
  const isByTime = params.word('type', ['1', '2']) === '2';
  if (isByTime && params.text('before') !== undefined) throw badParameter('before');
  const key = (trade: PublicTrade): number => (isByTime ? trade.timeMs : trade.id);
  return pageOf(market.tape(), key, params).map((trade) => tradeRow(market, trade));
}

/** A public print. OKX's `trades` channel joins the prints of one taker at one price; here each print stands alone. */
export function tradeRow(market: Market, trade: PublicTrade): JsonObject {
  return {
    instId: instIdOf(market.instrument),
    side: trade.isTakerBuy ? 'buy' : 'sell',
    sz: volumeText(market, trade.volume),
    px: tapePriceText(market, trade.ticks),
    tradeId: String(trade.id),
    ts: timeText(tradeTimeMs(market, trade)),
    source: '0',
  };
}
