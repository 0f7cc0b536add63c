import { describe, expect, it } from '@jest/globals';
import type { Account } from '../../../../src/simulator/engine/account.ts';
import type { Engine } from '../../../../src/simulator/engine/engine.ts';
import { engineFixture } from './engineFixture.ts';

/** The latest 100,000 finished orders are remembered, and less than 1,000 more. */
const MANY = 101_000;

function annIn({ accounts }: Engine): Account {
  const ann = accounts.get('ann');
  if (ann === undefined) throw new Error('ann has no account');
  return ann;
}

describe('the memory of an account', () => {
  it('forgets the oldest finished orders, never an open one', () => {
    const { order, engine } = engineFixture();
    const waiting = order({ ticks: 1, lots: 1, clientOrderId: 'waiting' });
    const gone = order({ type: 'MARKET', lots: 1, clientOrderId: 'gone' });
    const ann = annIn(engine);
    expect(ann.orderByClientId('BTCUSDT', 'gone')).toEqual(gone);
    for (let left = MANY - 1; left > 0; left -= 1) order({ type: 'MARKET', lots: 1 });
    const latest = order({ type: 'MARKET', lots: 1, clientOrderId: 'latest' });

    const remembered = ann.ordersSince();
    expect(remembered.length).toBeLessThanOrEqual(MANY);
    expect(remembered.length).toBe(ann.orderCount);
    expect(remembered[0]).toBe(waiting);
    expect(remembered.at(-1)).toEqual(latest);
    expect(ann.orderById(waiting.id)).toBe(waiting);
    expect([ann.orderById(gone.id), ann.orderByClientId('BTCUSDT', 'gone')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(ann.orderById(latest.id)).toEqual(latest);
    expect(ann.orderByClientId('BTCUSDT', 'latest')).toEqual(latest);
  });

  it('finds the latest of the orders that used a client id, and the open one first', () => {
    const { order, engine } = engineFixture();
    const find = (): unknown => annIn(engine).orderByClientId('BTCUSDT', 'same');
    const first = order({ ticks: 90, clientOrderId: 'same' });
    expect(find()).toBe(first);
    engine.cancel(first, 5);
    expect(find()).toEqual(first);
    const second = order({ ticks: 91, clientOrderId: 'same' });
    expect(find()).toBe(second);
    expect(annIn(engine).orderById(first.id)).toEqual(first);
    engine.cancel(second, 6);
    expect(find()).toEqual(second);
  });
});
