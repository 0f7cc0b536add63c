/** Binance spot's REST endpoints over a world: a table of routes, each a thin translation. */
import { ASSET_DECIMALS, formatAtoms } from '../../engine/amounts.ts';
import type { Account } from '../../engine/account.ts';
import { isOpen } from '../../engine/account.ts';
import type { AccountTrade, Order, Refusal } from '../../engine/types.ts';
import type { Level } from '../../engine/book.ts';
import type { Market } from '../../market/market.ts';
import { DAY_MS, isTimeframe } from '../../market/timeframes.ts';
import type { World } from '../../market/world.ts';
import {
  badParameterCombination,
  cancelRejected,
  illegalParameter,
  invalidInterval,
  invalidSymbol,
  missingParameter,
  newOrderRejected,
  noSuchOrder,
  startAfterEnd,
} from './errors.ts';
import { exchangeInfo } from './exchangeInfo.ts';
import { readClientId, readOrderRequest } from './orderRequest.ts';
import type { Params } from './params.ts';
import type { Json, JsonObject } from './wire.ts';
import {
  aggTradeRow,
  cancelReply,
  klineRow,
  lotsText,
  myTradeRow,
  newOrderReply,
  orderRow,
  priceText,
  ticker24h,
  touchOf,
  volumeText,
} from './wire.ts';

/** What every handler works with. */
export interface RestContext {
  readonly world: World;
  readonly wallNowMs: () => number;
  /** Ids that cancel requests gave themselves, by order id: the user stream reports them. */
  readonly cancelIds: Map<number, string>;
}

/** One endpoint. Signed endpoints get the caller's account. */
export type Route =
  | { readonly isSigned: false; readonly weight: number; readonly handle: (context: RestContext, params: Params) => Json }
  | {
      readonly isSigned: true;
      readonly weight: number;
      /** The reply waits until the changed world is on disk. */
      readonly isChanging: boolean;
      readonly handle: (context: RestContext, params: Params, account: Account) => Json;
    };

const LIMIT_DEFAULT = 500;
const LIMIT_MAX = 1_000;
const DEPTH_DEFAULT = 100;
const DEPTH_MAX = 5_000;

function open(weight: number, handle: (context: RestContext, params: Params) => Json): Route {
  return { isSigned: false, weight, handle };
}

function signed(weight: number, handle: (context: RestContext, params: Params, account: Account) => Json): Route {
  return { isSigned: true, isChanging: false, weight, handle };
}

function changing(weight: number, handle: (context: RestContext, params: Params, account: Account) => Json): Route {
  return { isSigned: true, isChanging: true, weight, handle };
}

/** Endpoints by `METHOD path`. Weights: Binance spot API documentation. */
export const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['GET /api/v3/ping', open(1, () => ({}))],
  ['GET /api/v3/time', open(1, (context) => ({ serverTime: context.wallNowMs() }))],
  ['GET /api/v3/exchangeInfo', open(20, ({ world, wallNowMs }) => exchangeInfo(world.instruments, wallNowMs()))],
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

function marketOf({ world }: RestContext, params: Params): Market {
  return marketNamed(world, params.required('symbol'));
}

function marketNamed(world: World, id: string): Market {
  const market = world.markets.get(id);
  if (market === undefined) throw invalidSymbol();
  return market;
}

/** The markets that `symbol` or `symbols` ask for, all without either; and whether one alone was asked for. */
function marketsOf({ world }: RestContext, params: Params): { markets: Market[]; isSingle: boolean } {
  const symbol = params.text('symbol');
  const symbols = params.text('symbols');
  if (symbol !== undefined && symbols !== undefined) throw badParameterCombination();
  if (symbol !== undefined) return { markets: [marketNamed(world, symbol)], isSingle: true };
  if (symbols === undefined) return { markets: [...world.markets.values()], isSingle: false };
  const ids = /^\["[A-Z0-9]+"(?:,"[A-Z0-9]+")*\]$/.test(symbols) ? symbols.slice(2, -2).split('","') : undefined;
  if (ids === undefined) throw illegalParameter('symbols', '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$');
  return { markets: ids.map((id) => marketNamed(world, id)), isSingle: false };
}

function perMarket(context: RestContext, params: Params, row: (market: Market) => JsonObject): Json {
  const { markets, isSingle } = marketsOf(context, params);
  const rows = markets.map(row);
  return isSingle ? (rows[0] ?? {}) : rows;
}

function klines(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const interval = params.required('interval');
  if (!isTimeframe(interval)) throw invalidInterval();
  const fromMs = params.integer('startTime');
  const toMs = params.integer('endTime');
  const range = { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
  const bars = market.candles.bars(interval, { ...range, limit: params.limit(LIMIT_DEFAULT, LIMIT_MAX) });
  return bars.map((bar) => klineRow(market, interval, bar));
}

function depth(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const limit = params.limit(DEPTH_DEFAULT, DEPTH_MAX);
  const side = (levels: IterableIterator<Level>): Json[] => {
    const rows: Json[] = [];
    for (const level of levels) {
      if (rows.length === limit) break;
      rows.push([priceText(market.instrument, level.ticks), lotsText(market.instrument, level.lots)]);
    }
    return rows;
  };
  const { book } = market;
  return { lastUpdateId: book.updateId, bids: side(book.bids.levels()), asks: side(book.asks.levels()) };
}

function aggTrades(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const fromId = params.integer('fromId');
  const fromMs = params.integer('startTime');
  const toMs = params.integer('endTime') ?? Number.MAX_SAFE_INTEGER;
  if (fromId === undefined && fromMs === undefined && toMs === Number.MAX_SAFE_INTEGER) {
    return market.tape().slice(-limit).map((trade) => aggTradeRow(market, trade));
  }
  const matching = market
    .tape()
    .filter((trade) => trade.id >= (fromId ?? 0) && trade.timeMs >= (fromMs ?? 0) && trade.timeMs <= toMs);
  return matching.slice(0, limit).map((trade) => aggTradeRow(market, trade));
}

function trades(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const recent = market.tape().slice(-params.limit(LIMIT_DEFAULT, LIMIT_MAX));
  return recent.map((trade) => ({
    id: trade.id,
    price: priceText(market.instrument, trade.ticks),
    qty: volumeText(market, trade.volume),
    quoteQty: ((trade.ticks * trade.volume) / 10 ** (market.instrument.priceDecimals + market.volumeDecimals)).toFixed(ASSET_DECIMALS),
    time: trade.timeMs,
    isBuyerMaker: !trade.isTakerBuy,
    isBestMatch: true,
  }));
}

function tickers24h(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => ticker24h(market, context.world.nowMs));
}

function tickerPrices(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => ({
    symbol: market.instrument.id,
    price: priceText(market.instrument, market.lastTicks),
  }));
}

function bookTickers(context: RestContext, params: Params): Json {
  return perMarket(context, params, (market) => {
    const { bid, ask } = touchOf(market);
    const { id } = market.instrument;
    return { symbol: id, bidPrice: bid.price, bidQty: bid.quantity, askPrice: ask.price, askQty: ask.quantity };
  });
}

function rates(world: World): { maker: string; taker: string } {
  const text = (rate: string): string => Number(rate).toFixed(ASSET_DECIMALS);
  return { maker: text(world.fees.maker), taker: text(world.fees.taker) };
}

function accountInfo({ world }: RestContext, _params: Params, account: Account): Json {
  const { maker, taker } = rates(world);
  const balances = [...account.balances].map(([asset, { free, locked }]) => ({
    asset,
    free: formatAtoms(free),
    locked: formatAtoms(locked),
  }));
  return {
    makerCommission: Math.round(Number(maker) * 10_000),
    takerCommission: Math.round(Number(taker) * 10_000),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker, taker, buyer: '0.00000000', seller: '0.00000000' },
    canTrade: true,
    canWithdraw: false,
    canDeposit: false,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: world.nowMs,
    accountType: 'SPOT',
    balances,
    permissions: ['SPOT'],
    uid: 1,
  };
}

function commission(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const none = { maker: '0.00000000', taker: '0.00000000', buyer: '0.00000000', seller: '0.00000000' };
  return {
    symbol: market.instrument.id,
    standardCommission: { ...none, ...rates(context.world) },
    specialCommission: none,
    taxCommission: none,
    discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: '0.00000000' },
  };
}

function tradeFees(context: RestContext, params: Params): Json {
  const { markets } = marketsOf(context, params);
  const { maker, taker } = rates(context.world);
  return markets.map((market) => ({ symbol: market.instrument.id, makerCommission: maker, takerCommission: taker }));
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  UNKNOWN_ACCOUNT: 'This account may not place or cancel orders.',
  UNKNOWN_INSTRUMENT: 'This symbol is not permitted for this account.',
  INVALID_ORDER: 'Price * QTY is zero or less.',
  DUPLICATE_CLIENT_ID: 'Duplicate order sent.',
  INSUFFICIENT_FUNDS: 'Account has insufficient balance for requested action.',
  WOULD_TAKE: 'Order would immediately match and take.',
};

function createOrder(context: RestContext, params: Params, account: Account): Json {
  const market = marketOf(context, params);
  const { world } = context;
  const request = readOrderRequest(params, {
    instrument: market.instrument,
    accountId: account.id,
    lastTicks: market.lastTicks,
    defaultClientId: `sim${String(world.engine.counters.orderId + 1)}`,
  });
  const verbosity = params.text('newOrderRespType') ?? (request.type === 'LIMIT_MAKER' ? 'ACK' : 'FULL');
  if (verbosity !== 'ACK' && verbosity !== 'RESULT' && verbosity !== 'FULL') {
    throw illegalParameter('newOrderRespType', 'ACK|RESULT|FULL');
  }
  const result = world.place(request);
  if (!result.ok) throw newOrderRejected(REFUSALS[result.refusal]);
  return newOrderReply(result.order, result.fills, verbosity);
}

/** The order that `orderId` or `origClientOrderId` names on a market; both must agree when both are sent. */
function findOrder(market: Market, params: Params, account: Account): Order | undefined {
  const orderId = params.integer('orderId');
  const clientOrderId = readClientId(params, 'origClientOrderId');
  if (orderId === undefined && clientOrderId === undefined) throw missingParameter('orderId');
  const order =
    orderId === undefined
      ? account.orderByClientId(market.instrument.id, clientOrderId ?? '')
      : account.orderById(orderId);
  if (order?.instrument.id !== market.instrument.id) return undefined;
  return clientOrderId === undefined || order.clientOrderId === clientOrderId ? order : undefined;
}

function getOrder(context: RestContext, params: Params, account: Account): Json {
  const order = findOrder(marketOf(context, params), params, account);
  if (order === undefined) throw noSuchOrder();
  return orderRow(order);
}

function cancelOrder(context: RestContext, params: Params, account: Account): Json {
  const order = findOrder(marketOf(context, params), params, account);
  if (order === undefined || !isOpen(order)) throw cancelRejected();
  return cancelNow(context, order, readClientId(params, 'newClientOrderId'));
}

function cancelNow(context: RestContext, order: Order, requestId: string | undefined): JsonObject {
  const cancelId = requestId ?? `simcancel${String(order.id)}`;
  context.cancelIds.set(order.id, cancelId);
  context.world.cancel(order);
  context.cancelIds.delete(order.id);
  return cancelReply(order, cancelId);
}

/** Open orders of the account, oldest first. */
function openOrdersOf(account: Account, instrumentId: string | undefined): Order[] {
  return [...account.open.values()]
    .filter((order) => instrumentId === undefined || order.instrument.id === instrumentId)
    .sort((a, b) => a.id - b.id);
}

function openOrders(context: RestContext, params: Params, account: Account): Json {
  const symbol = params.text('symbol');
  const instrumentId = symbol === undefined ? undefined : marketNamed(context.world, symbol).instrument.id;
  return openOrdersOf(account, instrumentId).map(orderRow);
}

function cancelOpenOrders(context: RestContext, params: Params, account: Account): Json {
  const orders = openOrdersOf(account, marketOf(context, params).instrument.id);
  if (orders.length === 0) throw cancelRejected();
  return orders.map((order) => cancelNow(context, order, undefined));
}

function allOrders(context: RestContext, params: Params, account: Account): Json {
  const { id } = marketOf(context, params).instrument;
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const { fromMs, toMs } = dayRange(params);
  const fromId = params.integer('orderId');
  const orders = account.orders.filter(
    (order) =>
      order.instrument.id === id && order.createdMs >= fromMs && order.createdMs <= toMs && order.id >= (fromId ?? 0),
  );
  const isForward = fromId !== undefined || params.text('startTime') !== undefined;
  return (isForward ? orders.slice(0, limit) : orders.slice(-limit)).map(orderRow);
}

function myTrades(context: RestContext, params: Params, account: Account): Json {
  const { id } = marketOf(context, params).instrument;
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const fromId = params.integer('fromId');
  if (fromId !== undefined && (params.text('startTime') ?? params.text('endTime')) !== undefined) {
    throw badParameterCombination();
  }
  const { fromMs, toMs } = dayRange(params);
  const orderId = params.integer('orderId');
  const isWanted = (trade: AccountTrade): boolean =>
    trade.instrument.id === id &&
    (orderId === undefined || trade.orderId === orderId) &&
    trade.id >= (fromId ?? 0) &&
    trade.timeMs >= fromMs &&
    trade.timeMs <= toMs;
  const matching = account.trades.filter(isWanted);
  const isForward = fromId !== undefined || params.text('startTime') !== undefined;
  return (isForward ? matching.slice(0, limit) : matching.slice(-limit)).map(myTradeRow);
}

/** `startTime` and `endTime`, at most 24 hours apart when both are sent. */
function dayRange(params: Params): { fromMs: number; toMs: number } {
  const fromMs = params.integer('startTime');
  const toMs = params.integer('endTime');
  if (fromMs !== undefined && toMs !== undefined && toMs - fromMs > DAY_MS) throw startAfterEnd();
  return { fromMs: fromMs ?? 0, toMs: toMs ?? Number.MAX_SAFE_INTEGER };
}
