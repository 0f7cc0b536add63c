import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HashSlots } from '../../../../src/simulator/engine/hashSlots.ts';

interface Thing {
  readonly hash: number;
}

/** Everything in a table that has a hash, as its users look it up. */
function found(table: HashSlots<Thing>, hash: number): Set<Thing> {
  const things = new Set<Thing>();
  for (let slot = hash; ; slot += 1) {
    const thing = table.at(slot);
    if (thing === undefined) return things;
    if (thing.hash === hash) things.add(thing);
  }
}

/** Hashes that collide, that are neighbours, and that wrap around. */
const hash = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom(0x7fffffff, -1, -2, 16, 32, 1024, 2 ** 31 - 16),
  fc.integer(),
);
const step = fc.oneof(
  hash.map((of) => ({ add: of })),
  fc.nat().map((which) => ({ remove: which })),
);

describe('a table of slots', () => {
  it('finds by its hash all that is in and nothing that was taken out', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new HashSlots<Thing>();
        const expected: Thing[] = [];
        const gone: Thing[] = [];
        for (const one of steps) {
          if ('add' in one) {
            const thing = { hash: one.add };
            table.add(thing.hash, thing);
            expected.push(thing);
          } else if (expected.length > 0) {
            const [thing] = expected.splice(one.remove % expected.length, 1);
            if (thing === undefined) continue;
            table.delete(thing.hash, thing);
            gone.push(thing);
          }
          expect(table.size).toBe(expected.length);
        }
        expect(new Set(table.values())).toEqual(new Set(expected));
        for (const thing of expected) expect(found(table, thing.hash).has(thing)).toBe(true);
        for (const thing of gone) expect(found(table, thing.hash).has(thing)).toBe(false);
      }),
    );
  });

  it('keeps what it has when something that is not in is taken out, and nothing when it is cleared', () => {
    const table = new HashSlots<Thing>();
    const kept = { hash: 3 };
    table.add(3, kept);
    table.delete(3, { hash: 3 });
    table.delete(4, { hash: 4 });
    expect([...table.values()]).toEqual([kept]);
    table.clear();
    expect([table.size, table.at(3)]).toEqual([0, undefined]);
  });
});
