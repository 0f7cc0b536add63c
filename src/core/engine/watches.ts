/** The prices that are watched here: where a stop-loss or a take-profit is due that no order at the exchange keeps. */
import type { Watch } from '../matching/barWalk.ts';
import { armedLeg } from './guards.ts';
import type { EngineState, MarketState, StrategyRuntime } from './state.ts';

const NONE: readonly Watch[] = [];

/** True when the market would come to a stop-loss or take-profit of some position within this range, whoever keeps it. */
export function isWithinReach(market: MarketState, low: number, high: number): boolean {
  for (const { stopPrice, targetPrice } of market.strategies) {
    if (low <= stopPrice || high >= targetPrice) return true;
  }
  return false;
}

/** What a `price` event of this market would lead to a sale here for. Empty while nothing is armed. */
export function watchesOf({ armed }: EngineState, { strategies }: MarketState): readonly Watch[] {
  if (!armed) return NONE;
  return strategies.filter(isWatching).map(watchOf);
}

function isWatching({ stopping, stopPrice, targetPrice }: StrategyRuntime): boolean {
  return !stopping && (stopPrice > 0 || targetPrice < Infinity);
}

function watchOf(runtime: StrategyRuntime): Watch {
  const { spec, stopPrice, targetPrice } = runtime;
  return {
    owner: spec.id,
    stop: armedLeg(runtime, 'stop') ? 0 : stopPrice,
    target: armedLeg(runtime, 'target') ? Number.POSITIVE_INFINITY : targetPrice,
  };
}
