/** Public market data endpoints besides bars and statistics: the book, trades, prices, best quotes. */
import { ASSET_DECIMALS } from '../../engine/amounts.ts';
import { tradeTimeMs } from '../../market/stamps.ts';
import type { Level } from '../../engine/book.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import { badParameterCombination } from './errors.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { aggTradeRow, depthRow, tapePriceText, touchOf, volumeText } from './marketShapes.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { LIMIT_DEFAULT, LIMIT_MAX, marketOf, perMarket, timeRange } from './requests.ts';

const DEPTH_DEFAULT = 100;
const DEPTH_MAX = 5_000;

/** `GET /api/v3/depth`. @throws BinanceError −1102, −1121. */
export function depth(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const limit = params.limit(DEPTH_DEFAULT, DEPTH_MAX);
  return { lastUpdateId: market.book.updateId, ...depthOf(market, limit) };
}

/** The best `limit` levels of both sides. */
export function depthOf(market: Market, limit: number): { bids: Json[]; asks: Json[] } {
  const side = (levels: IterableIterator<Level>): Json[] => {
    const rows: Json[] = [];
    for (const { ticks, lots } of levels) {
      if (rows.length === limit) break;
      rows.push(depthRow(market.instrument, ticks, lots));
    }
    return rows;
  };
  return { bids: side(market.book.bids.levels()), asks: side(market.book.asks.levels()) };
}

/** From an id on, by time, or the latest. `fromId` does not go with a time. */
export function aggTrades(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const fromId = params.integer('fromId');
  const range = timeRange(params);
  if (fromId !== undefined && (range.hasStart || range.hasEnd)) throw badParameterCombination();
  const matching = market
    .tape()
    .filter(
      ({ id, timeMs }) => id >= (fromId ?? 0) && timeMs >= range.fromMs && timeMs <= range.toMs,
    );
  const isForward = fromId !== undefined || range.hasStart;
  const page = isForward ? matching.slice(0, limit) : matching.slice(-limit);
  return page.map((trade) => aggTradeRow(market, trade));
}

/** `GET /api/v3/trades`: the latest. @throws BinanceError −1102, −1121. */
export function trades(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const recent = market.tape().slice(-params.limit(LIMIT_DEFAULT, LIMIT_MAX));
  return recent.map((trade) => tradeRow(market, trade));
}

/** As {@link trades}, or from an id on. */
export function historicalTrades(context: RestContext, params: Params): Json {
  const fromId = params.integer('fromId');
  if (fromId === undefined) return trades(context, params);
  const market = marketOf(context, params);
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const from = market.tape().findIndex(({ id }) => id >= fromId);
  const page = from < 0 ? [] : market.tape().slice(from, from + limit);
  return page.map((trade) => tradeRow(market, trade));
}

function tradeRow(market: Market, trade: PublicTrade): JsonObject {
  const decimals = market.grid.priceDecimals + market.grid.volumeDecimals;
  return {
    id: trade.id,
    price: tapePriceText(market, trade.ticks),
    qty: volumeText(market, trade.volume),
    quoteQty: ((trade.ticks * trade.volume) / 10 ** decimals).toFixed(ASSET_DECIMALS),
    time: tradeTimeMs(market, trade),
    isBuyerMaker: !trade.isTakerBuy,
    isBestMatch: true,
  };
}

/** `GET /api/v3/ticker/price`. */
export function tickerPrices(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => ({
    symbol: market.instrument.id,
    price: tapePriceText(market, market.lastTicks),
  }));
}

/** `GET /api/v3/ticker/bookTicker`. */
export function bookTickers(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => {
    const { bid, ask } = touchOf(market);
    return {
      symbol: market.instrument.id,
      bidPrice: bid.price,
      bidQty: bid.quantity,
      askPrice: ask.price,
      askQty: ask.quantity,
    };
  });
}
