import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Score } from '../../../../src/core/search/contract.ts';
import { dominates, paretoFront, ranked } from '../../../../src/core/search/rank.ts';

const score = (losses: number[], violation = 0): Score => ({ losses, violation });

describe('ranking', () => {
  it('puts what keeps the constraints first, then the smaller loss, failures last', () => {
    const scores = [score([1], 2), score([5]), score([Number.NaN]), score([2]), score([0], 1)];
    expect(ranked(scores)).toEqual([3, 1, 2, 4, 0]);
  });

  it('of several objectives puts fronts first, and on a front the ends and the lonely', () => {
    const scores = [
      [1, 9],
      [2, 8],
      [3, 7],
      [9, 1],
      [9, 9],
    ].map((losses) => score(losses));
    const order = ranked(scores);
    expect(order.slice(0, 2)).toEqual([0, 3]);
    expect(order[2]).toBe(2);
    expect(order.at(-1)).toBe(4);
  });

  it('puts whatever beats another one in everything before it', () => {
    const losses = fc.array(fc.constantFrom(0, 1, 2, 3, Infinity), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(losses, { minLength: 2, maxLength: 25 }), (all) => {
        const order = ranked(all.map((each) => score(each)));
        expect([...order].sort((a, b) => a - b)).toEqual([...all.keys()]);
        for (const [place, at] of order.entries()) {
          for (const later of order.slice(place + 1))
            expect(dominates(all[later] ?? [], all[at] ?? [])).toBe(false);
        }
      }),
    );
  });

  it('finds the front: nobody on it is beaten, everybody beside it is', () => {
    const any = fc.array(
      fc.record({
        losses: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 2 }),
        violation: fc.constantFrom(0, 0, 1),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(any, (scores) => {
        const front = paretoFront(scores);
        for (const [at, one] of scores.entries()) {
          if (one.violation > 0) expect(front).not.toContain(at);
          else {
            const isBeaten = scores.some(
              (other) => other.violation === 0 && dominates(other.losses, one.losses),
            );
            expect(front.includes(at)).toBe(!isBeaten);
          }
        }
        const [best = -1] = ranked(scores);
        if (front.length > 0) expect(front).toContain(best);
      }),
    );
  });
});
