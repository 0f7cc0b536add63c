import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { marketSymbol, strategyId } from '../../../../src/core/domain/ids.ts';
import type { Booking } from '../../../../src/core/domain/position.ts';
import { bookTransfer } from '../../../../src/core/engine/bookings.ts';
import { ENTER, GuardWorld, leave, type GuardWorldOptions } from '../../../builders/guardWorld.ts';
import { applyTransfer } from '../../../../src/core/ledger/ledger.ts';
import { BTC, BTC_USDT, GRID } from '../../../builders/orders.ts';
import { bookDifference } from '../../../simulation/bookSums.ts';

/** 1.996 BTC bought at 100, guarded. */
function holding(options: GuardWorldOptions = {}): GuardWorld {
  const world = new GuardWorld(options);
  world.hold();
  return world;
}

function book(world: GuardWorld, amount: string, changes: Partial<Booking> = {}): void {
  const { state } = world;
  state.out.clear();
  bookTransfer(state, {
    strategyId: GRID,
    symbol: BTC_USDT,
    amount: dec(amount),
    cause: 'gone',
    reason: 'sold by hand',
    ...changes,
  });
  expect(bookDifference(state)).toBe('');
}

describe('what is booked out of a position', () => {
  it('takes its share of the cost along, realises nothing, and moves no balance', () => {
    const world = holding();
    const before = world.runtime.holding.position;
    const balances = [...world.state.ledger.accounts.values()].map(({ total }) => toText(total));
    book(world, '-0.998');
    const { amount, cost, realisedPnl, fills, booked } = world.runtime.holding.position;
    expect(toText(amount)).toBe('0.998');
    expect(toText(cost.times(2))).toBe(toText(before.cost));
    expect([toText(realisedPnl), fills]).toEqual(['0', before.fills]);
    expect(toText(booked?.amount ?? dec(0))).toBe('-0.998');
    expect([...world.state.ledger.accounts.values()].map(({ total }) => toText(total))).toEqual(
      balances,
    );
  });

  it('lowers the exposure by its cost', () => {
    const world = holding();
    const before = world.state.book.total;
    book(world, '-1.497');
    expect(toText(world.state.book.total.times(4))).toBe(toText(before));
  });

  it('is in the step with the position as it then stands, and in a note with both numbers', () => {
    const world = holding();
    book(world, '-0.998');
    const { bookings, positions, notes, strategies } = world.state.out;
    expect(bookings).toMatchObject([
      { strategyId: GRID, symbol: BTC_USDT, cause: 'gone', afterFills: 1, reason: 'sold by hand' },
    ]);
    expect(positions).toEqual([world.runtime.holding.position]);
    expect(strategies).toEqual([GRID]);
    expect(notes[0]).toMatchObject({
      code: 'BOOKED_OUT',
      strategyId: GRID,
      inputs: { amount: '0.998', position: '0.998', base: 'BTC', quote: 'USDT' },
    });
  });

  it('makes the guard smaller once the old one has ended', () => {
    const world = holding();
    book(world, '-0.996');
    expect(world.guards).toEqual(['stop 1.996 @90 CANCELLING']);
    world.cancel();
    world.send();
    expect(world.guards).toEqual(['stop 1 @90 ACKED']);
  });

  it('leaves no guard and no stop price when nothing is left', () => {
    const world = holding();
    book(world, '-1.996');
    world.cancel();
    expect(world.guards).toEqual([]);
    expect(world.runtime.holding.position.openedAt).toBeUndefined();
    expect(world.codes).not.toContain('UNPROTECTED');
  });

  it('cancels of the strategy’s own sells as many as are beyond it, the newest first', () => {
    const world = holding({ stopLoss: null });
    for (const [amount, price] of [
      ['0.5', 110],
      ['0.7', 120],
      ['0.7', 130],
    ] as const)
      world.place(leave(amount, { type: 'limit', price, tag: `at ${String(price)}` }));
    world.send();
    book(world, '-1');
    expect(world.own).toEqual(['sell 0.5 ACKED', 'sell 0.7 CANCELLING', 'sell 0.7 CANCELLING']);
    book(world, '-0.1');
    expect(world.own[0]).toBe('sell 0.5 ACKED');
  });

  it('goes on with a stop that is under way: what is left is sold, no more', () => {
    const world = holding();
    world.trade(89);
    world.trade(85, 20);
    book(world, '-1.496');
    world.cancel();
    expect(world.own).toEqual(['sell 0.5 PLANNED']);
  });

  it('is told to the strategy, which sees the position as it then is', () => {
    const world = holding();
    let seen = '';
    world.strategy.onBooked = ({ position }) => {
      seen = toText(position.amount);
    };
    book(world, '-1');
    expect(seen).toBe('0.996');
  });
});

describe('what is booked into a position', () => {
  it('is held at its cost, guarded, and sold like what was bought', () => {
    const world = new GuardWorld();
    applyTransfer(world.state.ledger, { asset: BTC, amount: dec('0.5'), reason: 'test' });
    book(world, '0.5', { cost: dec('45'), cause: 'adopted' });
    world.send();
    expect(world.guards).toEqual(['stop 0.5 @81 ACKED']);
    expect(world.runtime.holding.position).toMatchObject({ openedAt: world.state.now });
    expect(toText(world.state.book.total)).toBe('45');
  });

  it('counts with what is held: the average is of both', () => {
    const world = holding();
    book(world, '2.004', { cost: dec('400'), cause: 'adopted' });
    expect(world.runtime.holding.averagePrice).toBeCloseTo((200 + 400) / 4, 0);
  });
});

describe('a booking', () => {
  it('for a strategy that is not configured any more changes its position alone', () => {
    const world = holding();
    book(world, '1', { strategyId: strategyId('old'), cost: dec('100'), cause: 'adopted' });
    expect(world.state.out.positions).toMatchObject([{ strategyId: 'old' }]);
    expect([world.position, world.state.out.strategies]).toEqual(['1.996', []]);
  });

  it('for a market that is not traded here does nothing', () => {
    const world = holding();
    book(world, '-1', { symbol: marketSymbol('XRP/USDT') });
    expect(world.state.out.used).toBe(false);
  });

  it('of everything leaves room for all of the budget again', () => {
    const world = holding({ stopLoss: null });
    book(world, '-1.996');
    world.place({ ...ENTER, quote: dec('1000') });
    expect(world.own).toEqual(['buy 9.98 PLANNED']);
  });
});
