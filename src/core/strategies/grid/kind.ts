import { dec, divide } from '../../domain/decimal.ts';
import type { SpecProblem, StrategyKind } from '../contract.ts';
import type { Bound } from '../units.ts';
import { GRID_SHAPE, type GridParams } from './params.ts';
import { gridMisfits } from './fit.ts';
import { GRID_REASONS } from './reasons.ts';
import { GridStrategy } from './strategy.ts';

export const GRID: StrategyKind<GridParams> = {
  kind: 'grid',
  summary: 'Buys on lines below the price and sells each purchase one line higher, over and over.',
  shape: GRID_SHAPE,
  check({ params }) {
    const { lower, upper } = params;
    if (lower.kind !== upper.kind) {
      const problem = 'lower and upper must both be prices or both be percentages';
      return [{ path: ['upper'], problem }];
    }
    const problems: SpecProblem[] = [];
    if (valueOf(lower) >= valueOf(upper)) {
      problems.push({ path: ['lower'], problem: 'must be below upper' });
    }
    if (lower.kind === 'percent' && lower.fraction <= -1) {
      problems.push({ path: ['lower'], problem: 'must be above -100%: a price cannot be zero' });
    }
    if (lower.kind === 'price' && lower.amount.lte(0)) {
      problems.push({ path: ['lower'], problem: 'must be above zero' });
    }
    if (lower.kind === 'price' && params.recenter !== 'never') {
      const problem =
        'needs lower and upper as percentages: a range of prices has no centre to move';
      problems.push({ path: ['recenter'], problem });
    }
    return problems;
  },
  entry: ({ params, budget }) => ({
    key: 'budget',
    quote: divide(budget, dec(params.lines - 1), 8, 'down'),
  }),
  fit: gridMisfits,
  reasons: GRID_REASONS,
  create: (spec) => new GridStrategy(spec),
};

function valueOf(bound: Bound): number {
  return bound.kind === 'percent' ? bound.fraction : bound.amount.toNumber();
}
