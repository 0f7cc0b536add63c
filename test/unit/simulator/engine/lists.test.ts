import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import type { OrderList, OrderRequest } from '../../../../src/simulator/engine/types.ts';
import { UNIT, engineFixture } from './engineFixture.ts';
import type { Fixture } from './engineFixture.ts';

const PROFIT = { side: 'SELL', type: 'LIMIT_MAKER', ticks: 110 } as const;
const LOSS = { side: 'SELL', type: 'STOP_LOSS_LIMIT', triggerTicks: 95, ticks: 90 } as const;

function sellingPair(fixture: Fixture, ...changes: Partial<OrderRequest>[]): OrderList {
  fixture.engine.onLastPrice('BTCUSDT', 100, 1);
  const result = fixture.pair([
    { ...PROFIT, ...changes[0] },
    { ...LOSS, ...changes[1] },
  ]);
  if (!result.ok) throw new Error(`refused: ${result.refusal}`);
  return result.list;
}

const statuses = (list: OrderList): string[] => [
  ...list.orders.map(({ status }) => status),
  list.status,
];

describe('a list of two orders', () => {
  it('is reported with its orders and is found by its id', () => {
    const fixture = engineFixture();
    const list = sellingPair(fixture);
    expect(fixture.recorded.words).toEqual(['1 NEW', '2 NEW', 'list 1 EXECUTING']);
    expect(fixture.engine.lists.get(1)).toBe(list);
    expect(fixture.engine.orderLists.find('ann', list.clientListId)).toBe(list);
    expect(list.orders.map(({ listId }) => listId)).toEqual([1, 1]);
  });

  it('locks the larger need once', () => {
    const fixture = engineFixture();
    sellingPair(fixture);
    expect(fixture.balance('ann', 'BTC')).toEqual([99n * UNIT, UNIT]);
    fixture.pair([
      { side: 'BUY', type: 'LIMIT_MAKER', ticks: 90 },
      { side: 'BUY', type: 'STOP_LOSS_LIMIT', triggerTicks: 104, ticks: 105 },
    ]);
    expect(fixture.balance('ann', 'USDT')).toEqual([(10_000n - 105n) * UNIT, 105n * UNIT]);
    expect(selfCheck(fixture.engine)).toEqual([]);
  });

  it('loses its stop with the first fill of its limit order, which keeps what it needs locked', () => {
    const fixture = engineFixture();
    fixture.engine.onLastPrice('BTCUSDT', 100, 1);
    fixture.pair([
      { side: 'BUY', type: 'LIMIT_MAKER', ticks: 90 },
      { side: 'BUY', type: 'STOP_LOSS_LIMIT', triggerTicks: 104, ticks: 105 },
    ]);
    fixture.recorded.words.length = 0;
    fixture.order({ accountId: 'bob', side: 'SELL', ticks: 90, lots: 400 });
    const list = fixture.engine.lists.get(1);
    expect(list === undefined ? [] : statuses(list)).toEqual([
      'PARTIALLY_FILLED',
      'EXPIRED',
      'EXECUTING',
    ]);
    expect(fixture.recorded.words).toEqual(['3 NEW', '2 EXPIRED', '1 TRADE', '3 TRADE']);
    expect(fixture.balance('ann', 'USDT')).toEqual([(10_000n - 90n) * UNIT, 54n * UNIT]);
    fixture.order({ accountId: 'bob', side: 'SELL', ticks: 90, lots: 600 });
    expect(list?.status).toBe('ALL_DONE');
    expect(fixture.recorded.words.at(-2)).toBe('list 1 ALL_DONE');
  });

  it('loses its limit order when its stop fires', () => {
    const fixture = engineFixture();
    const list = sellingPair(fixture);
    fixture.engine.onLastPrice('BTCUSDT', 95, 5);
    expect(statuses(list)).toEqual(['EXPIRED', 'NEW', 'EXECUTING']);
    expect(list.orders[1].isTriggered).toBe(true);
    expect(fixture.engine.book('BTCUSDT').asks.best()?.ticks).toBe(90);
    expect(fixture.balance('ann', 'BTC')).toEqual([99n * UNIT, UNIT]);
  });

  it('may have a trigger on both sides', () => {
    const fixture = engineFixture();
    const list = sellingPair(fixture, { type: 'TAKE_PROFIT', ticks: 0, triggerTicks: 110 });
    fixture.engine.onLastPrice('BTCUSDT', 111, 5);
    expect(statuses(list)).toEqual(['EXPIRED', 'EXPIRED', 'ALL_DONE']);
    expect(fixture.recorded.words.slice(-4)).toEqual([
      '2 EXPIRED',
      '1 TRIGGERED',
      '1 EXPIRED',
      'list 1 ALL_DONE',
    ]);
  });

  it.each([0, 1] as const)('is cancelled with its order %d', (index) => {
    const fixture = engineFixture();
    const list = sellingPair(fixture);
    expect(fixture.engine.cancel(list.orders[index], 9)).toBe(true);
    expect(statuses(list)).toEqual(['CANCELED', 'CANCELED', 'ALL_DONE']);
    expect(fixture.balance('ann', 'BTC')).toEqual([100n * UNIT, 0n]);
    expect(fixture.engine.cancel(list.orders[1 - index] ?? list.orders[0], 9)).toBe(false);
    expect(fixture.recorded.words.at(-1)).toBe('list 1 ALL_DONE');
  });

  it('never executes both orders, not even in one sweep through both prices', () => {
    const fixture = engineFixture();
    const list = sellingPair(fixture);
    fixture.order({ accountId: 'bob', side: 'SELL', ticks: 94, lots: 1 });
    // Trades at 94, where the stop would fire, and then at 110 with the limit order.
    fixture.order({ accountId: 'cat', side: 'BUY', ticks: 110, lots: 1001, timeInForce: 'FOK' });
    expect(statuses(list)).toEqual(['FILLED', 'EXPIRED', 'ALL_DONE']);
    expect(list.orders[1].filledLots).toBe(0);
  });
});

describe('a list is refused as a whole', () => {
  it.each<[string, Partial<OrderRequest>, Partial<OrderRequest>]>([
    ['LIST_PRICES', { ...PROFIT, ticks: 99 }, LOSS],
    ['WOULD_TRIGGER', PROFIT, { ...LOSS, triggerTicks: 101 }],
    ['INVALID_ORDER', { ...PROFIT, type: 'LIMIT' }, LOSS],
    ['INVALID_ORDER', { ...PROFIT, lots: 999 }, LOSS],
    ['INVALID_ORDER', { ...PROFIT, side: 'BUY' }, LOSS],
    ['INVALID_ORDER', { ...LOSS, type: 'TAKE_PROFIT', side: 'BUY' }, { ...PROFIT, side: 'BUY' }],
    [
      'DUPLICATE_CLIENT_ID',
      { ...PROFIT, clientOrderId: 'same' },
      { ...LOSS, clientOrderId: 'same' },
    ],
    ['INSUFFICIENT_FUNDS', { ...PROFIT, lots: 100_001 }, { ...LOSS, lots: 100_001 }],
    ['UNKNOWN_ACCOUNT', { ...PROFIT, accountId: 'zed' }, { ...LOSS, accountId: 'zed' }],
  ])('as %s: %j with %j', (refusal, first, second) => {
    const { pair, engine, recorded } = engineFixture();
    engine.onLastPrice('BTCUSDT', 100, 1);
    expect(pair([first, second])).toEqual({ ok: false, refusal });
    expect([engine.lists.size, engine.counters.orderId, recorded.words]).toEqual([0, 0, []]);
  });

  it('when its id belongs to one that is not done', () => {
    const fixture = engineFixture();
    const { engine } = fixture;
    const list = sellingPair(fixture);
    const again = {
      clientListId: list.clientListId,
      legs: [
        { ...request(PROFIT), clientOrderId: 'x' },
        { ...request(LOSS), clientOrderId: 'y' },
      ],
    } as const;
    expect(engine.placeList(again, 5)).toEqual({ ok: false, refusal: 'DUPLICATE_CLIENT_ID' });
    engine.cancel(list.orders[0], 6);
    expect(engine.placeList(again, 7).ok).toBe(true);
  });
});

function request(leg: Partial<OrderRequest>): OrderRequest {
  return {
    ...{
      accountId: 'ann',
      instrumentId: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
    },
    ...{ ticks: 100, lots: 1000, quoteBudget: 0n, clientOrderId: 'c' },
    ...leg,
  };
}
