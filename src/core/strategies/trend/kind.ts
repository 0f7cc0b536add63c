import type { StrategyKind } from '../contract.ts';
import { lossMisfits } from '../exitFit.ts';
import { TREND_SHAPE, type TrendParams } from './params.ts';
import { TREND_REASONS } from './reasons.ts';
import { TrendStrategy } from './strategy.ts';

export const TREND: StrategyKind<TrendParams> = {
  kind: 'trend',
  summary:
    'Buys when a fast moving average crosses above a slow one; sells when it crosses back or when a trailing stop is reached.',
  shape: TREND_SHAPE,
  check({ params: { ema_fast: fast, ema_slow: slow } }) {
    if (fast < slow) return [];
    return [{ path: ['ema_fast'], problem: `must be below ema_slow (${slow}), is ${fast}` }];
  },
  entry: ({ budget }) => ({ key: 'budget', quote: budget }),
  fit: lossMisfits,
  reasons: TREND_REASONS,
  create: (spec) => new TrendStrategy(spec),
};
