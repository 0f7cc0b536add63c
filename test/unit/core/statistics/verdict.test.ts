import { describe, expect, it } from '@jest/globals';
import { verdictOn } from '../../../../src/core/statistics/verdict.ts';

const good = {
  trials: 100,
  observations: 1000,
  deflated: 0.97,
  spa: 0.01,
  trackRecord: 400,
  trades: 50,
};

describe('the verdict', () => {
  it('calls chance by its name below 95 %, with the reasons', () => {
    const found = verdictOn({ ...good, deflated: 0.949 });
    expect(found).toMatchObject({ level: 'chance', words: 'Not distinguishable from chance.' });
    expect(found.reasons[0]).toContain(
      'after 100 trials the true Sharpe ratio is above 0 with 94.9 %',
    );
  });

  it('says of an edge whether it beats holding, and whether the choice was more than chance', () => {
    expect(verdictOn(good).words).toBe('Distinguishable from chance, and better than holding.');
    expect(verdictOn({ ...good, spa: 0.2 }).words).toContain('not shown to be better than holding');
    expect(verdictOn({ ...good, overfitting: 0.6 }).words).toContain('Which of the parameters');
  });

  it('says nothing where there is too little', () => {
    expect(verdictOn({ ...good, deflated: undefined }).level).toBe('unknown');
    expect(verdictOn({ ...good, observations: 29 }).level).toBe('unknown');
    expect(verdictOn({ ...good, trades: 9 })).toMatchObject({
      level: 'unknown',
      words: 'Too few trades to say anything.',
    });
  });

  it('counts what is missing, and never rounds up to certainty', () => {
    expect(verdictOn({ ...good, trackRecord: 1200.2 }).reasons.join()).toContain(
      '1201 returns would be needed',
    );
    expect(verdictOn({ ...good, trackRecord: undefined }).reasons.join()).toContain('not above 0');
    expect(verdictOn({ ...good, deflated: 0.999_99 }).reasons.join()).toContain('99.9 %');
    expect(verdictOn({ ...good, spa: 0.000_5 }).reasons.join()).toContain('under 0.1 %');
  });
});
