import { describe, expect, it } from '@jest/globals';
import { engineFixture } from './engineFixture.ts';

/** Beyond 100,000 remembered orders 25,000 more are taken before the oldest are forgotten. */
const MANY = 125_000;

describe('the memory of an account', () => {
  it('forgets the oldest finished orders, never an open one', () => {
    const { order, engine } = engineFixture();
    const waiting = order({ ticks: 1, lots: 1, clientOrderId: 'waiting' });
    const gone = order({ type: 'MARKET', lots: 1, clientOrderId: 'gone' });
    const ann = engine.accounts.get('ann');
    expect(ann?.orderByClientId('BTCUSDT', 'gone')).toBe(gone);
    for (let left = MANY - 1; left > 0; left -= 1) order({ type: 'MARKET', lots: 1 });
    const latest = order({ type: 'MARKET', lots: 1, clientOrderId: 'latest' });

    expect(ann?.orders.length).toBeLessThanOrEqual(MANY);
    expect(ann?.orders[0]).toBe(waiting);
    expect(ann?.orderById(waiting.id)).toBe(waiting);
    expect([ann?.orderById(gone.id), ann?.orderByClientId('BTCUSDT', 'gone')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(ann?.orderById(latest.id)).toBe(latest);
    expect(ann?.orderByClientId('BTCUSDT', 'latest')).toBe(latest);
  });

  it('finds the latest of the orders that used a client id, and the open one first', () => {
    const { order, engine } = engineFixture();
    const find = (): unknown => engine.accounts.get('ann')?.orderByClientId('BTCUSDT', 'same');
    const first = order({ ticks: 90, clientOrderId: 'same' });
    expect(find()).toBe(first);
    engine.cancel(first, 5);
    expect(find()).toBe(first);
    const second = order({ ticks: 91, clientOrderId: 'same' });
    expect(find()).toBe(second);
    expect(engine.accounts.get('ann')?.orderById(first.id)).toBe(first);
  });
});
