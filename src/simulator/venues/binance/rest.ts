/** Binance spot's REST endpoints. Weights: Binance spot API documentation. */
import {
  accountInfo,
  apiRestrictions,
  assets,
  commission,
  orderUsage,
  systemStatus,
  tradeFees,
} from './accountInfo.ts';
import { cancelReplace } from './cancelReplace.ts';
import { exchangeInfo } from './exchangeInfo.ts';
import { klines } from './klines.ts';
import {
  aggTrades,
  bookTickers,
  depth,
  historicalTrades,
  tickerPrices,
  trades,
} from './marketData.ts';
import {
  allOrderLists,
  cancelOrderList,
  createOco,
  createOrderListOco,
  getOrderList,
  openOrderLists,
} from './orderLists.ts';
import { allOrders, getOrder, myTrades, openOrders } from './orderQueries.ts';
import type { Params } from './params.ts';
import type { Route } from './routes.ts';
import { open, read, trade } from './routes.ts';
import { averagePrice, rollingTicker, tickers24h, tradingDay } from './tickers.ts';
import { cancelOpenOrders, cancelOrder, createOrder, testOrder } from './trading.ts';

/** A weight for one symbol, another for all. */
const bySymbol =
  (one: number, all: number) =>
  (params: Params): number =>
    params.text('symbol') === undefined ? all : one;

/** The weight of many 24-hour statistics. */
function tickerWeight(params: Params): number {
  const count = params.text('symbol') === undefined ? (params.list('symbols')?.length ?? 101) : 1;
  if (count <= 20) return 2;
  return count <= 100 ? 40 : 80;
}

function depthWeight(params: Params): number {
  const limit = params.integer('limit') ?? 100;
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1_000 ? 50 : 250;
}

/** Endpoints by `METHOD path`. */
export const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['GET /api/v3/ping', open(1, () => ({}))],
  ['GET /api/v3/time', open(1, (context) => ({ serverTime: context.wallNowMs() }))],
  ['GET /api/v3/exchangeInfo', open(20, exchangeInfo)],
  ['GET /api/v3/klines', open(2, klines)],
  ['GET /api/v3/uiKlines', open(2, klines)],
  ['GET /api/v3/depth', open(depthWeight, depth)],
  ['GET /api/v3/aggTrades', open(4, aggTrades)],
  ['GET /api/v3/trades', open(25, trades)],
  ['GET /api/v3/historicalTrades', open(25, historicalTrades)],
  ['GET /api/v3/avgPrice', open(2, averagePrice)],
  ['GET /api/v3/ticker/24hr', open(tickerWeight, tickers24h)],
  ['GET /api/v3/ticker/tradingDay', open(4, tradingDay)],
  ['GET /api/v3/ticker', open(4, rollingTicker)],
  ['GET /api/v3/ticker/price', open(bySymbol(2, 4), tickerPrices)],
  ['GET /api/v3/ticker/bookTicker', open(bySymbol(2, 4), bookTickers)],
  ['GET /api/v3/account', read(20, accountInfo)],
  ['GET /api/v3/account/commission', read(20, commission)],
  ['GET /api/v3/rateLimit/order', read(40, orderUsage)],
  ['GET /sapi/v1/system/status', open(1, systemStatus)],
  ['GET /sapi/v1/asset/tradeFee', read(1, tradeFees)],
  ['GET /sapi/v1/account/apiRestrictions', read(1, apiRestrictions)],
  ['GET /sapi/v1/capital/config/getall', read(10, assets)],
  ['POST /api/v3/order', trade(createOrder, 1)],
  ['POST /api/v3/order/test', trade(testOrder)],
  ['POST /api/v3/order/cancelReplace', trade(cancelReplace, 1)],
  ['POST /api/v3/order/oco', trade(createOco, 2)],
  ['POST /api/v3/orderList/oco', trade(createOrderListOco, 2)],
  ['DELETE /api/v3/order', trade(cancelOrder)],
  ['DELETE /api/v3/openOrders', trade(cancelOpenOrders)],
  ['DELETE /api/v3/orderList', trade(cancelOrderList)],
  ['GET /api/v3/order', read(4, getOrder)],
  ['GET /api/v3/openOrders', read(bySymbol(6, 80), openOrders)],
  ['GET /api/v3/allOrders', read(20, allOrders)],
  ['GET /api/v3/orderList', read(4, getOrderList)],
  ['GET /api/v3/allOrderList', read(20, allOrderLists)],
  ['GET /api/v3/openOrderList', read(6, openOrderLists)],
  ['GET /api/v3/myTrades', read(20, myTrades)],
]);
