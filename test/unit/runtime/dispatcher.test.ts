import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/adapters/clock/manualClock.ts';
import { directQueue } from '../../../src/adapters/memory/directQueue.ts';
import { memoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { Dispatcher } from '../../../src/runtime/dispatcher.ts';
import { anApproved } from '../../builders/orders.ts';
import { overriding, QUIET } from '../../builders/runtime.ts';

describe('the sweeper', () => {
  it('goes on after a journal that could not be read', () => {
    const clock = new ManualClock(0);
    let reads = 0;
    const journal = overriding(memoryJournal(createMemoryStore()), {
      pending: () => {
        reads += 1;
        throw new Error('JOURNAL_BUSY: locked');
      },
    });
    const nothing = async (): Promise<void> => undefined;
    const deps = { queue: directQueue(), journal, clock, logger: QUIET };
    const dispatcher = new Dispatcher({ ...deps, backfill: nothing, fetchFills: nothing });
    dispatcher.start();
    clock.advance(10_000);
    dispatcher.close();
    expect(reads).toBe(5);
  });

  it('drives again what was written before the clock was set back', () => {
    const clock = new ManualClock(3_600_000);
    const { intentId, symbol } = anApproved(1);
    const entry = { kind: 'place', intentId, symbol, sequence: 1, deadlineMs: 0 } as const;
    const journal = overriding(memoryJournal(createMemoryStore()), {
      pending: () => [{ ...entry, createdMs: 3_600_000 }],
    });
    const nothing = async (): Promise<void> => undefined;
    const deps = { queue: directQueue(), journal, clock, logger: QUIET };
    const dispatcher = new Dispatcher({ ...deps, backfill: nothing, fetchFills: nothing });
    dispatcher.sweep(5_000);
    expect(dispatcher.redriven).toBe(0);
    clock.setWall(0);
    dispatcher.sweep(5_000);
    expect(dispatcher.redriven).toBe(1);
  });
});
