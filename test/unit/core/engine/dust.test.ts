/** What is left of a sale, of a booking or of a strategy, and is too little for an order: dust, and how it is sold after all. */
import { describe, expect, it } from '@jest/globals';
import {
  dec,
  roundTo,
  subtract,
  toText,
  type Decimal,
} from '../../../../src/core/domain/decimal.ts';
import type { BookedTransfer } from '../../../../src/core/domain/position.ts';
import type { ControlEvent } from '../../../../src/core/domain/events.ts';
import { strategyId } from '../../../../src/core/domain/ids.ts';
import { applyTransfer, holdingOf, makeDust } from '../../../../src/core/ledger/ledger.ts';
import { BUY } from '../../../builders/engine.ts';
import { ENTER, GuardWorld, leave, type GuardWorldOptions } from '../../../builders/guardWorld.ts';
import { BTC, BTC_USDT, GRID } from '../../../builders/orders.ts';

/** Holds 1.996 at 100. */
function holding(options: GuardWorldOptions = { triggers: 'none', stopLoss: null }): GuardWorld {
  const world = new GuardWorld(options);
  world.hold();
  return world;
}

/** Amount and cost, rounded for the eye. */
function dustOf({ runtime }: GuardWorld): string {
  const { dust } = runtime.holding.position;
  return dust ? `${toText(dust.amount)} for ${toText(roundTo(dust.cost, 6, 'half-even'))}` : 'none';
}

function say(world: GuardWorld, what: Partial<ControlEvent> & Pick<ControlEvent, 'action'>): void {
  world.step({ kind: 'control', at: world.state.now, reason: 'test', ...what });
}

/** All but so much of what is held. */
const allBut = (world: GuardWorld, left: string): Decimal =>
  subtract(world.runtime.holding.position.amount, dec(left));

/** Sells all but so much with a limit order, as a grid does, beside a buy that rests. */
function sellBut(world: GuardWorld, left: string, price = 101, bought = '0'): void {
  world.place({ ...BUY, price: 90 });
  world.send();
  const [buy] = world.open(false);
  if (buy && bought !== '0') world.fill(buy, dec(bought), 90);
  const amount = subtract(allBut(world, left), dec(bought));
  world.place(leave(toText(amount), { type: 'limit', price }));
  world.send();
  const sell = world.open(false).find(({ intent }) => intent.side === 'sell');
  if (sell) world.fill(sell, undefined, price);
}

describe('what limit orders leave', () => {
  it('is dust although a buy rests, so that its cost is at work no more', () => {
    const world = holding();
    sellBut(world, '0.03');
    expect(dustOf(world)).toBe('0.03 for 3');
    expect(world.codes.at(-1)).toBe('DUST_KEPT');
    const [buy] = world.open(false);
    expect(toText(world.state.book.of(GRID).positionCost)).toBe('0');
    expect(world.state.book.of(GRID).openBuys.gt(0)).toBe(true);
    expect(buy?.intent.side).toBe('buy');
  });

  it('bears its share of every later sale, so that the rest has the average price of all', () => {
    const world = holding();
    sellBut(world, '0.03');
    world.place({ ...ENTER, quote: dec('400') });
    world.send();
    world.fill(
      world.open(false).find(({ intent }) => intent.type === 'market') ?? world.own1(),
      undefined,
      200,
    );
    world.price = 200;
    world.place(leave(toText(allBut(world, '0.04')), { type: 'limit', price: 201 }));
    world.send();
    const sell = world.open(false).find(({ intent }) => intent.side === 'sell');
    if (sell) world.fill(sell, undefined, 201);
    const { position, averagePrice } = world.runtime.holding;
    expect(toText(position.amount)).toBe('0.04');
    const average = position.cost.toNumber() / 0.04;
    expect([position.dust?.amount.toNumber(), averagePrice]).toEqual([
      0.03,
      expect.closeTo(average, 6),
    ]);
    expect(average).toBeGreaterThan(150);
  });

  it('is held while it is worth enough at the price at which it was sold', () => {
    const world = holding();
    sellBut(world, '0.049', 103);
    expect(dustOf(world)).toBe('none');
  });

  it('is held while a part of it has just been bought', () => {
    const world = holding();
    sellBut(world, '0.02', 101, '0.01');
    expect([world.position, dustOf(world)]).toEqual(['0.03', 'none']);
  });
});

describe('what a booking leaves', () => {
  const book = (world: GuardWorld, amount: Decimal): void => {
    const cut = { strategyId: GRID, symbol: BTC_USDT, amount, cause: 'gone', reason: 'x' } as const;
    say(world, { action: 'adopt', booking: cut });
  };

  it('is dust when it is too little, and the strategy is told', () => {
    const world = holding();
    let told = '';
    world.strategy.onBooked = () => {
      told = dustOf(world);
    };
    book(world, allBut(world, '0.03').neg());
    expect(dustOf(world)).toBe('0.03 for 3');
    expect(told).toBe('0.03 for 3');
  });

  it('is dust as soon as the stop that guarded more has ended', () => {
    const world = holding({});
    let told = 0;
    world.strategy.onBooked = () => {
      told += 1;
    };
    book(world, allBut(world, '0.03').neg());
    expect(dustOf(world)).toBe('none');
    world.cancel();
    expect(dustOf(world)).toBe('0.03 for 3');
    expect([world.guards, told]).toEqual([[], 2]);
  });

  it('is held when it is enough for an order', () => {
    const world = holding({});
    book(world, allBut(world, '0.06').neg());
    world.cancel();
    world.trade(100, 5);
    world.send();
    expect(dustOf(world)).toBe('none');
    expect(world.guards).toEqual(['stop 0.06 @90 ACKED']);
  });

  it('is not judged by a guard that changes for another reason', () => {
    const world = holding({});
    // The exchange takes nothing so small for a while.
    const rules = { ...world.instrument, minNotional: dec('500') };
    world.step({ kind: 'rules', at: world.state.now, instrument: rules });
    world.cancel();
    expect(dustOf(world)).toBe('none');
  });
});

describe('what a closing in part leaves', () => {
  it('is dust when it cannot be sold alone, and the strategy is out of the market', () => {
    const world = holding({});
    say(world, { action: 'flatten', strategy: GRID, amount: allBut(world, '0.03') });
    world.cancel();
    world.send();
    world.fill(world.own1());
    expect(dustOf(world)).toBe('0.03 for 3');
    expect(world.strategy.seen).toContain('stopped');
    expect([world.guards, world.runtime.stopPrice]).toEqual([[], 0]);
  });
});

describe('dust of a strategy that is not configured any more', () => {
  const OLD = strategyId('old');

  /** Beside a position of 1.996. */
  function withOld(amount: string, cost: string, options?: GuardWorldOptions) {
    const world = holding(options);
    const { ledger } = world.state;
    applyTransfer(ledger, { asset: BTC, amount: dec(amount), reason: 'was there' });
    const bookings: BookedTransfer[] = [];
    world.afterStep = () => {
      bookings.push(...world.state.out.bookings);
    };
    const cause = 'adopted' as const;
    const gift = { symbol: BTC_USDT, strategyId: OLD, amount: dec(amount), cost: dec(cost), cause };
    say(world, { action: 'adopt', booking: { ...gift, reason: 'x' } });
    const old = holdingOf(ledger, OLD, BTC_USDT);
    world.state.book.setPosition(makeDust(old).position);
    bookings.length = 0;
    return { world, old, bookings };
  }

  const moves = (bookings: readonly BookedTransfer[]): string[] =>
    bookings.map(
      (one) => `${one.strategyId} ${toText(one.amount)} ${toText(one.cost)} ${one.cause}`,
    );

  it('goes with the next sale at the market of another one, at its cost', () => {
    const { world, old, bookings } = withOld('0.04', '6');
    const cost = world.runtime.holding.position.cost;
    world.place(leave(world.position));
    expect(moves(bookings)).toEqual(['old -0.04 -6 dust', 'grid 0.04 6 dust']);
    expect(toText(world.own1().intent.amount)).toBe('2.036');
    expect([toText(old.position.amount), toText(old.position.cost)]).toEqual(['0', '0']);
    // Until it is sold it is dust of the seller.
    expect(dustOf(world)).toBe('0.04 for 6');
    world.send();
    world.fill(world.own1(), undefined, 110);
    const { position } = world.runtime.holding;
    expect([world.position, dustOf(world)]).toEqual(['0', 'none']);
    expect(toText(position.realisedPnl)).toBe(toText(dec('2.036').times(110).minus(cost).minus(6)));
    expect(position.booked).toEqual({ amount: dec('0.04'), cost: dec('6') });
  });

  it('goes with a stop, too, and only once', () => {
    const { world, bookings } = withOld('0.04', '6', {});
    say(world, { action: 'flatten' });
    world.cancel();
    expect(moves(bookings)).toEqual(['old -0.04 -6 dust', 'grid 0.04 6 dust']);
    expect(world.open(false).map(({ intent }) => toText(intent.amount))).toEqual(['2.036']);
  });

  it('goes with a sale that waits for its guard', () => {
    const { world } = withOld('0.04', '6', {});
    world.place(leave(world.position));
    world.cancel();
    expect(world.open(false).map(({ intent }) => toText(intent.amount))).toEqual(['2.036']);
  });

  it('stays where no more lots could be sold with it, or only a part is sold', () => {
    const little = withOld('0.0004', '0.04');
    little.world.place(leave(little.world.position));
    expect(little.bookings).toEqual([]);
    const part = withOld('0.04', '6');
    part.world.place(leave('1'));
    expect(part.bookings).toEqual([]);
    expect(dustOf(part.world)).toBe('none');
  });

  it('stays where it is not there, or is no dust', () => {
    const absent = withOld('0.04', '6');
    absent.old.absent = dec('0.01');
    absent.world.place(leave(absent.world.position));
    expect(absent.bookings).toEqual([]);
  });
});
