import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderHistory } from '../../../../src/simulator/engine/orderHistory.ts';
import type { Order, OrderType } from '../../../../src/simulator/engine/types.ts';
import { makeInstrument } from '../../../../src/simulator/engine/types.ts';

const INSTRUMENTS = ['BTC', 'ETH'].map((base) =>
  makeInstrument({ base, quote: 'USDT', priceDecimals: 2, lotDecimals: 3, minNotional: 0n }),
);
const TYPES: readonly OrderType[] = [
  ...(['LIMIT', 'MARKET', 'LIMIT_MAKER', 'STOP_LOSS', 'STOP_LOSS_LIMIT'] as const),
  ...(['TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'] as const),
];
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
/** Of any size: a budget is what somebody asks for. */
const atoms = fc.bigInt({ min: 0n, max: 10n ** 40n });

const finished: fc.Arbitrary<Order> = fc.record({
  id: count,
  accountId: fc.constant('ann'),
  instrument: fc.constantFrom(...INSTRUMENTS),
  side: fc.constantFrom('BUY', 'SELL'),
  type: fc.constantFrom(...TYPES),
  timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
  clientOrderId: fc.string(),
  ticks: count,
  triggerTicks: count,
  lots: count,
  quoteBudget: atoms,
  listId: count,
  isTriggered: fc.boolean(),
  status: fc.constantFrom('FILLED', 'CANCELED', 'EXPIRED'),
  filledLots: count,
  filledQuote: atoms,
  locked: fc.constant(0n),
  createdMs: count,
  updatedMs: count,
  workingMs: count,
  icebergLots: fc.nat(5),
  ahead: fc.constant(undefined),
  behind: fc.constant(undefined),
});

const orders = fc.uniqueArray(finished, { selector: ({ id }) => id });

function historyOf(pushed: readonly Order[], keptMin = 100): OrderHistory {
  const history = new OrderHistory('ann', keptMin);
  for (const order of pushed) history.push(order);
  return history;
}

/** Plain orders with ids that count from 1; two in a row share a client id. */
function numbered(length: number): Order[] {
  const [plain] = fc.sample(finished, { seed: 1, numRuns: 1 });
  if (plain === undefined) throw new Error('no sample');
  return Array.from({ length }, (_, index) => ({
    ...plain,
    id: index + 1,
    clientOrderId: `c${index >> 1}`,
  }));
}

describe('the history of orders', () => {
  it('gives back every order as it was, in the order in which they ended', () => {
    fc.assert(
      fc.property(orders, (pushed) => {
        const history = historyOf(pushed);
        expect([...history.since(0)]).toEqual(pushed);
        for (const order of pushed) expect(history.byId(order.id)).toEqual(order);
      }),
    );
  });

  it('leaves out what ended before the time asked for', () => {
    fc.assert(
      fc.property(orders, count, (pushed, fromMs) => {
        const late = pushed.filter(({ updatedMs }) => updatedMs >= fromMs);
        expect([...historyOf(pushed).since(fromMs)]).toEqual(late);
      }),
    );
  });

  it('keeps the latest and forgets the oldest, whenever it was asked in between', () => {
    const all = numbered(3_500);
    const id = all[0]?.instrument.id ?? '';
    const history = historyOf(all.slice(0, 1_501), 1_000);
    expect(history.byId(1)).toEqual(all[0]);
    expect(history.byClientId(id, 'c0')).toEqual(all[1]);
    for (const order of all.slice(1_501)) history.push(order);

    expect([...history.since(0)]).toEqual(all.slice(-history.length));
    expect(history.length).toBe(1_500);
    for (const order of all) {
      const isKept = order.id > 2_000;
      expect(history.byId(order.id)).toEqual(isKept ? order : undefined);
    }
    expect(history.byClientId(id, 'c0')).toBeUndefined();
    expect(history.byClientId(id, 'c1749')).toEqual(all.at(-1));
  });

  it('still finds the latest user of a client id when an earlier one is forgotten', () => {
    const all = numbered(2_000).map((order) => ({
      ...order,
      clientOrderId: order.id === 1 || order.id === 2_000 ? 'again' : order.clientOrderId,
    }));
    const history = historyOf(all.slice(0, 1), 1_000);
    const id = all[0]?.instrument.id ?? '';
    expect(history.byClientId(id, 'again')).toEqual(all[0]);
    for (const order of all.slice(1, -1)) history.push(order);
    expect(history.byClientId(id, 'again')).toEqual(all[0]);
    const last = all.at(-1);
    if (last !== undefined) history.push(last);
    expect(history.byId(1)).toBeUndefined();
    expect(history.byClientId(id, 'again')).toEqual(last);
  });
});
