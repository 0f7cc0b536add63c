/** Signed endpoints that place and cancel single orders. */
import type { Account } from '../../engine/account.ts';
import { isOpen } from '../../engine/account.ts';
import type {
  AccountTrade,
  Order,
  OrderList,
  OrderRequest,
  Refusal,
  Refused,
} from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import { feeDiscount } from './accountInfo.ts';
import type { BinanceError } from './errors.ts';
import {
  cancelRejected,
  invalidCancelRestrictions,
  newOrderRejected,
  rejectedMessage,
} from './errors.ts';
import { checkFilters, filterError } from './filters.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { findOrder, openOrdersOf } from './orderQueries.ts';
import { readClientId, readOrderRequest, readVerbosity } from './orderRequest.ts';
import { cancelReply, listReply, newOrderReply } from './orderShapes.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { marketOf } from './requests.ts';

/** What the venue says of each refusal of the engine. */
const REFUSALS: Readonly<Record<Exclude<Refusal, 'FILTER'>, BinanceError>> = {
  UNKNOWN_ACCOUNT: newOrderRejected('This account may not place or cancel orders.'),
  UNKNOWN_INSTRUMENT: newOrderRejected('This symbol is not permitted for this account.'),
  INVALID_ORDER: newOrderRejected('Unsupported order combination'),
  DUPLICATE_CLIENT_ID: newOrderRejected('Duplicate order sent.'),
  INSUFFICIENT_FUNDS: newOrderRejected('Account has insufficient balance for requested action.'),
  WOULD_TAKE: newOrderRejected('Order would immediately match and take.'),
  WOULD_TRIGGER: newOrderRejected('Stop price would trigger immediately.'),
  LIST_PRICES: newOrderRejected('The relationship of the prices for the orders is not correct.'),
  HALTED: rejectedMessage('Market is closed.'),
};

/** The error of a refusal. */
export function refusalError({ refusal, filter = 'NOTIONAL' }: Omit<Refused, 'ok'>): BinanceError {
  return refusal === 'FILTER' ? filterError(filter) : REFUSALS[refusal];
}

/** A new order as far as it can be judged without the engine. */
export interface Intent {
  readonly market: Market;
  readonly request: OrderRequest;
  readonly verbosity: ReturnType<typeof readVerbosity>;
}

/** @throws BinanceError for parameters, filters and counts. */
export function readIntent(context: RestContext, params: Params, account: Account): Intent {
  const market = marketOf(context, params);
  const request = readOrderRequest(params, {
    market,
    accountId: account.id,
    defaultClientId: nextClientId(context, 1),
  });
  const verbosity = readVerbosity(params, request.type);
  checkFilters(context.world, [request]);
  return { market, request, verbosity };
}

/** The id the venue gives an order that brings none: the n-th order from now. */
export function nextClientId({ world }: RestContext, n: number): string {
  return `sim${String(world.engine.counters.orderId + n)}`;
}

/** @throws BinanceError for every refusal of the engine. */
export function placeNow(context: RestContext, { market, request, verbosity }: Intent): JsonObject {
  const against = market.book.opposite(request.side);
  if (request.quoteBudget > 0n && against.levelCount === 0 && market.book.status === 'TRADING')
    throw newOrderRejected('Order book liquidity is less than symbol minimum quantity.');
  const result = context.world.place(request);
  if (!result.ok) throw refusalError(result);
  const fills: readonly AccountTrade[] = result.fills;
  return newOrderReply(result.order, fills, verbosity);
}

/** `POST /api/v3/order`. @throws BinanceError −1013, −11xx, −2010. */
export function createOrder(context: RestContext, params: Params, account: Account): Json {
  const intent = readIntent(context, params, account);
  params.assertAllRead();
  return placeNow(context, intent);
}

/** `POST /api/v3/order/test`: everything but the engine. */
export function testOrder(context: RestContext, params: Params, account: Account): Json {
  const { market } = readIntent(context, params, account);
  const isTelling = params.flag('computeCommissionRates');
  params.assertAllRead();
  if (!isTelling) return {};
  const { maker, taker } = context.world.fees;
  const rates = { maker: Number(maker).toFixed(8), taker: Number(taker).toFixed(8) };
  const none = { maker: '0.00000000', taker: '0.00000000' };
  return {
    standardCommissionForOrder: rates,
    specialCommissionForOrder: none,
    taxCommissionForOrder: none,
    discount: feeDiscount(account, market.instrument),
  };
}

/** A cancel of one order, read and not yet done. */
export interface CancelIntent {
  readonly order: Order | undefined;
  readonly cancelId: string | undefined;
  readonly restriction: 'ONLY_NEW' | 'ONLY_PARTIALLY_FILLED' | undefined;
}

/** @throws BinanceError −1102 when no order is named, −1145 for an unknown restriction. */
export function readCancel(
  params: Params,
  where: { market: Market; account: Account; idName: string; clientIdName: string },
  cancelIdName: string,
): CancelIntent {
  return {
    order: findOrder(params, where),
    cancelId: readClientId(params, cancelIdName),
    restriction: params.choice(
      'cancelRestrictions',
      ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'],
      invalidCancelRestrictions,
    ),
  };
}

/** @throws BinanceError −2011 for an order that is not open, or that the restriction excludes. */
export function cancelNow(context: RestContext, intent: CancelIntent): JsonObject {
  const { order, restriction } = intent;
  if (order === undefined || !isOpen(order)) throw cancelRejected();
  const wanted = restriction === 'ONLY_NEW' ? 'NEW' : 'PARTIALLY_FILLED';
  if (restriction !== undefined && order.status !== wanted)
    throw cancelRejected('Order was not canceled due to cancel restrictions.');
  const list = context.world.engine.lists.get(order.listId);
  if (list !== undefined) return cancelList(context, list, intent.cancelId);
  const cancelId = intent.cancelId ?? `simcancel${String(order.id)}`;
  context.cancelIds.set(order.id, cancelId);
  context.world.cancel(order);
  context.cancelIds.delete(order.id);
  return cancelReply(order, cancelId);
}

/** Cancels both orders of a list and reports both. */
export function cancelList(
  context: RestContext,
  list: OrderList,
  requestId: string | undefined,
): JsonObject {
  const cancelId = requestId ?? `simcancel${String(list.orders[0].id)}`;
  const open = list.orders.filter(isOpen);
  for (const order of open) context.cancelIds.set(order.id, cancelId);
  for (const order of open) context.world.cancel(order);
  for (const order of open) context.cancelIds.delete(order.id);
  return listReply(
    list,
    list.orders.map((order) => cancelReply(order, cancelId)),
  );
}

/** `DELETE /api/v3/order`; an order of a list takes its list along. @throws BinanceError −2011. */
export function cancelOrder(context: RestContext, params: Params, account: Account): Json {
  const market = marketOf(context, params);
  const where = { market, account, idName: 'orderId', clientIdName: 'origClientOrderId' };
  const intent = readCancel(params, where, 'newClientOrderId');
  params.assertAllRead();
  return cancelNow(context, intent);
}

/** `DELETE /api/v3/openOrders`: single orders and whole lists of a symbol. */
export function cancelOpenOrders(context: RestContext, params: Params, account: Account): Json {
  const orders = openOrdersOf(account, marketOf(context, params).instrument.id);
  params.assertAllRead();
  if (orders.length === 0) throw cancelRejected();
  const replies: Json[] = [];
  for (const order of orders) {
    // The second of a list is gone with the first.
    if (isOpen(order))
      replies.push(cancelNow(context, { order, cancelId: undefined, restriction: undefined }));
  }
  return replies;
}
