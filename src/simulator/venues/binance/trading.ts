/** Signed endpoints: account, orders, trades of the account. */
import type { Account } from '../../engine/account.ts';
import { isOpen } from '../../engine/account.ts';
import { ASSET_DECIMALS, formatAtoms } from '../../engine/amounts.ts';
import type { AccountTrade, Order, Refusal } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import { DAY_MS } from '../../market/timeframes.ts';
import type { World } from '../../market/world.ts';
import {
  badParameterCombination,
  cancelRejected,
  illegalParameter,
  missingParameter,
  newOrderRejected,
  noSuchOrder,
  startAfterEnd,
} from './errors.ts';
import { readClientId, readOrderRequest } from './orderRequest.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { LIMIT_DEFAULT, LIMIT_MAX, marketNamed, marketOf, marketsOf } from './requests.ts';
import type { Json, JsonObject } from './wire.ts';
import { cancelReply, myTradeRow, newOrderReply, orderRow } from './wire.ts';

function rates(world: World): { maker: string; taker: string } {
  const text = (rate: string): string => Number(rate).toFixed(ASSET_DECIMALS);
  return { maker: text(world.fees.maker), taker: text(world.fees.taker) };
}

export function accountInfo({ world }: RestContext, _params: Params, account: Account): Json {
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

export function commission(context: RestContext, params: Params): Json {
  const market = marketOf(context, params);
  const none = {
    maker: '0.00000000',
    taker: '0.00000000',
    buyer: '0.00000000',
    seller: '0.00000000',
  };
  return {
    symbol: market.instrument.id,
    standardCommission: { ...none, ...rates(context.world) },
    specialCommission: none,
    taxCommission: none,
    discount: {
      enabledForAccount: false,
      enabledForSymbol: false,
      discountAsset: 'BNB',
      discount: '0.00000000',
    },
  };
}

export function tradeFees(context: RestContext, params: Params): Json {
  const { markets } = marketsOf(context, params);
  const { maker, taker } = rates(context.world);
  return markets.map((market) => ({
    symbol: market.instrument.id,
    makerCommission: maker,
    takerCommission: taker,
  }));
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  UNKNOWN_ACCOUNT: 'This account may not place or cancel orders.',
  UNKNOWN_INSTRUMENT: 'This symbol is not permitted for this account.',
  INVALID_ORDER: 'Price * QTY is zero or less.',
  DUPLICATE_CLIENT_ID: 'Duplicate order sent.',
  INSUFFICIENT_FUNDS: 'Account has insufficient balance for requested action.',
  WOULD_TAKE: 'Order would immediately match and take.',
  WOULD_TRIGGER: 'Stop price would trigger immediately.',
  HALTED: 'Market is closed.',
  FILTER: 'Filter failure.',
  LIST_PRICES: 'The relationship of the prices for the orders is not correct.',
};

export function createOrder(context: RestContext, params: Params, account: Account): Json {
  const market = marketOf(context, params);
  const { world } = context;
  const request = readOrderRequest(params, {
    instrument: market.instrument,
    accountId: account.id,
    lastTicks: market.lastOrderTicks,
    defaultClientId: `sim${String(world.engine.counters.orderId + 1)}`,
  });
  const verbosity =
    params.text('newOrderRespType') ?? (request.type === 'LIMIT_MAKER' ? 'ACK' : 'FULL');
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

export function getOrder(context: RestContext, params: Params, account: Account): Json {
  const order = findOrder(marketOf(context, params), params, account);
  if (order === undefined) throw noSuchOrder();
  return orderRow(order);
}

export function cancelOrder(context: RestContext, params: Params, account: Account): Json {
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

export function openOrders(context: RestContext, params: Params, account: Account): Json {
  const symbol = params.text('symbol');
  const instrumentId =
    symbol === undefined ? undefined : marketNamed(context.world, symbol).instrument.id;
  return openOrdersOf(account, instrumentId).map(orderRow);
}

export function cancelOpenOrders(context: RestContext, params: Params, account: Account): Json {
  const orders = openOrdersOf(account, marketOf(context, params).instrument.id);
  if (orders.length === 0) throw cancelRejected();
  return orders.map((order) => cancelNow(context, order, undefined));
}

export function allOrders(context: RestContext, params: Params, account: Account): Json {
  const { id } = marketOf(context, params).instrument;
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const { fromMs, toMs } = dayRange(params);
  const fromId = params.integer('orderId');
  const orders = account.orders.filter(
    (order) =>
      order.instrument.id === id &&
      order.createdMs >= fromMs &&
      order.createdMs <= toMs &&
      order.id >= (fromId ?? 0),
  );
  const isForward = fromId !== undefined || params.text('startTime') !== undefined;
  return (isForward ? orders.slice(0, limit) : orders.slice(-limit)).map(orderRow);
}

export function myTrades(context: RestContext, params: Params, account: Account): Json {
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
