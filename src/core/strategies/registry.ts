/** The strategy kinds there are. A new kind is one folder and one line here. */
import type { StrategyKind } from './contract.ts';
import { DCA } from './dca/kind.ts';
import { GRID } from './grid/kind.ts';
import { MEAN_REVERSION } from './meanReversion/kind.ts';
import { TREND } from './trend/kind.ts';

export const STRATEGY_KINDS: readonly StrategyKind[] = [GRID, DCA, TREND, MEAN_REVERSION];

/** The kind of this name, undefined when there is none. */
export function kindOf(name: string): StrategyKind | undefined {
  return STRATEGY_KINDS.find((kind) => kind.kind === name);
}
