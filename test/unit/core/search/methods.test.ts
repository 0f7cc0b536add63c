import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Proposal, Score } from '../../../../src/core/search/contract.ts';
import { firstRoundOf } from '../../../../src/core/search/halving.ts';
import { METHODS, searchBy, type Method } from '../../../../src/core/search/methods.ts';
import { Space, type Parameter } from '../../../../src/core/search/space.ts';
import { PROBLEMS } from '../../../proof/problems.ts';
import { race } from '../../../proof/race.ts';

const space = new Space([
  { name: 'a', type: 'int', low: 1, high: 50, unit: '' },
  { name: 'b', type: 'float', low: 0, high: 1, unit: '' },
  { name: 'c', type: 'choice', values: ['x', 'y', 'z'] },
  { name: 'd', type: 'log', low: 1, high: 100, unit: '%', when: { parameter: 'c', values: ['y'] } },
]);
const TRIALS = 60;

/** Small where a is 20, b is small and c is y. */
const lossOf = ({ assignment: at }: Proposal): number =>
  Math.abs(Number(at['a']) - 20) / 10 +
  Number(at['b']) +
  Number(at['c'] !== 'y') +
  Number(at['a']) * 1e-6;

function talk(method: Method, seed: number, answer: (asked: Proposal) => Score): Proposal[] {
  const search = searchBy(method, space, { seed, trials: TRIALS });
  const asked: Proposal[] = [];
  let told = 0;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    for (; told < search.needs; told += 1) {
      const oldest = asked[told];
      if (oldest) search.tell(answer(oldest));
    }
    const proposal = search.ask();
    if (!proposal) break;
    asked.push(proposal);
  }
  return asked;
}

const honest = (asked: Proposal): Score => ({ losses: [lossOf(asked)], violation: 0 });

describe.each(METHODS)('%s', (method) => {
  it('asks the same of the same seed and answers', () => {
    expect(talk(method, 1, honest)).toEqual(talk(method, 1, honest));
    if (method !== 'grid') expect(talk(method, 2, honest)).not.toEqual(talk(method, 1, honest));
  });

  it('asks for what is in the space, and never for more answers than it asked', () => {
    for (const [at, { assignment, share }] of talk(method, 3, honest).entries()) {
      expect(space.decode(space.encode(assignment))).toEqual(assignment);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
      expect(at).toBeLessThan(TRIALS);
    }
    const search = searchBy(method, space, { seed: 3, trials: TRIALS });
    for (let asked = 0, told = 0; asked < TRIALS; asked += 1) {
      expect(search.needs).toBeLessThanOrEqual(asked);
      for (; told < search.needs; told += 1) search.tell({ losses: [told], violation: 0 });
      if (!search.ask()) break;
    }
  });

  it('outlives answers that say nothing', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(Number.NaN, Infinity, 0), (seed, loss) => {
        const asked = talk(method, seed, () => ({ losses: [loss], violation: Number(loss === 0) }));
        expect(asked.length).toBeGreaterThan(0);
      }),
      { numRuns: 10 },
    );
  });

  it('searches for several things at once', () => {
    const asked = talk(method, 4, (one) => ({
      losses: [Number(one.assignment['a']), -Number(one.assignment['b'])],
      violation: 0,
    }));
    expect(asked.length).toBeGreaterThan(10);
  });
});

describe('a search', () => {
  it('at random and over a grid tries nothing twice', () => {
    for (const method of ['random', 'grid', 'tpe'] as const) {
      const keys = talk(method, 5, honest).map(({ assignment }) => space.keyOf(assignment));
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('over a grid takes every value where they fit, and both ends where they do not', () => {
    const small = new Space([
      { name: 'n', type: 'int', low: 1, high: 3, unit: '' },
      { name: 'f', type: 'float', low: 0, high: 1, unit: '' },
    ] satisfies Parameter[]);
    const search = searchBy('grid', small, { seed: 0, trials: 9 });
    const asked: unknown[] = [];
    for (let proposal = search.ask(); proposal; proposal = search.ask())
      asked.push([proposal.assignment['n'], proposal.assignment['f']]);
    expect(asked).toHaveLength(9);
    expect(asked).toEqual(
      expect.arrayContaining([
        [1, 0],
        [2, 0.5],
        [3, 1],
      ]),
    );
  });

  it('by halving gives the best third of a round three times as much', () => {
    const asked = talk('halving', 6, honest);
    const first = firstRoundOf(TRIALS);
    const rounds = [1 / 9, 1 / 3, 1].map((share) => asked.filter((one) => one.share === share));
    expect(rounds.map(({ length }) => length)).toEqual([
      first,
      Math.floor(first / 3),
      Math.floor(Math.floor(first / 3) / 3),
    ]);
    const worstKept = Math.max(...(rounds[1] ?? []).map(lossOf));
    const kept = (rounds[0] ?? []).filter((one) => lossOf(one) <= worstKept);
    expect(kept).toHaveLength(rounds[1]?.length ?? -1);
  });

  it('for more than a hundred parameters is refused by the method that cannot', () => {
    const many = Array.from({ length: 101 }, (_, at) => ({
      ...{ name: `p${at}`, type: 'float' as const, low: 0, high: 1, unit: '' },
    }));
    expect(() => searchBy('cmaes', new Space(many), { seed: 1, trials: 1 })).toThrow('at most 100');
  });
});

// The whole table over 50 seeds: npm run proof -- optimisers.
describe('against random search on the same budget', () => {
  it.each([
    ['tpe', 2, 3],
    ['cmaes', 4, 7],
    ['halving', 10, 13],
  ] as const)(
    '%s on two problems, %d seeds each, is closer on %d at least',
    (method, seeds, least) => {
      const quick = PROBLEMS.filter(({ budget }) => budget === 100);
      const wins = quick.flatMap((problem) =>
        race(problem, [method], seeds).map((one) => one.wins),
      );
      expect(wins).toHaveLength(2);
      expect(wins.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(least);
    },
  );
});
