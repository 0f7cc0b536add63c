import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { aControl } from '../../../builders/engine.ts';
import { ENTER, GuardWorld } from '../../../builders/guardWorld.ts';

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

const lastNote = (world: GuardWorld) => world.notes.at(-1);

describe('a position that has become too little to sell', () => {
  it('is not said to be sold, nor the strategy to be out of the market, when its stop is reached', () => {
    const world = holdingLittle();
    world.trade(80);
    expect(world.unsent()).toEqual([]);
    expect(world.codes).not.toContain('STOPPED');
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

  it('is sold as ever where it is worth enough', () => {
    const world = holdingLittle();
    world.trade(90);
    world.send();
    world.fill(world.own1());
    expect(world.codes.at(-1)).toBe('STOPPED');
  });
});
