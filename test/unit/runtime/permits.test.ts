import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../src/adapters/clock/manualClock.ts';
import type { OrderRecord } from '../../../src/core/domain/order.ts';
import { Permits, type Permit } from '../../../src/runtime/permits.ts';
import { anIntent, anOrder } from '../../builders/journal.ts';

function somePermits() {
  const clock = new ManualClock(1_000_000);
  const offset = { ms: 0 };
  const permits = new Permits({ clock, orderTtlMs: 60_000, offsetMs: () => offset.ms });
  return { clock, offset, permits };
}

function granted(permits: Permits, order: OrderRecord): Permit {
  const permit = permits.grant([order]);
  if (!permit) throw new Error('none was made');
  return permit;
}

describe('a permit', () => {
  it('is taken once, by whichever of its orders it is asked for', () => {
    const { permits } = somePermits();
    const [stop, target] = [anOrder(anIntent(1)), anOrder(anIntent(2))];
    const permit = permits.grant([stop, target]);
    expect(permits.take(target.intent.intentId)).toBe(permit);
    expect(permits.take(target.intent.intentId)).toBeUndefined();
    expect(permits.take(stop.intent.intentId)).toBeUndefined();
    expect(permits.untaken()).toEqual([]);
  });

  it('is never made a second time, not even for one leg of a pair that is gone', () => {
    const { permits } = somePermits();
    const [stop, target] = [anOrder(anIntent(1)), anOrder(anIntent(2))];
    permits.grant([stop, target]);
    permits.take(stop.intent.intentId);
    expect([permits.grant([target]), permits.grant([stop, target])]).toEqual([
      undefined,
      undefined,
    ]);
    expect(permits.untaken()).toEqual([]);
  });

  it('is void after fifteen seconds by any of the three clocks, and not before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 14_990 }),
        fc.constantFrom('both', 'wall', 'exchange'),
        (ms, which) => {
          const { clock, offset, permits } = somePermits();
          const permit = granted(permits, anOrder(anIntent(1, { purpose: 'exit' })));
          const move = (by: number): void => {
            if (which === 'both') clock.advance(by);
            else if (which === 'wall') clock.setWall(clock.wallMs() - by);
            else offset.ms += by;
          };
          move(ms);
          expect(permits.isVoid(permit)).toBe(false);
          move(15_001 - ms);
          expect(permits.isVoid(permit)).toBe(true);
        },
      ),
    );
  });

  it('of an entry is good for no longer than orders may wait; that of a way out is', () => {
    const clock = new ManualClock();
    const permits = new Permits({ clock, orderTtlMs: 2_000, offsetMs: () => undefined });
    const entry = granted(permits, anOrder(anIntent(1)));
    const exit = granted(permits, anOrder(anIntent(2, { purpose: 'exit' })));
    clock.advance(3_000);
    expect([entry, exit].map((permit) => permits.isVoid(permit))).toEqual([true, false]);
  });
});
