import { describe, expect, it } from '@jest/globals';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { Balance } from '../../../src/core/domain/fill.ts';
import { asset } from '../../../src/core/domain/ids.ts';
import type { Journal } from '../../../src/ports/journal.ts';
import { HeldQueue, overriding } from '../../builders/runtime.ts';
import { aTrader, FakeExchange, type TraderBench } from '../../builders/trader.ts';

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

describe('a start with books that were found empty', () => {
  const balance = (name: string, free: string, locked = '0') => ({
    ...{ asset: asset(name), free: dec(free), locked: dec(locked) },
  });

  function found(balances: readonly Balance[], foundEmpty = true): TraderBench {
    const exchange = new FakeExchange();
    Object.assign(exchange, { balances: () => Promise.resolve(balances) });
    const journal = (own: Journal): Journal =>
      overriding(own, { recover: () => ({ ...own.recover(), foundEmpty }) });
    return aTrader({ exchange, journal });
  }

  it.each([
    ['a position', [balance('USDT', '50'), balance('BTC', '0.5')], '0.5 BTC'],
    ['an open order', [balance('USDT', '50', '20')], '70 USDT (20 in open orders)'],
  ])('is refused beside an account with %s, in words that say what to do', async (...row) => {
    const [, balances, words] = row;
    const start = found(balances).start();
    await expect(start).rejects.toThrow(/^JOURNAL_EMPTY: .*backup.*remove the file/u);
    await expect(found(balances).start()).rejects.toThrow(words);
  });

  it('is one beside an account that has only money, and so is one with new books', async () => {
    const rich = found([balance('USDT', '50'), balance('DOGE', '9')]);
    await rich.start();
    expect(rich.trader.phase).toBe('running');
    const anew = found([balance('USDT', '50'), balance('BTC', '0.5')], false);
    await anew.start();
    expect(anew.trader.phase).toBe('running');
  });
});

describe('a start with an old copy of the books', () => {
  const lost = (journal: Journal): Journal =>
    overriding(journal, {
      recover: () => ({ ...journal.recover(), oldCopy: { runs: 1, orders: 3 } }),
    });

  it('decides nothing before what the lost part has sent must be visible, then compares again', async () => {
    const bench = aTrader({ journal: lost });
    const started = bench.begin();
    // Lifetime, read lag and margin of the exchange: 15 s.
    await bench.wait(14);
    expect(bench.trader.phase).toBe('reconciling');
    expect(bench.trader.parts?.session.state.armed).toBe(false);
    const compared = bench.exchange.count('balances');
    await bench.wait(2);
    await started;
    expect(bench.trader.phase).toBe('running');
    expect(bench.exchange.count('balances')).toBeGreaterThan(compared);
    const { parts, upkeep, attention } = bench.trader;
    if (!parts || !upkeep) throw new Error('not started');
    const queue = { waiting: 0, active: 0, failed: 0, warning: '' };
    const codes = attention.read({ parts, upkeep, queue }).map(({ code }) => code);
    expect(codes).toContain('journal.old_copy');
  });

  it('can be stopped while it waits', async () => {
    const bench = aTrader({ journal: lost });
    const started = bench.begin();
    await bench.wait(5);
    bench.trader.giveUp();
    await expect(started).rejects.toThrow('STOPPED');
  });
});

describe('a start after a panic past the books', () => {
  it('keeps entries off, and lets the panic be when that is on record', async () => {
    const store = createMemoryStore();
    const told: string[] = [];
    const aftermath = {
      reason: 'panic: past the books',
      settled: () => told.push(store.flags.paused?.reason ?? 'not on record'),
    };
    const bench = aTrader({ store, deps: { aftermath } });
    await bench.start();
    await bench.buy(0);
    expect(bench.exchange.count('place')).toBe(0);
    expect(told).toEqual(['panic: past the books']);
  });
});
