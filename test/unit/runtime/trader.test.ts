import { describe, expect, it } from '@jest/globals';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { HeldQueue } from '../../builders/runtime.ts';
import { aTrader } from '../../builders/trader.ts';

describe('a start for exits only', () => {
  it('needs no queue, holds entries off and says why; the next start trades', async () => {
    const store = createMemoryStore();
    const bench = aTrader({ store, deps: { queue: undefined, exitsOnly: true } });
    await bench.start();
    await bench.buy(0);
    expect(bench.exchange.count('place')).toBe(0);
    expect(bench.haltReason()).toContain('started for exits only');
    const stopped = bench.trader.stop('keep-orders', 5_000);
    await bench.wait(1);
    await stopped;
    const next = aTrader({ store });
    await next.start();
    await next.buy(1);
    expect([next.haltReason(), next.exchange.count('place')]).toEqual(['', 1]);
  });
});

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
    const bench = aTrader({ store, deps: { queue: new HeldQueue() } });
    await bench.start();
    await bench.buy(0);
    const stopped = bench.trader.stop('keep-orders', 500);
    await bench.wait(2);
    expect(await stopped).toEqual({ openOrders: 0, complete: true, markets: [] });
    expect([...store.orders.values()].map(({ record }) => record.state)).toEqual(['EXPIRED']);
    expect(bench.exchange.count('place')).toBe(0);
  });
});
