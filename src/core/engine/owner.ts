/** Whose an order or a position is. */
import { formerId } from '../domain/formerId.ts';
import type { MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Position } from '../domain/position.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/** The strategy that looks after it: the one of that name, as long as it trades that market. */
export function ownerOf(
  { strategies }: Pick<EngineState, 'strategies'>,
  { strategyId, symbol }: { readonly strategyId: StrategyId; readonly symbol: MarketSymbol },
): StrategyRuntime | undefined {
  const runtime = strategies.get(strategyId);
  return runtime?.spec.symbol === symbol ? runtime : undefined;
}

/** The position under the name that its exposure counts for: a strategy's own is that on its market. */
export function counted({ strategies }: EngineState, position: Position): Position {
  const { strategyId, symbol } = position;
  const runtime = strategies.get(strategyId);
  if (!runtime || runtime.spec.symbol === symbol) return position;
  return { ...position, strategyId: formerId(strategyId, symbol) };
}
