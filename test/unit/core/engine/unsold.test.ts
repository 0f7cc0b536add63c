import { describe, expect, it } from '@jest/globals';
import { dec, roundTo, toText } from '../../../../src/core/domain/decimal.ts';
import { aControl } from '../../../builders/engine.ts';
import { ENTER, GuardWorld, leave } from '../../../builders/guardWorld.ts';

/** Holds 0.056 at 100, of a larger buy that was cancelled after its first fill. */
function holdingLittle(): GuardWorld {
  const world = new GuardWorld({ triggers: 'none' });
  world.place(ENTER);
  world.send();
  const entry = world.own1();
  world.fill(entry, dec('0.056'));
  world.act((context) => {
    context.cancel(entry.intent.intentId, 'ENOUGH');
  });
  world.cancel();
  expect(world.own).toEqual([]);
  expect(world.position).toBe('0.056');
  return world;
}

/** Amount and cost, rounded for the eye. */
function dustOf({ runtime }: GuardWorld): string {
  const { dust } = runtime.holding.position;
  return dust ? `${toText(dust.amount)} for ${toText(roundTo(dust.cost, 6, 'half-even'))}` : 'none';
}

const lastNote = (world: GuardWorld) => world.notes.at(-1);

describe('a position that has become too little to sell', () => {
  it('is not said to be sold, nor the strategy to be out of the market, when its stop is reached', () => {
    const world = holdingLittle();
    world.trade(80);
    expect(world.unsent()).toEqual([]);
    expect(world.codes).not.toContain('STOPPED');
    expect(world.codes.slice(-2)).toEqual(['DUST_KEPT', 'STOPPED_UNSOLD']);
    expect(lastNote(world)).toMatchObject({
      code: 'STOPPED_UNSOLD',
      inputs: { left: '0.056', base: 'BTC', symbol: 'BTC/USDT', least: '0.001 BTC or 5 USDT' },
    });
    expect(world.position).toBe('0.056');
    expect(world.runtime.stopping).toBeUndefined();
  });

  it('nor when the operator takes it out', () => {
    const world = holdingLittle();
    world.trade(89.5);
    const before = world.codes.length;
    world.trade(80);
    world.step(aControl('flatten', world.state.now));
    expect(world.codes.slice(before)).not.toContain('STOPPED');
    expect(world.position).toBe('0.056');
  });

  it('is dust from then on: it blocks nothing, has no stop, and goes with the next sale', () => {
    const world = holdingLittle();
    world.trade(80);
    expect(dustOf(world)).toBe('0.056 for 5.6');
    expect(toText(world.state.book.total)).toBe('0');
    world.trade(100, 3600);
    world.place(ENTER);
    world.send();
    const spent = world.own1().intent.amount;
    world.fill(world.own1());
    // The new position has a stop of its own, at its own average price.
    expect(world.runtime.stopPrice).toBeCloseTo(90, 6);
    expect(dustOf(world)).toBe('0.056 for 5.6');
    expect(toText(world.state.book.total)).toBe(toText(spent.times(100)));
    world.trade(89);
    expect(toText(world.own1().intent.amount)).toBe(toText(spent.plus('0.056')));
    world.send();
    world.fill(world.own1());
    expect([world.position, dustOf(world), world.codes.at(-1)]).toEqual(['0', 'none', 'STOPPED']);
  });

  it('is dust when a part of it was sold and the rest is too little', () => {
    const world = new GuardWorld({ triggers: 'none', stopLoss: null });
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    world.place(leave(world.position));
    world.send();
    const exit = world.own1();
    world.fill(exit, exit.intent.amount.minus('0.03'));
    // While the order is open, the rest may still be sold.
    expect(dustOf(world)).toBe('none');
    world.act((context) => {
      context.cancel(exit.intent.intentId, 'ENOUGH');
    });
    world.cancel();
    expect(dustOf(world)).toBe('0.03 for 3');
    expect(world.codes.at(-1)).toBe('DUST_KEPT');
  });

  it('is dust when all of it was to be sold and was refused for being too little', () => {
    const world = holdingLittle();
    world.trade(95);
    world.trade(85, 0.1);
    world.runtime.stopping = undefined;
    world.place(leave('0.056'));
    expect(dustOf(world)).toBe('0.056 for 5.6');
  });

  it('is sold as ever where it is worth enough', () => {
    const world = holdingLittle();
    world.trade(90);
    world.send();
    world.fill(world.own1());
    expect(world.codes.at(-1)).toBe('STOPPED');
  });
});
