/** Searches against each other on the same budget. */
import { Random } from '../../src/core/domain/random.ts';
import type { Score } from '../../src/core/search/contract.ts';
import { type Method, searchBy } from '../../src/core/search/methods.ts';
import { toldOf, type Problem } from './problems.ts';

const FAILED: Score = { losses: [Infinity], violation: 0 };

/** Trials that halving needs for the effort of one budget: its rounds cost a ninth, a third and the whole, each on a third. */
function trialsFor(method: Method, budget: number): number {
  return method === 'halving' ? Math.floor((13 / 3) * budget) : budget;
}

/** How far from the least value what a method recommends is: the true value of what looked best to it, the whole effort spent. */
function regretOf(problem: Problem, method: Method, seed: number): number {
  const trials = trialsFor(method, problem.budget);
  const search = searchBy(method, problem.space, { seed, trials });
  const random = Random.stream(seed, `noise/${problem.name}`);
  const answers: Score[] = [];
  let heard = 0;
  let best = { told: Infinity, value: Infinity };
  let spent = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    // As with workers: it hears no more than it must, and that late.
    for (; heard < search.needs; heard += 1) search.tell(answers[heard] ?? FAILED);
    const proposal = search.ask();
    if (!proposal) break;
    spent += proposal.share;
    if (spent > problem.budget + 1e-9) break;
    const value = problem.valueAt(proposal.assignment);
    const told = toldOf(problem, value, proposal.share, random);
    answers.push({ losses: [told], violation: 0 });
    if (proposal.share === 1 && told < best.told) best = { told, value };
  }
  return best.value - problem.least;
}

export interface Standing {
  readonly method: Method;
  /** Median over the seeds. */
  readonly regret: number;
  /** Seeds on which it came closer than random search did, equals counted half. */
  readonly wins: number;
}

/** Each method and random search on the same seeds. */
export function race(problem: Problem, methods: readonly Method[], seeds: number): Standing[] {
  const all = [...Array(seeds).keys()];
  const plain = all.map((seed) => regretOf(problem, 'random', seed));
  return methods.map((method) => {
    const regrets =
      method === 'random' ? plain : all.map((seed) => regretOf(problem, method, seed));
    const wins = regrets.reduce((sum, regret, seed) => {
      const other = plain[seed] ?? 0;
      return sum + (regret < other ? 1 : Number(regret === other) / 2);
    }, 0);
    const sorted = [...regrets].sort((a, b) => a - b);
    const middle = Math.floor(seeds / 2);
    const regret = ((sorted[middle] ?? 0) + (sorted[seeds - 1 - middle] ?? 0)) / 2;
    return { method, regret, wins };
  });
}
