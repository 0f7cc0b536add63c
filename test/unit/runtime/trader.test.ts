import { describe, expect, it } from '@jest/globals';
import { directQueue } from '../../../src/adapters/memory/directQueue.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import type { OrderQueue } from '../../../src/ports/orderQueue.ts';
import { aTrader } from '../../builders/trader.ts';

describe('a stop that keeps orders', () => {
  it('lets go out what was decided before it', async () => {
    const store = createMemoryStore();
    const bench = aTrader({ store });
    await bench.start();
    await bench.buy(0);
    const stopped = bench.trader.stop('keep-orders', 5_000);
    await bench.wait(1);
    expect(await stopped).toEqual({ openOrders: 1, complete: true, markets: [] });
    expect([...store.orders.values()].map(({ record }) => record.state)).toEqual(['ACKED']);
  });

  it('ends what the queue did not deliver in time, so that the next start finds nothing half-done', async () => {
    const store = createMemoryStore();
    const queue: OrderQueue = directQueue();
    queue.enqueue = () => Promise.resolve();
    const bench = aTrader({ store, deps: { queue } });
    await bench.start();
    await bench.buy(0);
    const stopped = bench.trader.stop('keep-orders', 500);
    await bench.wait(2);
    expect(await stopped).toEqual({ openOrders: 0, complete: true, markets: [] });
    expect([...store.orders.values()].map(({ record }) => record.state)).toEqual(['EXPIRED']);
    expect(bench.exchange.count('place')).toBe(0);
  });
});
