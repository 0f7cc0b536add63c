import { describe, expect, it } from '@jest/globals';
import { Random } from '../../../../src/core/domain/random.ts';
import { judge, onBudget } from '../../../../src/research/optimise/judge.ts';
import { outcome } from '../../../builders/trials.ts';

const DAYS = 500;
const series = (seed: number, mean: number): number[] => {
  const random = Random.stream(seed, 'judge');
  return Array.from({ length: DAYS }, () => 0.01 * (mean + random.normal()));
};
const annual = (returns: readonly number[]): number => {
  const mean = returns.reduce((sum, r) => sum + r, 0) / returns.length;
  const variance = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (returns.length - 1);
  return (mean / Math.sqrt(variance)) * Math.sqrt(365);
};

function judged(trials: number[][], tried = trials.length): ReturnType<typeof judge> {
  const sharpes = trials.map(annual);
  const best = trials[sharpes.indexOf(Math.max(...sharpes))] ?? [];
  return judge({ best: outcome({}, best), trials, tried, sharpes, seed: 1, draws: 100 });
}

describe('the judgement', () => {
  it('calls the best of many trials on noise what it is', () => {
    const found = judged(Array.from({ length: 40 }, (_, seed) => series(seed, 0)));
    expect(found.verdict.level).toBe('chance');
    expect(found.sharpe).toBeGreaterThan(1);
    expect(found.probabilistic_sharpe).toBeGreaterThan(0.9);
    expect(found.deflated_sharpe).toBeLessThan(0.9);
  });

  it('finds an edge', () => {
    const found = judged(Array.from({ length: 20 }, (_, seed) => series(seed, 0.2)));
    expect(found.verdict).toMatchObject({ level: 'edge' });
    expect(found.verdict.words).toContain('better than holding');
    expect(found.drawn_returns?.lossShare).toBeLessThan(0.05);
  });

  it('counts trials that were booked elsewhere', () => {
    const trials = Array.from({ length: 10 }, (_, seed) => series(seed, 0.05));
    const [few, many] = [judged(trials), judged(trials, 100_000)];
    expect(many.deflated_sharpe ?? 1).toBeLessThan(few.deflated_sharpe ?? 0);
    expect(many.verdict.reasons.join()).toContain('after 100000 trials');
  });

  it('says nothing where nothing happened', () => {
    const still = judge({
      best: outcome({}, Array(50).fill(0) as number[]),
      trials: [],
      tried: 1,
      sharpes: [],
      seed: 1,
    });
    expect(still).toMatchObject({ verdict: { level: 'unknown' }, sharpe: null });
  });

  it('takes returns of the account for those of a budget that stays the same', () => {
    // 1000 + 10 % of it, then − 10 % of 1100: won 100 and lost 110 on a budget of 200.
    const returns = onBudget([0.1, -0.1], 1000, 200);
    expect(returns[0]).toBeCloseTo(0.5, 12);
    expect(returns[1]).toBeCloseTo(-0.55, 12);
  });
});
