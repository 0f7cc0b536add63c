/** More positions with a stop than the exchange holds stops. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec } from '../../../../src/core/domain/decimal.ts';
import type { Proposal } from '../../../../src/core/domain/order.ts';
import { Crowd } from '../../../builders/crowd.ts';

const bid = (price: number, amount: string): Proposal => ({
  ...{ purpose: 'entry', side: 'buy', type: 'limit', price, reason: 'TEST_BUY' },
  amount: dec(amount),
  tag: `${amount} at ${price}`,
});

/** Seven positions, bought at 101 … 107; the exchange holds five stops. */
function seven(): Crowd {
  const crowd = new Crowd({ strategies: 7, rules: { maxTriggerOrders: 5 } });
  for (let index = 0; index < 7; index += 1) crowd.enter(index, 101 + index);
  return crowd;
}

describe('of more stops than the exchange holds', () => {
  it('those nearest to the price rest there, and none is ever refused', () => {
    const crowd = seven();
    expect(crowd.held).toEqual(['s6 @96.3', 's5 @95.4', 's4 @94.5', 's3 @93.6', 's2 @92.7']);
    expect(crowd.refused).toBe(0);
    expect(crowd.codes).not.toContain('UNPROTECTED');
    const kept = crowd.notes.filter(({ code }) => code === 'GUARD_KEPT_HERE');
    expect(kept.map(({ strategyId, inputs }) => [strategyId, inputs['most']])).toEqual([
      ['s0', 5],
      ['s1', 5],
    ]);
  });

  it('the next one moves up when one has ended', () => {
    const crowd = seven();
    crowd.leave(4);
    expect(crowd.held).toEqual(['s6 @96.3', 's5 @95.4', 's3 @93.6', 's2 @92.7', 's1 @91.8']);
    crowd.leave(6);
    expect(crowd.held).toHaveLength(5);
    expect(crowd.held.at(-1)).toBe('s0 @90.9');
    expect(crowd.codes.filter((code) => code === 'GUARD_MOVES_UP')).toHaveLength(2);
    expect(crowd.refused).toBe(0);
  });

  it('those kept here sell when their price is reached', () => {
    const crowd = seven();
    crowd.trade(91.7);
    expect(crowd.runtime(1).holding.position.amount).toEqual(dec('0'));
    expect(crowd.runtime(0).holding.position.amount).toEqual(dec('1'));
  });

  it('the list may become longer or shorter while it runs', () => {
    const crowd = seven();
    crowd.rules({ maxTriggerOrders: 3 });
    expect(crowd.held).toEqual(['s6 @96.3', 's5 @95.4', 's4 @94.5']);
    crowd.rules({ maxTriggerOrders: 7 });
    expect(crowd.held).toHaveLength(7);
    expect(crowd.refused).toBe(0);
  });

  it('when others fill the places, too, the exchange is believed for a while and then asked again', () => {
    const crowd = new Crowd({ strategies: 3, rules: { maxTriggerOrders: 5 }, stopsTaken: 2 });
    for (let index = 0; index < 3; index += 1) crowd.enter(index, 101 + index);
    // After a refusal the next attempt waits a second.
    crowd.trade(103, 2);
    expect(crowd.held).toEqual(['s2 @92.7', 's1 @91.8']);
    const refusals = crowd.refused;
    for (let minute = 0; minute < 10; minute += 1) crowd.trade(103, 60);
    expect(crowd.refused).toBe(refusals);
    expect(crowd.codes).not.toContain('UNPROTECTED');
    crowd.stopsTaken = 5;
    crowd.trade(103, 6 * 60);
    crowd.trade(103);
    expect(crowd.held).toHaveLength(3);
  });

  it('a limit over all markets is kept, too', () => {
    const crowd = new Crowd({ strategies: 4, rules: { maxTriggerOrdersInAll: 2 } });
    for (let index = 0; index < 4; index += 1) crowd.enter(index, 101 + index);
    expect(crowd.held).toHaveLength(2);
  });
});

it('whatever is bought and sold in whatever order, the highest stops rest at the exchange and none is refused', () => {
  const move = fc.record({
    who: fc.nat({ max: 5 }),
    price: fc.integer({ min: 100, max: 110 }),
    most: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 6, nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 25 }), (moves) => {
      const crowd = new Crowd({ strategies: 6, rules: { maxTriggerOrders: 3 } });
      for (const { who, price, most } of moves) {
        if (most !== undefined) crowd.rules({ maxTriggerOrders: most });
        // Prices stay above every stop.
        if (crowd.runtime(who).holding.position.amount.isZero()) crowd.enter(who, price);
        else crowd.leave(who);
        const stops = [...crowd.state.strategies.values()]
          .filter(({ stopPrice }) => stopPrice > 0)
          .map(({ spec, stopPrice }) => ({ id: spec.id, stopPrice }))
          .sort((a, b) => b.stopPrice - a.stopPrice || (a.id < b.id ? -1 : 1))
          .slice(0, crowd.instrument.maxTriggerOrders)
          .map(({ id }) => id);
        expect(crowd.held.map((text) => text.split(' ')[0]).sort()).toEqual([...stops].sort());
      }
      expect(crowd.refused).toBe(0);
    }),
    { numRuns: 150 },
  );
});

describe('places for orders that rest', () => {
  it('are kept for stops before entries get them', () => {
    const crowd = new Crowd({ strategies: 2, rules: { maxOrders: 4 } });
    const bids: boolean[] = [];
    crowd.act(0, (context) => {
      for (const price of [90, 91, 92]) bids.push(context.place(bid(price, '1')) !== undefined);
    });
    expect(bids).toEqual([true, true, false]);
    expect(crowd.notes.find(({ code }) => code === 'EXCHANGE_FULL')?.inputs).toMatchObject({
      open: 2,
      most: 4,
      kept: 2,
    });
    crowd.enter(0, 100);
    crowd.enter(1, 101);
    expect(crowd.held).toHaveLength(2);
  });

  it('a largest position counts what open buys will bring', () => {
    const crowd = new Crowd({ strategies: 2, rules: { maxPosition: dec('3') } });
    crowd.enter(0, 100);
    const refused: boolean[] = [];
    crowd.act(1, (context) => {
      for (const amount of ['1.5', '1', '1.25'])
        refused.push(context.place(bid(90, amount)) === undefined);
    });
    expect(refused).toEqual([false, false, true]);
    expect(crowd.runtime(1).openOrders.map(({ intent }) => String(intent.amount))).toEqual([
      '1.5',
      '0.5',
    ]);
  });
});
