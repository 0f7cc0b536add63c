import { describe, expect, it } from '@jest/globals';
import {
  parseConstraint,
  parseObjective,
  scoreOf,
  worthOf,
} from '../../../../src/research/optimise/objective.ts';

const metrics = { sharpe: 2, max_drawdown: 0.25, trades: 10, calmar: null };

describe('objectives', () => {
  it('are metrics with weights, those of which less is better with the other sign', () => {
    expect(worthOf(parseObjective('sharpe'), metrics)).toBe(2);
    expect(worthOf(parseObjective('sharpe=0.5, max_drawdown=4'), metrics)).toBe(0);
  });

  it('cannot be said when a metric of theirs cannot', () => {
    expect(worthOf(parseObjective('sharpe,calmar'), metrics)).toBeUndefined();
  });

  it.each([
    ['sharp', 'sharp is no metric'],
    ['sharpe=x', 'x is no number'],
    ['sharpe=-1', 'weights are above 0'],
  ])('are refused with words: %s', (text, words) => {
    expect(() => parseObjective(text)).toThrow(words);
  });
});

describe('constraints', () => {
  it('are broken by a share of their limit', () => {
    const goals = {
      objectives: [parseObjective('sharpe')],
      constraints: [parseConstraint('max_drawdown<=20%'), parseConstraint('trades >= 20')],
    };
    const score = scoreOf(goals, { state: 'done', metrics });
    expect(score.losses).toEqual([-2]);
    expect(score.violation).toBeCloseTo(0.25 + 0.5, 12);
    const kept = scoreOf(goals, {
      state: 'done',
      metrics: { ...metrics, max_drawdown: 0.2, trades: 20 },
    });
    expect(kept.violation).toBe(0);
  });

  it('are broken wholly by what cannot be said, and by what was not run', () => {
    const goals = {
      objectives: [parseObjective('sharpe')],
      constraints: [parseConstraint('calmar>=1')],
    };
    expect(scoreOf(goals, { state: 'done', metrics }).violation).toBe(Infinity);
    expect(scoreOf(goals, { state: 'refused', metrics: {} })).toEqual({
      losses: [Infinity],
      violation: Infinity,
    });
  });

  it.each(['max_drawdown<0.2', 'trades>=many', 'foo<=1'])('are refused with words: %s', (text) => {
    expect(() => parseConstraint(text)).toThrow('USAGE');
  });
});
