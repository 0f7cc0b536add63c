import { describe, expect, it } from '@jest/globals';
import { memoryJournal } from '../../../../src/adapters/memory/journal.ts';
import { memoryRecords } from '../../../../src/adapters/memory/records.ts';
import { createMemoryStore } from '../../../../src/adapters/memory/store.ts';
import type { Note } from '../../../../src/core/domain/notes.ts';
import { anIntent, anOrder, aPlan, aStep } from '../../../builders/journal.ts';

describe('the memory journal', () => {
  it("keeps the caller's own records, not copies", () => {
    const journal = memoryJournal(createMemoryStore());
    journal.recover();
    const order = anOrder(anIntent(1));
    journal.commit({ ...aPlan([anIntent(1)]), orders: [order] });
    expect(journal.findOrder({ intentId: order.intent.intentId })).toBe(order);
  });

  it('does not keep the arrays of a step: the caller may reuse them', () => {
    const store = createMemoryStore();
    const journal = memoryJournal(store);
    journal.recover();
    const notes: Note[] = [{ at: 1, code: 'ARMED', inputs: {} }];
    journal.commit(aStep({ notes }));
    notes.length = 0;
    expect(memoryRecords(store).notes({ limit: 5 })).toHaveLength(1);
  });

  it('makes the same instance id every time, unless told otherwise', () => {
    const instanceOf = (store = createMemoryStore()) => memoryJournal(store).recover().instanceId;
    expect(instanceOf()).toBe(instanceOf());
    expect(instanceOf(createMemoryStore({ instanceId: 'other' }))).toBe('other');
  });

  it('holds at most twice the notes it keeps', () => {
    const store = createMemoryStore({ notesMax: 10 });
    const journal = memoryJournal(store);
    journal.recover();
    for (let at = 1; at <= 1_005; at += 1) {
      journal.commit(aStep({ notes: [{ at, code: 'ARMED', inputs: {} }] }));
      expect(store.notes.length).toBeLessThan(20);
    }
    const kept = memoryRecords(store).notes({ limit: 10 });
    expect([kept.at(0)?.at, kept.at(-1)?.at]).toEqual([1_005, 996]);
  });
});
