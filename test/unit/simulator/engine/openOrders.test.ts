import { describe, expect, it } from '@jest/globals';
import { OpenOrders } from '../../../../src/simulator/engine/openOrders.ts';
import type { Order } from '../../../../src/simulator/engine/types.ts';
import { makeInstrument } from '../../../../src/simulator/engine/types.ts';

const [BTC, ETH] = ['BTC', 'ETH'].map((base) =>
  makeInstrument({ base, quote: 'USDT', priceDecimals: 2, lotDecimals: 3, minNotional: 0n }),
);

function orderOf(id: number, clientOrderId: string, instrument = BTC): Order {
  return { id, clientOrderId, instrument } as Order;
}

describe('open orders', () => {
  it('are found by id, and by client id on their own instrument alone', () => {
    const open = new OpenOrders();
    const orders = [
      orderOf(5_000_000_000, 'far'),
      orderOf(17, 'same'),
      orderOf(1, 'same', ETH),
      orderOf(33, ''),
    ];
    for (const order of orders) open.add(order);

    expect(open.values().map(({ id }) => id)).toEqual([1, 17, 33, 5_000_000_000]);
    for (const order of orders) {
      expect(open.get(order.id)).toBe(order);
      expect(open.byClientId(order.instrument.id, order.clientOrderId)).toBe(order);
    }
    expect([open.get(2), open.has(2), open.has(17)]).toEqual([undefined, false, true]);
    expect(open.byClientId('ETHUSDT', 'far')).toBeUndefined();
  });

  it('are not found any more once they are taken out', () => {
    const open = new OpenOrders();
    const [first, second] = [orderOf(1, 'same'), orderOf(2, 'same', ETH)] as const;
    open.add(first);
    open.add(second);
    open.delete(first);
    expect([open.size, open.get(1), open.byClientId('BTCUSDT', 'same')]).toEqual([
      1,
      undefined,
      undefined,
    ]);
    expect(open.byClientId('ETHUSDT', 'same')).toBe(second);
  });
});
