/**
 * Binance's orders that wait for a price, and its pairs of them. Sources: "New Order list - OCO" (POST /api/v3/orderList/oco) and
 * "Exchange information" of the spot API documentation (developers.binance.com/docs/binance-spot-api-docs).
 */
import { toText, ZERO } from '../../../core/domain/decimal.ts';
import { exchangeOrderId } from '../../../core/domain/ids.ts';
import type { Instrument } from '../../../core/domain/instrument.ts';
import type { OrderReport } from '../../../core/domain/order.ts';
import { decimalOf, field, listOf, millisOf, textOf } from '../values.ts';
import { STATUS } from './binanceUserFrames.ts';
import type { PairQuirks } from './quirks.ts';

/** A pair needs both of its legs' types and the permission to join them. */
export function binanceTriggers(market: unknown): Instrument['triggers'] {
  const info = field(market, 'info');
  const types = listOf(field(info, 'orderTypes')) ?? [];
  if (!types.includes('STOP_LOSS')) return 'none';
  return field(info, 'ocoAllowed') === true && types.includes('LIMIT_MAKER') ? 'oco' : 'stop';
}

export const binancePairs: PairQuirks = {
  async place(exchange, { stop, target }) {
    const call = field(exchange, 'privatePostOrderListOco');
    if (typeof call !== 'function') throw new Error(`${exchange.id} has no call for order lists`);
    if (stop.trigger === undefined || target.price === undefined)
      throw new Error('a pair is a stop with a trigger and a limit order with a price');
    const request = {
      symbol: textOf(field(exchange.market(stop.symbol), 'id')),
      side: stop.side.toUpperCase(),
      quantity: toText(stop.amount),
      aboveType: 'LIMIT_MAKER',
      abovePrice: toText(target.price),
      aboveClientOrderId: target.clientOrderId,
      belowType: 'STOP_LOSS',
      belowStopPrice: toText(stop.trigger),
      belowClientOrderId: stop.clientOrderId,
      newOrderRespType: 'RESULT',
    };
    const answer: unknown = await Reflect.apply(call, exchange, [request]);
    return answer;
  },

  /** `orders` names each leg with its id; `orderReports`, where it is there, also says how it stands. */
  legReport(answer, order, receivedAt) {
    const legOf = (list: string): unknown =>
      (listOf(field(answer, list)) ?? []).find(
        (row) => textOf(field(row, 'clientOrderId')) === order.clientOrderId,
      );
    const row = legOf('orderReports') ?? legOf('orders');
    const id = textOf(field(row, 'orderId'));
    const status = STATUS[textOf(field(row, 'status')) ?? 'NEW'];
    if (id === undefined || status === undefined) return undefined;
    const report: OrderReport = {
      clientOrderId: order.clientOrderId,
      exchangeOrderId: exchangeOrderId(id),
      symbol: order.symbol,
      status,
      filled: decimalOf(field(row, 'executedQty')) ?? ZERO,
      at: millisOf(field(answer, 'transactionTime')) ?? receivedAt,
      fills: [],
    };
    return report;
  },
};
