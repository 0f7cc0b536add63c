/** What keeps a grid from trading: a range that the price is not in, cells that are too small, lines that are too close. */
import type { StrategySpec } from '../contract.ts';
import type { FitFacts, MarketFacts, Misfit } from '../fitTypes.ts';
import { layGrid, layLines } from './lines.ts';
import type { GridParams } from './params.ts';

export function gridMisfits(spec: StrategySpec<GridParams>, { market }: FitFacts): Misfit[] {
  const { lower, upper } = spec.params;
  if (lower.kind === 'percent' && upper.kind === 'percent') {
    if (lower.fraction > 0) return [outside('lower', 'begins above the price it is laid around')];
    if (upper.fraction < 0) return [outside('upper', 'ends below the price it is laid around')];
  }
  return market !== undefined && market.lastPrice > 0 ? [...inMarket(spec, market)] : [];
}

function* inMarket(
  { params, budget, symbol }: StrategySpec<GridParams>,
  { instrument, lastPrice }: MarketFacts,
): Generator<Misfit> {
  const lines = layLines(params, lastPrice);
  const [lowest = 0] = lines;
  const highest = lines.at(-1) ?? 0;
  if (lastPrice < lowest)
    yield outside('lower', `begins at ${lowest}, ${symbol} is at ${lastPrice}`);
  if (lastPrice > highest)
    yield outside('upper', `ends at ${highest}, ${symbol} is at ${lastPrice}`);
  const layout = layGrid(params, lastPrice, budget, instrument);
  if (layout.ok) return;
  const { stake, minNotional, spacing, fees } = layout.inputs;
  const problem =
    layout.code === 'GRID_STAKE_TOO_SMALL'
      ? `each cell would get ${String(stake)}, too little to sell again (minimum ${String(minNotional)})`
      : `neighbours are ${String(spacing)} apart as a fraction, which does not cover two fees (${String(fees)}) or one price step`;
  const key = layout.code === 'GRID_STAKE_TOO_SMALL' ? 'budget' : 'lines';
  yield { key, problem, severity: 'cannot' };
}

function outside(key: string, words: string): Misfit {
  return {
    key,
    problem: `the range ${words}: nothing is traded until the price is within`,
    severity: 'cannot',
  };
}
