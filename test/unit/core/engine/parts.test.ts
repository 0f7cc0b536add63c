/** Exits of more than the exchange takes in one order at the market. */
import { describe, expect, it } from '@jest/globals';
import { dec, sumOf, toText } from '../../../../src/core/domain/decimal.ts';
import { ENTER, GuardWorld, leave, type GuardWorldOptions } from '../../../builders/guardWorld.ts';

/** The exchange takes at most 0.8 in one order at the market from now on. */
function narrow(world: GuardWorld): void {
  const instrument = { ...world.instrument, marketMaxAmount: dec('0.8') };
  world.step({ kind: 'rules', at: world.state.now, instrument });
}

/** 1.996 bought at 100, and then the market maximum. */
function holding(options: GuardWorldOptions = { stopLoss: null }): GuardWorld {
  const world = new GuardWorld(options);
  world.hold();
  narrow(world);
  return world;
}

/** Sends and fills what is planned, order by order. @returns the amounts sold. */
function sellOut(world: GuardWorld): string[] {
  const sold: string[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    world.cancel();
    world.send();
    const next = world.open(false).find(({ intent }) => intent.side === 'sell');
    if (!next) continue;
    sold.push(toText(next.intent.amount));
    world.fill(next);
  }
  return sold;
}

describe('an exit that a strategy asks for', () => {
  it('goes out in parts, one after the other, until nothing is left', () => {
    const world = holding();
    world.place(leave('1.996'));
    expect(sellOut(world)).toEqual(['0.8', '0.8', '0.396']);
    expect(world.position).toBe('0');
    expect(world.codes.filter((code) => code === 'EXIT_IN_PARTS')).toHaveLength(1);
    expect(world.notes.find(({ code }) => code === 'EXIT_IN_PARTS')?.inputs).toEqual({
      wanted: '1.996',
      amount: '0.8',
      base: 'BTC',
    });
    expect(world.runtime.parts).toBeUndefined();
  });

  it('sells no more than was asked for', () => {
    const world = holding();
    world.place(leave('1.2'));
    expect(sellOut(world)).toEqual(['0.8', '0.4']);
    expect(world.position).toBe('0.796');
  });

  it('has the next part open before the strategy hears of the last one', () => {
    const world = holding();
    const open: number[] = [];
    const { strategy } = world;
    const closed = strategy.onOrderClosed.bind(strategy);
    strategy.onOrderClosed = (order) => {
      closed(order);
      open.push(world.context.openOrders.length);
    };
    world.place(leave('1.996'));
    sellOut(world);
    expect(open).toEqual([1, 1, 0]);
  });

  it('ends with a part that is refused: the strategy decides what comes next', () => {
    const world = holding();
    world.place(leave('1.996'));
    world.send('rejected');
    expect(world.own).toEqual([]);
    expect(world.runtime.parts).toBeUndefined();
    world.place(leave('1.996'));
    expect(sellOut(world)).toEqual(['0.8', '0.8', '0.396']);
  });

  it('waits for its guard, and then goes on in parts', () => {
    const world = new GuardWorld();
    world.hold();
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
    narrow(world);
    world.place(leave('1.996'));
    const sold = sellOut(world).map((amount) => dec(amount));
    expect(toText(sumOf(sold))).toBe('1.996');
    expect(world.position).toBe('0');
  });
});

describe('a stop', () => {
  it('sells everything in parts when it is kept here', () => {
    const world = holding({ triggers: 'none' });
    world.trade(89);
    expect(sellOut(world)).toEqual(['0.8', '0.8', '0.396']);
    expect(world.codes.filter((code) => code === 'EXIT_IN_PARTS')).toHaveLength(1);
    expect(world.codes.at(-1)).toBe('STOPPED');
    expect(world.runtime.stopping).toBeUndefined();
  });

  it('at the exchange guards as much as one order may be, and the rest is sold here when it fills', () => {
    const world = holding({});
    world.cancel();
    world.send();
    expect(world.guards).toEqual(['stop 0.8 @90 ACKED']);
    world.price = 90;
    world.fill(world.leg('stop'));
    expect(sellOut(world)).toEqual(['0.8', '0.396']);
    expect(world.position).toBe('0');
  });
});

it('an entry is cut to what one order may be, and that is noted', () => {
  const world = new GuardWorld({ stopLoss: null, rules: { marketMaxAmount: dec('0.8') } });
  world.hold({ ...ENTER });
  expect(world.position).toBe('0.8');
  expect(world.notes.find(({ code }) => code === 'ORDER_CUT')?.inputs).toMatchObject({
    wanted: '1.996',
    amount: '0.8',
  });
});
