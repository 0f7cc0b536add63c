/** What the operator names: a strategy, those that were removed and still hold something among them, or a market. */
import { strategyId, type MarketSymbol, marketSymbol } from '../core/domain/ids.ts';
import { unknownWords } from '../core/domain/nearest.ts';
import type { EngineState, MarketState, StrategyRuntime } from '../core/engine/state.ts';

export type Named =
  | { readonly kind: 'strategy'; readonly strategies: readonly [StrategyRuntime] }
  | {
      readonly kind: 'market';
      readonly symbol: MarketSymbol;
      readonly market: MarketState;
      readonly strategies: readonly StrategyRuntime[];
    };

/** @throws Error `NAME_NOT_FOUND` with the nearest names. */
export function named(state: EngineState, name: string): Named {
  const strategy = state.strategies.get(strategyId(name));
  if (strategy) return { kind: 'strategy', strategies: [strategy] };
  const symbol = marketSymbol(name.toUpperCase());
  const market = state.markets.get(symbol);
  if (market) return { kind: 'market', symbol, market, strategies: market.strategies };
  const known = [...state.strategies.keys(), ...state.markets.keys()];
  throw new Error(`NAME_NOT_FOUND: ${unknownWords('strategy or market', name, known)}`);
}
