/**
 * The stop-loss and the take-profit as far as they are kept here: where the exchange holds no order for them, as long as it does
 * not, and when the one it holds does not sell. Runs on every price; a strategy that has nothing to watch costs one comparison.
 */
import { SECOND_MS } from '../domain/time.ts';
import { exactPrice, tickPrice } from '../risk/sizing.ts';
import { armedLeg, tend } from './guards.ts';
import type { EngineState, MarketState, Seen, StrategyRuntime } from './state.ts';
import { beginStop, hurryStop, SELLING_MS_MAX } from './stopping.ts';

/** To be called when `market.seen` has changed. */
export function watchPrice(state: EngineState, market: MarketState): void {
  if (!state.armed) return;
  const { seen } = market;
  for (const runtime of market.strategies) {
    const isReached = seen.low <= runtime.stopPrice || seen.high >= runtime.targetPrice;
    if (isReached || !runtime.guard.settled || runtime.stopping) look(state, runtime, seen);
    else runtime.guard.reachedSince = 0;
  }
}

/** Time has passed and there is no price that could lead to a look: stops under way, guards and their alarm need none. */
export function watchTime(state: EngineState, market: MarketState): void {
  if (!state.armed) return;
  for (const runtime of market.strategies) {
    hurryStop(state, runtime);
    tend(state, runtime);
  }
}

function look(state: EngineState, runtime: StrategyRuntime, seen: Seen): void {
  const { stopping } = runtime;
  const isReached = seen.low <= runtime.stopPrice;
  // A sell that waits for its price, or is not for everything, keeps no stop from selling.
  if (isReached && (!stopping || stopping.terms)) reachStop(state, runtime, seen);
  else if (stopping) hurryStop(state, runtime);
  else {
    runtime.guard.reachedSince = 0;
    // What was traded before the last fill was no price of the position that is held now.
    const isOwn = seen.since >= runtime.lastFillAt;
    if (isOwn && seen.high >= runtime.targetPrice) reachTarget(state, runtime, seen.high);
  }
  tend(state, runtime);
}

/**
 * The exchange's own stop goes first, if it was there in time and is reached, too: one for an older average or on other terms may lie
 * below this price. When it does not sell, this one does.
 */
function reachStop(state: EngineState, runtime: StrategyRuntime, { low, since }: Seen): void {
  const { stopPrice, holding, spec, guard } = runtime;
  const leg = armedLeg(runtime, 'stop');
  if (leg && leg.updatedAt <= since && leg.intent.trigger?.lt(exactPrice(low)) !== true) {
    if (guard.reachedSince === 0) guard.reachedSince = state.now;
    if (state.now - guard.reachedSince <= SELLING_MS_MAX) return;
    state.out.note({
      at: state.now,
      code: 'STOP_OVERDUE',
      strategyId: spec.id,
      symbol: spec.symbol,
      intentId: leg.intent.intentId,
      inputs: { price: low, stopPrice, seconds: SELLING_MS_MAX / SECOND_MS },
    });
  }
  beginStop(state, runtime, 'STOP_LOSS', {
    price: low,
    stopPrice,
    stopLoss: spec.stopLoss ?? 0,
    averagePrice: holding.averagePrice,
  });
}

function reachTarget(state: EngineState, runtime: StrategyRuntime, price: number): void {
  const { targetPrice, holding, spec, market } = runtime;
  // The exchange sells at its limit. One above this price is for an older average or on other terms, and does not.
  const limit = armedLeg(runtime, 'target')?.intent.price;
  if (limit?.lte(tickPrice(exactPrice(price), 'sell', market.instrument)) === true) return;
  beginStop(state, runtime, 'TAKE_PROFIT', {
    price,
    targetPrice,
    takeProfit: spec.takeProfit ?? 0,
    averagePrice: holding.averagePrice,
  });
}
