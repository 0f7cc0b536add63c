/** Public market data endpoints. */
import { ASSET_DECIMALS } from '../../engine/amounts.ts';
import type { Level } from '../../engine/book.ts';
import { isTimeframe } from '../../market/timeframes.ts';
import { invalidInterval } from './errors.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { LIMIT_DEFAULT, LIMIT_MAX, marketOf, perMarket } from './requests.ts';
import { ticker24h } from './tickers.ts';
import type { Json } from './wire.ts';
import {
  aggTradeRow,
  klineRow,
  lotsText,
  priceText,
  tapePriceText,
  touchOf,
  volumeText,
} from './wire.ts';

const DEPTH_DEFAULT = 100;
const DEPTH_MAX = 5_000;

export function klines(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const interval = params.required('interval');
  if (!isTimeframe(interval)) throw invalidInterval();
  const fromMs = params.integer('startTime');
  const toMs = params.integer('endTime');
  const range = {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
  const bars = market.candles.bars(interval, {
    ...range,
    limit: params.limit(LIMIT_DEFAULT, LIMIT_MAX),
  });
  return bars.map((bar) => klineRow(market, interval, bar));
}

export function depth(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const limit = params.limit(DEPTH_DEFAULT, DEPTH_MAX);
  const side = (levels: IterableIterator<Level>): Json[] => {
    const rows: Json[] = [];
    for (const level of levels) {
      if (rows.length === limit) break;
      rows.push([
        priceText(market.instrument, level.ticks),
        lotsText(market.instrument, level.lots),
      ]);
    }
    return rows;
  };
  const { book } = market;
  return {
    lastUpdateId: book.updateId,
    bids: side(book.bids.levels()),
    asks: side(book.asks.levels()),
  };
}

export function aggTrades(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const fromId = params.integer('fromId');
  const fromMs = params.integer('startTime');
  const toMs = params.integer('endTime') ?? Number.MAX_SAFE_INTEGER;
  if (fromId === undefined && fromMs === undefined && toMs === Number.MAX_SAFE_INTEGER) {
    return market
      .tape()
      .slice(-limit)
      .map((trade) => aggTradeRow(market, trade));
  }
  const matching = market
    .tape()
    .filter(
      (trade) => trade.id >= (fromId ?? 0) && trade.timeMs >= (fromMs ?? 0) && trade.timeMs <= toMs,
    );
  return matching.slice(0, limit).map((trade) => aggTradeRow(market, trade));
}

export function trades(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const recent = market.tape().slice(-params.limit(LIMIT_DEFAULT, LIMIT_MAX));
  return recent.map((trade) => ({
    id: trade.id,
    price: tapePriceText(market, trade.ticks),
    qty: volumeText(market, trade.volume),
    quoteQty: (
      (trade.ticks * trade.volume) /
      10 ** (market.grid.priceDecimals + market.grid.volumeDecimals)
    ).toFixed(ASSET_DECIMALS),
    time: trade.timeMs,
    isBuyerMaker: !trade.isTakerBuy,
    isBestMatch: true,
  }));
}

export function tickers24h(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => ticker24h(market, context.world.nowMs));
}

export function tickerPrices(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => ({
    symbol: market.instrument.id,
    price: tapePriceText(market, market.lastTicks),
  }));
}

export function bookTickers(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => {
    const { bid, ask } = touchOf(market);
    const { id } = market.instrument;
    return {
      symbol: id,
      bidPrice: bid.price,
      bidQty: bid.quantity,
      askPrice: ask.price,
      askQty: ask.quantity,
    };
  });
}
