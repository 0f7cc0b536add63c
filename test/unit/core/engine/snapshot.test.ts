import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../../src/core/domain/json.ts';
import { restoreRuntime, snapshotRuntime } from '../../../../src/core/engine/snapshot.ts';
import type { StrategyRuntime } from '../../../../src/core/engine/state.ts';
import { anEngine } from '../../../builders/engine.ts';
import { GuardWorld, leave } from '../../../builders/guardWorld.ts';
import { GRID } from '../../../builders/orders.ts';

type Fields = Readonly<Record<string, Json>>;

function fresh(): StrategyRuntime {
  const runtime = anEngine().state.strategies.get(GRID);
  if (!runtime) throw new Error('no strategy');
  return runtime;
}

/** A strategy with a guard, an exit that waits for its end, and one that waits for another order's. */
function busy(): GuardWorld {
  const world = new GuardWorld();
  world.hold();
  world.place(leave('1', { inputs: { close: 99.5, why: 'test' }, tag: 'out' }));
  world.place(leave('0.5', { type: 'limit', price: 101, tag: 'limit' }));
  return world;
}

const kept = (runtime: StrategyRuntime): Fields =>
  JSON.parse(JSON.stringify(snapshotRuntime(runtime))) as Fields;

describe('the state of a strategy', () => {
  it('comes back as it went: what waits, how it is guarded, and what it remembers', () => {
    const { runtime } = busy();
    runtime.guard.failures = 3;
    runtime.guard.retryAt = 77;
    const restored = fresh();
    restoreRuntime(restored, kept(runtime));
    expect(restored.waiting).toEqual(runtime.waiting);
    expect(restored.guard).toMatchObject({
      lastId: runtime.guard.lastId,
      failures: 3,
      retryAt: 77,
    });
    expect(kept(restored)).toEqual(kept(runtime));
  });

  it('from before there were guards has none, and is taken', () => {
    const runtime = fresh();
    const old = {
      version: 1,
      stopping: { reason: 'STOP_LOSS', inputs: { price: 90 }, exitAsked: true },
      stoppedAt: 5,
      stoppedUntil: 9,
      strategy: { memory: 4 },
    };
    restoreRuntime(runtime, old);
    expect(runtime.waiting).toEqual([]);
    expect(runtime.guard.lastId).toBeUndefined();
    expect(runtime.stopping).toMatchObject({ reason: 'STOP_LOSS', inputs: { price: 90 } });
    expect(runtime.stoppedUntil).toBe(9);
  });

  it.each([
    [
      'another version',
      (fields: Fields) => ({ ...fields, version: 2 }),
      'not a version 1 snapshot',
    ],
    ['no strategy', ({ strategy: _none, ...fields }: Fields) => fields, 'not a version 1 snapshot'],
    [
      'a waiting order of no kind',
      (fields: Fields) => ({ ...fields, waiting: [{ kind: 'sell stop' }] }),
      'waiting order: kind',
    ],
    [
      'a waiting order without an amount',
      (fields: Fields) => {
        const [first] = fields['waiting'] as readonly Fields[];
        return { ...fields, waiting: [{ ...first, amount: 1 }] };
      },
      'waiting order: amount',
    ],
  ])('is refused with %s, and says so', (_name, change, words) => {
    const snapshot = change(kept(busy().runtime)) as Json;
    expect(() => {
      restoreRuntime(fresh(), snapshot);
    }).toThrow(new RegExp(`^SNAPSHOT_INVALID: strategy grid: .*${words}`, 'u'));
  });
});
