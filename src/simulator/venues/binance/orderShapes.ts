/** Binance's JSON shapes for orders, order lists and an account's trades. Amounts are text with 8 decimals, as on the venue. */
import { formatAtoms } from '../../engine/amounts.ts';
import type { AccountTrade, Order, OrderList } from '../../engine/types.ts';
import { hasTrigger } from '../../engine/types.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { lotsText, priceText } from './marketShapes.ts';
import type { Verbosity } from './orderRequest.ts';

const NO_SELF_TRADE_PREVENTION = { selfTradePreventionMode: 'NONE' };

/** The venue's id of an order's list: −1 for none. */
export function listIdOf({ listId }: Pick<Order, 'listId'>): number {
  return listId === 0 ? -1 : listId;
}

/** When an order became active: −1 before its trigger. */
function workingTimeOf({ workingMs }: Order): number {
  return workingMs === 0 ? -1 : workingMs;
}

/** The fields that all order replies share. */
function orderCore(order: Order): JsonObject {
  const { instrument } = order;
  return {
    symbol: instrument.id,
    orderId: order.id,
    orderListId: listIdOf(order),
    clientOrderId: order.clientOrderId,
    price: priceText(instrument, order.ticks),
    origQty: lotsText(instrument, order.lots),
    executedQty: lotsText(instrument, order.filledLots),
    origQuoteOrderQty: formatAtoms(order.quoteBudget),
    cummulativeQuoteQty: formatAtoms(order.filledQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** `stopPrice`, which only orders with a trigger have in replies to placing and cancelling. */
function trigger(order: Order): JsonObject {
  if (!hasTrigger(order.type)) return {};
  return { stopPrice: priceText(order.instrument, order.triggerTicks) };
}

/** `GET /api/v3/order` and the lists of orders. */
export function orderRow(order: Order): JsonObject {
  return {
    ...orderCore(order),
    stopPrice: priceText(order.instrument, order.triggerTicks),
    icebergQty: lotsText(order.instrument, order.icebergLots),
    time: order.createdMs,
    updateTime: order.updatedMs,
    isWorking: order.isTriggered,
    workingTime: workingTimeOf(order),
    ...NO_SELF_TRADE_PREVENTION,
  };
}

/** `POST /api/v3/order` at the verbosity asked for. */
export function newOrderReply(
  order: Order,
  fills: readonly AccountTrade[],
  verbosity: Verbosity,
): JsonObject {
  const transactTime = order.updatedMs;
  if (verbosity === 'ACK') return { ...orderName(order), transactTime };
  const result = {
    ...orderCore(order),
    ...trigger(order),
    transactTime,
    workingTime: workingTimeOf(order),
    ...NO_SELF_TRADE_PREVENTION,
  };
  return verbosity === 'RESULT' ? result : { ...result, fills: fills.map(fillRow) };
}

function orderName(order: Order): JsonObject {
  return {
    symbol: order.instrument.id,
    orderId: order.id,
    orderListId: listIdOf(order),
    clientOrderId: order.clientOrderId,
  };
}

function fillRow(fill: AccountTrade): JsonObject {
  return {
    price: priceText(fill.instrument, fill.ticks),
    qty: lotsText(fill.instrument, fill.lots),
    commission: formatAtoms(fill.fee),
    commissionAsset: fill.feeAsset,
    tradeId: fill.id,
  };
}

/** `DELETE /api/v3/order`: `clientOrderId` is the cancel request's own id. */
export function cancelReply(order: Order, cancelId: string): JsonObject {
  return {
    ...orderCore(order),
    ...trigger(order),
    origClientOrderId: order.clientOrderId,
    clientOrderId: cancelId,
    transactTime: order.updatedMs,
    ...NO_SELF_TRADE_PREVENTION,
  };
}

/** A row of `GET /api/v3/myTrades`. */
export function myTradeRow(trade: AccountTrade, orderListId: number): JsonObject {
  return {
    symbol: trade.instrument.id,
    id: trade.id,
    orderId: trade.orderId,
    orderListId,
    price: priceText(trade.instrument, trade.ticks),
    qty: lotsText(trade.instrument, trade.lots),
    quoteQty: formatAtoms(trade.quote),
    commission: formatAtoms(trade.fee),
    commissionAsset: trade.feeAsset,
    time: trade.timeMs,
    isBuyer: trade.side === 'BUY',
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}

/** `GET /api/v3/orderList` and the lists of lists. */
export function listRow(list: OrderList): JsonObject {
  return {
    orderListId: list.id,
    contingencyType: 'OCO',
    ...listStatus(list),
    listClientOrderId: list.clientListId,
    transactionTime: list.updatedMs,
    symbol: list.instrument.id,
    orders: list.orders.map((order) => ({
      symbol: order.instrument.id,
      orderId: order.id,
      clientOrderId: order.clientOrderId,
    })),
  };
}

/** How far a list has come, in the venue's words. */
export function listStatus({ status }: OrderList): {
  listStatusType: string;
  listOrderStatus: string;
} {
  return status === 'EXECUTING'
    ? { listStatusType: 'EXEC_STARTED', listOrderStatus: 'EXECUTING' }
    : { listStatusType: 'ALL_DONE', listOrderStatus: 'ALL_DONE' };
}

/** A list together with what its orders report. */
export function listReply(list: OrderList, orderReports: readonly Json[]): JsonObject {
  return { ...listRow(list), orderReports };
}
