import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { ENTER, GuardWorld, leave } from '../../../builders/guardWorld.ts';

/** 1.996 BTC bought at 100, guarded. */
function holding(): GuardWorld {
  const world = new GuardWorld();
  world.hold();
  return world;
}

describe('an exit of what the guard holds', () => {
  it('waits until the guard is proved ended, and what is left is guarded again', () => {
    const world = holding();
    const id = world.place(leave('1'));
    expect(world.own).toEqual(['sell 1 PLANNED']);
    expect(world.unsent()).toEqual([]);
    expect(world.guards).toEqual(['stop 1.996 @90 CANCELLING']);
    world.cancel();
    expect(world.own1().intent.intentId).toBe(id);
    world.send();
    expect(world.guards).toEqual(['stop 0.996 @90 ACKED']);
    world.fill(world.own1());
    expect([world.position, world.guards]).toEqual(['0.996', ['stop 0.996 @90 ACKED']]);
  });

  it('is kept over a restart, under the name it was promised', () => {
    const world = holding();
    const id = world.place(leave('1.996'));
    world.crash();
    expect(world.own).toEqual(['sell 1.996 PLANNED']);
    world.cancel();
    expect(world.own1().intent).toMatchObject({ intentId: id, amount: dec('1.996') });
    world.send();
    world.fill(world.own1());
    expect(world.strategy.seen.at(-1)).toBe('closed exit FILLED');
    expect([world.position, world.guards]).toEqual(['0', []]);
  });

  it('that comes a second time shares what there is', () => {
    const world = holding();
    world.place(leave('1.5', { tag: 'a' }));
    world.place(leave('1.5', { tag: 'b' }));
    expect(world.own).toEqual(['sell 1.5 PLANNED', 'sell 0.496 PLANNED']);
    expect(world.place(leave('1', { tag: 'c' }))).toBeUndefined();
    world.cancel();
    expect(world.own).toEqual(['sell 1.5 PLANNED', 'sell 0.496 PLANNED']);
    expect(world.guards).toEqual([]);
  });

  it('does not wait when enough is free', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.place(leave('1'));
    world.fill(world.open(false)[0] ?? world.own1(), dec('0.5'));
    expect(world.guards).toEqual([]);
  });

  it('is dropped when the strategy takes it back, and the guard is made again', () => {
    const world = holding();
    const id = world.place(leave('1'));
    world.act((context) => {
      if (id) context.cancel(id, 'changed my mind');
    });
    expect(world.own).toEqual([]);
    expect(world.strategy.seen.at(-1)).toBe('closed exit DENIED');
    world.cancel();
    world.send();
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
  });

  it('ends when the guard fills instead: nothing is left to sell', () => {
    const world = holding();
    world.place(leave('1'));
    world.trade(89);
    world.fill(world.leg('stop'));
    expect([world.position, world.own, world.guards]).toEqual(['0', [], []]);
    expect(world.strategy.seen.at(-1)).toBe('stopped');
    expect(world.codes).toContain('STOPPED');
  });
});

describe('replacing an order', () => {
  const bid = { ...ENTER, type: 'limit', price: 98, quote: dec('98.5'), tag: 'bid' } as const;

  it('waits for the proved end of the old one and takes what that left unfilled', () => {
    const world = new GuardWorld();
    world.place(bid);
    world.send();
    const old = world.own1();
    let id: unknown;
    world.act((context) => {
      id = context.replace(old.intent.intentId, { ...bid, price: 99 }, 'CLOSER');
    });
    expect(world.own).toEqual(['buy 1.003 CANCELLING', 'buy 0.992 PLANNED']);
    world.fill(old, dec('0.4'));
    world.cancel();
    expect(world.own).toEqual(['buy 0.603 PLANNED']);
    expect(world.own1().intent).toMatchObject({ intentId: id, parentId: old.intent.intentId });
  });

  it('is dropped when the old one was filled, and the strategy is told', () => {
    const world = new GuardWorld();
    world.place(bid);
    world.send();
    const old = world.own1();
    world.act((context) => {
      context.replace(old.intent.intentId, { ...bid, price: 99, tag: 'next' }, 'CLOSER');
    });
    world.fill(old);
    expect(world.strategy.seen.slice(-2)).toEqual(['closed bid FILLED', 'closed next DENIED']);
    expect(world.codes).toContain('ORDER_DROPPED');
  });

  it('is dropped when the old one cannot be cancelled', () => {
    const world = new GuardWorld();
    world.place(bid);
    world.send();
    const old = world.own1();
    world.act((context) => {
      context.replace(old.intent.intentId, { ...bid, price: 99, tag: 'next' }, 'CLOSER');
    });
    world.cancel('refused');
    expect(world.own).toEqual(['buy 1.003 ACKED']);
    expect(world.strategy.seen.at(-1)).toBe('closed next DENIED');
  });

  it('is kept over a restart', () => {
    const world = new GuardWorld();
    world.place(bid);
    world.send();
    const old = world.own1();
    world.act((context) => {
      context.replace(old.intent.intentId, { ...bid, price: 99 }, 'CLOSER');
    });
    world.crash();
    world.cancel();
    expect(world.own).toEqual(['buy 0.992 PLANNED']);
  });

  it('of a sell leaves the guard of the rest alone', () => {
    const world = new GuardWorld();
    world.place(ENTER);
    world.send();
    world.strategy.onFill = () => {
      if (world.own.length === 1) world.context.place(leave('1', { type: 'limit', price: 110 }));
    };
    world.fill(world.own1());
    world.send();
    const old = world.own1().intent.intentId;
    world.act((context) => {
      context.replace(old, leave('1', { type: 'limit', price: 108 }), 'CLOSER');
    });
    expect(world.guards).toEqual(['stop 0.996 @90 ACKED']);
    world.cancel();
    world.send();
    expect([world.own, world.guards]).toEqual([['sell 1 ACKED'], ['stop 0.996 @90 ACKED']]);
  });

  it('of what is not there, or is replaced already, is refused and cancels nothing', () => {
    const world = new GuardWorld();
    world.place(bid);
    world.send();
    const old = world.own1().intent.intentId;
    const made: unknown[] = [];
    world.act((context) => {
      made.push(
        context.replace('none' as typeof old, bid, 'NO'),
        context.replace(old, { ...bid, quote: dec('1') }, 'TOO SMALL'),
      );
    });
    expect([made, world.own]).toEqual([[undefined, undefined], ['buy 1.003 ACKED']]);
    world.act((context) => {
      made.push(context.replace(old, bid, 'YES'), context.replace(old, bid, 'TWICE'));
    });
    expect(made.slice(2)).toEqual([expect.any(String), undefined]);
  });
});
