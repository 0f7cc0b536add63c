import type { SpecProblem, StrategyKind } from '../contract.ts';
import { lossMisfits } from '../exitFit.ts';
import { MEAN_REVERSION_SHAPE, type MeanReversionParams } from './params.ts';
import { MEAN_REVERSION_REASONS } from './reasons.ts';
import { MeanReversionStrategy } from './strategy.ts';

export const MEAN_REVERSION: StrategyKind<MeanReversionParams> = {
  kind: 'mean_reversion',
  summary:
    'Buys an oversold close near the lower Bollinger band; sells when the price is back at the middle or the time is up.',
  shape: MEAN_REVERSION_SHAPE,
  check({ params }) {
    const problems: SpecProblem[] = [];
    if (params.exit_percent_b <= params.entry_percent_b) {
      const problem = `must be above entry_percent_b (${params.entry_percent_b}), is ${params.exit_percent_b}`;
      problems.push({ path: ['exit_percent_b'], problem });
    }
    if (params.exit_rsi <= params.entry_rsi) {
      const problem = `must be above entry_rsi (${params.entry_rsi}), is ${params.exit_rsi}`;
      problems.push({ path: ['exit_rsi'], problem });
    }
    return problems;
  },
  entry: ({ budget }) => ({ key: 'budget', quote: budget }),
  fit: lossMisfits,
  reasons: MEAN_REVERSION_REASONS,
  create: (spec) => new MeanReversionStrategy(spec),
};
