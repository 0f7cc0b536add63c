/** Signed endpoints of order lists: pairs of orders of which one cancels the other (OCO). */
import type { Account } from '../../engine/account.ts';
import { isOpen } from '../../engine/account.ts';
import type { OrderList, OrderRequest, OrderType, Side } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import {
  OCO_ERRORS,
  badParameterCombination,
  cancelRejected,
  invalidParameter,
  missingEither,
  missingParameter,
  noSuchOrderList,
} from './errors.ts';
import { checkFilters } from './filters.ts';
import type { Json } from '../shared/json.ts';
import type { FieldNames } from './orderRequest.ts';
import { ORDER_TYPES, readClientId, readOrder, readSide } from './orderRequest.ts';
import { listReply, listRow, newOrderReply } from './orderShapes.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { LIMIT_DEFAULT, LIMIT_MAX, marketOf, timeRange } from './requests.ts';
import { cancelList, nextClientId, refusalError } from './trading.ts';

/** Names of one leg's parameters that carry the leg's own prefix. */
function prefixed(prefix: string): FieldNames {
  return {
    price: `${prefix}Price`,
    stopPrice: `${prefix}StopPrice`,
    timeInForce: `${prefix}TimeInForce`,
    clientOrderId: `${prefix}ClientOrderId`,
    icebergQty: `${prefix}IcebergQty`,
    trailingDelta: `${prefix}TrailingDelta`,
    strategyId: `${prefix}StrategyId`,
    strategyType: `${prefix}StrategyType`,
  };
}

/** The two legs of the older request: a maker order and a stop, whose prices have names of their own. */
const LIMIT_LEG: FieldNames = {
  ...prefixed('limit'),
  price: 'price',
  stopPrice: 'limitStopPrice',
};
const STOP_LEG: FieldNames = {
  ...prefixed('stop'),
  price: 'stopLimitPrice',
  stopPrice: 'stopPrice',
  timeInForce: 'stopLimitTimeInForce',
  trailingDelta: 'trailingDelta',
};

interface Leg {
  readonly type: OrderType;
  readonly names: FieldNames;
}

interface ListIntent {
  readonly market: Market;
  readonly side: Side;
  readonly legs: readonly [Leg, Leg];
}

/** `POST /api/v3/order/oco`: a LIMIT_MAKER and a stop loss. */
export function createOco(context: RestContext, params: Params, account: Account): Json {
  const market = marketOf(context, params);
  const side = readSide(params);
  const type = params.text('stopLimitPrice') === undefined ? 'STOP_LOSS' : 'STOP_LOSS_LIMIT';
  const stop: Leg = { type, names: STOP_LEG };
  const limit: Leg = { type: 'LIMIT_MAKER', names: LIMIT_LEG };
  return placeList(context, params, account, { market, side, legs: [stop, limit] });
}

/** `POST /api/v3/orderList/oco`: any two kinds that wait on either side of the price. */
export function createOrderListOco(context: RestContext, params: Params, account: Account): Json {
  const market = marketOf(context, params);
  const side = readSide(params);
  const above: Leg = { type: legType(params, 'aboveType'), names: prefixed('above') };
  const below: Leg = { type: legType(params, 'belowType'), names: prefixed('below') };
  checkPositions(side, above.type, below.type);
  return placeList(context, params, account, { market, side, legs: [above, below] });
}

function legType(params: Params, name: string): OrderType {
  const text = params.required(name);
  const type = ORDER_TYPES.find((known) => known === text);
  if (type === undefined || type === 'LIMIT' || type === 'MARKET') throw OCO_ERRORS.type;
  return type;
}

/** Which kind may wait above and which below the price, for each side. @throws BinanceError −1165 … −1199. */
function checkPositions(side: Side, above: OrderType, below: OrderType): void {
  if (above === 'LIMIT_MAKER' && below === 'LIMIT_MAKER') throw OCO_ERRORS.bothLimit;
  if (side === 'BUY') {
    if (above === 'LIMIT_MAKER') throw OCO_ERRORS.buyLimitAbove;
    if (above.startsWith('TAKE_PROFIT')) throw OCO_ERRORS.buyTakeProfitAbove;
    if (below.startsWith('STOP_LOSS')) throw OCO_ERRORS.buyStopBelow;
    return;
  }
  if (below === 'LIMIT_MAKER') throw OCO_ERRORS.sellLimitBelow;
  if (below.startsWith('TAKE_PROFIT')) throw OCO_ERRORS.sellTakeProfitBelow;
  if (above.startsWith('STOP_LOSS')) throw OCO_ERRORS.sellStopAbove;
}

function placeList(
  context: RestContext,
  params: Params,
  account: Account,
  { market, side, legs }: ListIntent,
): Json {
  const clientListId =
    readClientId(params, 'listClientOrderId') ?? `simlist${nextClientId(context, 1)}`;
  const verbosity =
    params.choice('newOrderRespType', ['ACK', 'RESULT', 'FULL'], () =>
      invalidParameter('newOrderRespType'),
    ) ?? 'RESULT';
  if (params.text('quantity') === undefined) throw missingParameter('quantity');
  const read = ({ type, names }: Leg, n: number): OrderRequest =>
    readOrder(params, {
      market,
      side,
      type,
      names,
      accountId: account.id,
      defaultClientId: nextClientId(context, n),
    });
  const requests = [read(legs[0], 1), read(legs[1], 2)] as const;
  checkFilters(context.world, requests);
  params.assertAllRead();
  const result = context.world.placeList({ clientListId, legs: requests });
  if (!result.ok) {
    // A trigger on the wrong side of the last price is, in a pair, a matter of the two prices.
    throw refusalError(result.refusal === 'WOULD_TRIGGER' ? { refusal: 'LIST_PRICES' } : result);
  }
  const reports = result.list.orders.map((order) => newOrderReply(order, [], verbosity));
  return listReply(result.list, reports);
}

/** The list that `orderListId` or a client id names; the id decides when both are sent. */
function findList(
  { world }: RestContext,
  params: Params,
  account: Account,
  clientIdName: string,
): OrderList | undefined {
  const id = params.integer('orderListId');
  const clientId = readClientId(params, clientIdName);
  if (id === undefined && clientId === undefined) throw missingEither(clientIdName, 'orderListId');
  const { lists, orderLists } = world.engine;
  const list = id === undefined ? orderLists.find(account.id, clientId ?? '') : lists.get(id);
  return list?.accountId === account.id ? list : undefined;
}

/** `DELETE /api/v3/orderList`. @throws BinanceError −2011 when nothing of it is open. */
export function cancelOrderList(context: RestContext, params: Params, account: Account): Json {
  const market = marketOf(context, params);
  const list = findList(context, params, account, 'listClientOrderId');
  const cancelId = readClientId(params, 'newClientOrderId');
  params.assertAllRead();
  if (list?.instrument.id !== market.instrument.id || !list.orders.some(isOpen))
    throw cancelRejected();
  return cancelList(context, list, cancelId);
}

/** `GET /api/v3/orderList`. @throws BinanceError −2013. */
export function getOrderList(context: RestContext, params: Params, account: Account): Json {
  const list = findList(context, params, account, 'origClientOrderId');
  if (list === undefined || !isVisible(context, list)) throw noSuchOrderList();
  return listRow(list);
}

/** From an id on, by time, or the latest. */
export function allOrderLists(context: RestContext, params: Params, account: Account): Json {
  const fromId = params.integer('fromId');
  const limit = params.limit(LIMIT_DEFAULT, LIMIT_MAX);
  const range = timeRange(params);
  if (fromId !== undefined && (range.hasStart || range.hasEnd)) throw badParameterCombination();
  const lists = listsOf(context, account).filter(
    ({ id, createdMs }) =>
      id >= (fromId ?? 0) && createdMs >= range.fromMs && createdMs <= range.toMs,
  );
  const isForward = fromId !== undefined || range.hasStart;
  return (isForward ? lists.slice(0, limit) : lists.slice(-limit)).map(listRow);
}

/** `GET /api/v3/openOrderList`, oldest first. */
export function openOrderLists(context: RestContext, _params: Params, account: Account): Json {
  return listsOf(context, account)
    .filter(({ status }) => status === 'EXECUTING')
    .map(listRow);
}

/** The account's lists that questions may show, oldest first. */
function listsOf(context: RestContext, account: Account): OrderList[] {
  return [...context.world.engine.lists.values()].filter(
    (list) => list.accountId === account.id && isVisible(context, list),
  );
}

function isVisible({ conditions }: RestContext, list: OrderList): boolean {
  return list.orders.every(({ id }) => conditions.isVisible(id));
}
