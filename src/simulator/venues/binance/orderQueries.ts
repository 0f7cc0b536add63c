/** Signed endpoints that ask for orders and trades. They see an order only when the read-after-write lag is over. */
import type { Account } from '../../engine/account.ts';
import { stampedFill } from '../../market/stamps.ts';
import type { AccountTrade, Order } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import { DAY_MS } from '../../market/timeframes.ts';
import { badParameterCombination, intervalTooBig, missingEither, noSuchOrder } from './errors.ts';
import type { Json } from '../shared/json.ts';
import { readClientId } from './orderRequest.ts';
import { listIdOf, myTradeRow, orderRow } from './orderShapes.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { LIMIT_DEFAULT, LIMIT_MAX, marketNamed, marketOf, timeRange } from './requests.ts';

/**
 * The order that an id or a client id names on a market; the id decides when both are sent, and the client id must fit.
 * @throws BinanceError −1102 when neither was sent.
 */
export function findOrder(
  params: Params,
  where: { market: Market; account: Account; idName: string; clientIdName: string },
): Order | undefined {
  const { market, account, idName, clientIdName } = where;
  const orderId = params.integer(idName);
  const clientOrderId = readClientId(params, clientIdName);
  if (orderId === undefined && clientOrderId === undefined)
    throw missingEither(clientIdName, idName);
  const order =
    orderId === undefined
      ? account.orderByClientId(market.instrument.id, clientOrderId ?? '')
      : account.orderById(orderId);
  if (order?.instrument.id !== market.instrument.id) return undefined;
  return clientOrderId === undefined || order.clientOrderId === clientOrderId ? order : undefined;
}

/** `GET /api/v3/order`. @throws BinanceError −2013. */
export function getOrder(context: RestContext, params: Params, account: Account): Json {
  const order = findOrder(params, {
    market: marketOf(context, params),
    account,
    idName: 'orderId',
    clientIdName: 'origClientOrderId',
  });
  if (order === undefined || !context.conditions.isVisible(order.id)) throw noSuchOrder();
  return orderRow(order);
}

/** Open orders of the account, oldest first. */
export function openOrdersOf(account: Account, instrumentId: string | undefined): Order[] {
  return account.open
    .values()
    .filter((order) => instrumentId === undefined || order.instrument.id === instrumentId);
}

/** `GET /api/v3/openOrders`: of a symbol or of all, oldest first. */
export function openOrders(context: RestContext, params: Params, account: Account): Json {
  const symbol = params.text('symbol');
  const instrumentId =
    symbol === undefined ? undefined : marketNamed(context.world, symbol).instrument.id;
  return openOrdersOf(account, instrumentId)
    .filter(({ id }) => context.conditions.isVisible(id))
    .map(orderRow);
}

/** By id from `orderId` on, by time of creation, or the latest. At most 24 hours when both ends are given. */
export function allOrders(context: RestContext, params: Params, account: Account): Json {
  const { id } = marketOf(context, params).instrument;
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const range = dayRange(params);
  const fromId = params.integer('orderId');
  // An order ends no earlier than it was made.
  const orders = account
    .ordersSince(range.fromMs)
    .filter(
      (order) =>
        order.instrument.id === id &&
        context.conditions.isVisible(order.id) &&
        order.createdMs >= range.fromMs &&
        order.createdMs <= range.toMs &&
        order.id >= (fromId ?? 0),
    );
  return page(orders, limit, fromId !== undefined || range.hasStart).map(orderRow);
}

/**
 * By id from `fromId` on, by order, by time, or the latest. `fromId` only goes with `orderId`; at most 24 hours when
 * both ends are given.
 */
export function myTrades(context: RestContext, params: Params, account: Account): Json {
  const { id } = marketOf(context, params).instrument;
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const fromId = params.integer('fromId');
  const orderId = params.integer('orderId');
  const range = dayRange(params);
  if ((fromId !== undefined || orderId !== undefined) && (range.hasStart || range.hasEnd))
    throw badParameterCombination();
  const isForward = fromId !== undefined || range.hasStart;
  const wanted = { ...range, instrumentId: id, orderId, fromId };
  const rows = isForward ? account.trades.select(wanted) : account.trades.selectNewest(wanted);
  const isVisible = (trade: AccountTrade): boolean => context.conditions.isVisible(trade.orderId);
  const trades = firstOf(rows, isVisible, limit);
  if (!isForward) trades.reverse();
  return trades.map((trade) =>
    myTradeRow(
      stampedFill(context.world, trade),
      listIdOf(account.orderById(trade.orderId) ?? { listId: 0 }),
    ),
  );
}

/** The first rows of a list that was asked for from somewhere on, else the last ones. */
function page<T>(rows: readonly T[], limit: number, isForward: boolean): readonly T[] {
  return isForward ? rows.slice(0, limit) : rows.slice(-limit);
}

function firstOf<T>(rows: Iterable<T>, isWanted: (row: T) => boolean, limit: number): T[] {
  const kept: T[] = [];
  for (const row of rows) {
    if (kept.length >= limit) break;
    if (isWanted(row)) kept.push(row);
  }
  return kept;
}

/** @throws BinanceError −1127 when both ends are sent and more than 24 hours apart. */
function dayRange(params: Params): ReturnType<typeof timeRange> {
  const range = timeRange(params);
  if (range.hasStart && range.hasEnd && range.toMs - range.fromMs > DAY_MS) throw intervalTooBig();
  return range;
}
