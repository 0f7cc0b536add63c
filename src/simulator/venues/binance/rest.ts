/** Binance spot's REST endpoints: which there are, what they weigh, who may call them. */
import type { Account } from '../../engine/account.ts';
import { exchangeInfo } from './exchangeInfo.ts';
import {
  aggTrades,
  bookTickers,
  depth,
  klines,
  tickerPrices,
  tickers24h,
  trades,
} from './marketData.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import {
  accountInfo,
  allOrders,
  cancelOpenOrders,
  cancelOrder,
  commission,
  createOrder,
  getOrder,
  myTrades,
  openOrders,
  tradeFees,
} from './trading.ts';
import type { Json } from './wire.ts';

/** One endpoint. Signed endpoints get the caller's account. */
export type Route =
  | {
      readonly isSigned: false;
      readonly weight: number;
      readonly handle: (context: RestContext, params: Params) => Json;
    }
  | {
      readonly isSigned: true;
      readonly weight: number;
      /** The reply waits until the changed world is on disk. */
      readonly isChanging: boolean;
      readonly handle: (context: RestContext, params: Params, account: Account) => Json;
    };

function open(weight: number, handle: (context: RestContext, params: Params) => Json): Route {
  return { isSigned: false, weight, handle };
}

function signed(
  weight: number,
  handle: (context: RestContext, params: Params, account: Account) => Json,
): Route {
  return { isSigned: true, isChanging: false, weight, handle };
}

function changing(
  weight: number,
  handle: (context: RestContext, params: Params, account: Account) => Json,
): Route {
  return { isSigned: true, isChanging: true, weight, handle };
}

/** Endpoints by `METHOD path`. Weights: Binance spot API documentation. */
export const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['GET /api/v3/ping', open(1, () => ({}))],
  ['GET /api/v3/time', open(1, (context) => ({ serverTime: context.wallNowMs() }))],
  [
    'GET /api/v3/exchangeInfo',
    open(20, ({ world, wallNowMs }) => exchangeInfo(world.instruments, wallNowMs())),
  ],
  ['GET /api/v3/klines', open(2, klines)],
  ['GET /api/v3/depth', open(5, depth)],
  ['GET /api/v3/aggTrades', open(4, aggTrades)],
  ['GET /api/v3/trades', open(25, trades)],
  ['GET /api/v3/ticker/24hr', open(2, tickers24h)],
  ['GET /api/v3/ticker/price', open(2, tickerPrices)],
  ['GET /api/v3/ticker/bookTicker', open(2, bookTickers)],
  ['GET /api/v3/account', signed(20, accountInfo)],
  ['GET /api/v3/account/commission', signed(20, commission)],
  ['GET /sapi/v1/asset/tradeFee', signed(1, tradeFees)],
  ['POST /api/v3/order', changing(1, createOrder)],
  ['GET /api/v3/order', signed(4, getOrder)],
  ['DELETE /api/v3/order', changing(1, cancelOrder)],
  ['GET /api/v3/openOrders', signed(6, openOrders)],
  ['DELETE /api/v3/openOrders', changing(1, cancelOpenOrders)],
  ['GET /api/v3/allOrders', signed(20, allOrders)],
  ['GET /api/v3/myTrades', signed(20, myTrades)],
]);
