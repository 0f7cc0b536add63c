import { toText } from '../../domain/decimal.ts';
import { timeframeMs } from '../../domain/time.ts';
import type { SpecProblem, StrategyKind } from '../contract.ts';
import { durationText } from '../units.ts';
import { DCA_SHAPE, type DcaParams } from './params.ts';
import { DCA_REASONS } from './reasons.ts';
import { DcaStrategy } from './strategy.ts';

export const DCA: StrategyKind<DcaParams> = {
  kind: 'dca',
  summary:
    'Buys for a fixed amount on a fixed schedule, whatever the price; take_profit sells everything again.',
  shape: DCA_SHAPE,
  check({ params, budget, timeframe }) {
    const problems: SpecProblem[] = [];
    if (params.amount.amount.gt(budget)) {
      const problem = `must be at most the budget (${toText(budget)}), is ${toText(params.amount.amount)}`;
      problems.push({ path: ['amount'], problem });
    }
    if (params.every < timeframeMs(timeframe)) {
      const problem = `must be at least one bar (${timeframe}), is ${durationText(params.every)}; buys are decided on completed bars`;
      problems.push({ path: ['every'], problem });
    }
    return problems;
  },
  entry: ({ params }) => ({ key: 'amount', quote: params.amount.amount }),
  reasons: DCA_REASONS,
  create: (spec) => new DcaStrategy(spec),
};
