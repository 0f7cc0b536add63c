import { describe, expect, it } from '@jest/globals';
import { clientOrderId, exchangeOrderId, intentId } from '../../../../src/core/domain/ids.ts';
import type { OrderRecord } from '../../../../src/core/domain/order.ts';
import { OrderIndex } from '../../../../src/core/engine/orders.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { anIntent, BTC_USDT } from '../../../builders/orders.ts';

/** Closed orders that the index remembers. */
const KEPT = 500;

function closedOrder(n: number): OrderRecord {
  const intent = anIntent({ intentId: intentId(`i-${n}`), clientOrderId: clientOrderId(`x${n}`) });
  return {
    ...newRecord(intent),
    state: 'CANCELLED',
    exchangeOrderId: exchangeOrderId(`e-${n}`),
  };
}

function filled(count: number): { readonly index: OrderIndex; readonly orders: OrderRecord[] } {
  const index = new OrderIndex();
  const orders = Array.from({ length: count }, (_, n) => closedOrder(n));
  for (const order of orders) {
    index.add(order);
    index.retire(order);
  }
  return { index, orders };
}

describe('the index of orders', () => {
  it('remembers the last closed orders and no more', () => {
    const { index, orders } = filled(2 * KEPT + 1);
    const known = orders.filter(({ intent }) => index.get(intent.intentId) !== undefined);
    expect(known).toEqual(orders.slice(-KEPT));
  });

  it('keeps an order that came back to life after it was closed', () => {
    const { index, orders } = filled(1);
    const [revived] = orders;
    if (!revived) throw new Error('no order');
    revived.state = 'ACKED';
    for (let n = 1; n <= KEPT; n += 1) {
      const order = closedOrder(n);
      index.add(order);
      index.retire(order);
    }
    expect(index.get(revived.intent.intentId)).toBe(revived);
  });

  it('forgets an order by each of its names', () => {
    const { index, orders } = filled(KEPT + 1);
    const names = (order: OrderRecord | undefined) => {
      const ids = { exchangeOrderId: order?.exchangeOrderId, symbol: BTC_USDT };
      return ids as Parameters<OrderIndex['byFill']>[0];
    };
    expect(index.byFill(names(orders[0]))).toBeUndefined();
    expect(index.byFill(names(orders[1]))).toBe(orders[1]);
  });
});
