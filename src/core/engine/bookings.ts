/** Amounts that come into a strategy's position, or go out of it, without a fill: booked, said, and followed by all that depends on it. */
import { subtract, ZERO } from '../domain/decimal.ts';
import { isGuard } from '../domain/order.ts';
import type { Booking } from '../domain/position.ts';
import { presentOf } from '../ledger/ledger.ts';
import { recogniseMissing } from './cover.ts';
import { judgeCut } from './dust.ts';
import { book } from './entries.ts';
import { refreshPrices, tendAround } from './guards.ts';
import { attempt } from './isolation.ts';
import { counted } from './owner.ts';
import { requestCancel } from './planning.ts';
import type { EngineState, StrategyRuntime } from './state.ts';
import { advanceStop } from './stopping.ts';

/**
 * Books it. What is being sold beyond what is left is cancelled, the guard follows, and the strategy is told. Balances stay as they
 * are. Nothing happens for a market that is not traded here.
 */
export function bookTransfer(state: EngineState, booking: Booking): void {
  const holding = book(state, booking);
  const runtime = state.strategies.get(booking.strategyId);
  if (!runtime || runtime.holding !== holding) return;
  if (booking.amount.isNegative()) runtime.isCut = true;
  follow(state, runtime);
}

/** What is held, or what of it is there, has changed without a fill: everything that goes by it goes by it from here on. */
function follow(state: EngineState, runtime: StrategyRuntime): void {
  refreshPrices(runtime);
  withdrawSells(state, runtime);
  if (!runtime.stopping) judgeCut(state, runtime);
  attempt(state, runtime, ({ strategy, context }) => {
    strategy.onBooked?.(context);
  });
  advanceStop(state, runtime);
  tendAround(state, runtime);
  state.out.keep(runtime);
}

/** Looks at what is missing of any coin; the strategies that have more or less of it now go by that. */
export function heedMissing(state: EngineState): void {
  const changed = recogniseMissing(state);
  // All of them first: what one may sell depends on what the others do.
  for (const holding of changed)
    state.book.setPosition(counted(state, holding.position), presentOf(holding));
  for (const holding of changed) {
    const runtime = state.strategies.get(holding.position.strategyId);
    if (runtime?.holding === holding) follow(state, runtime);
  }
}

/** Cancels what is being sold beyond what is there, the newest first. Guards and what only waits follow by themselves. */
function withdrawSells(state: EngineState, runtime: StrategyRuntime): void {
  const { openOrders, orders, waiting, holding, spec } = runtime;
  const others = [...orders.guards, ...waiting.map(recordOf)];
  const sums = state.book.without(others.map(({ intent }) => intent.intentId));
  let excess = subtract(sums.of(spec.id).openSells, presentOf(holding));
  for (const { intent, filled } of openOrders.toReversed()) {
    if (excess.lte(ZERO)) return;
    if (intent.side !== 'sell' || isGuard(intent)) continue;
    requestCancel(state, intent.intentId, 'BOOKED_OUT');
    excess = excess.minus(intent.amount).plus(filled);
  }
}

const recordOf = ({ record }: StrategyRuntime['waiting'][number]) => record;
