/** Amounts that come into a strategy's position, or go out of it, without a fill: booked, said, and followed by all that depends on it. */
import { subtract, toText, ZERO } from '../domain/decimal.ts';
import { isGuard } from '../domain/order.ts';
import { applyBooking, type BookingRequest } from '../ledger/ledger.ts';
import { refreshPrices, tendAround } from './guards.ts';
import { attempt } from './isolation.ts';
import { requestCancel } from './planning.ts';
import type { EngineState, StrategyRuntime } from './state.ts';
import { advanceStop } from './stopping.ts';

/** What is to be booked now; without a cost, its share of what the position cost goes with it. */
export type Booking = Omit<BookingRequest, 'at'>;

/**
 * Books it. What is being sold beyond what is left is cancelled, the guard follows, and the strategy is told. Balances stay as they
 * are. Nothing happens for a market that is not traded here.
 */
export function bookTransfer(state: EngineState, booking: Booking): void {
  const { strategyId, symbol } = booking;
  const market = state.markets.get(symbol);
  if (!market) return;
  const { base, quote } = market.instrument;
  const request = { ...booking, at: state.now };
  const { transfer, holding } = applyBooking(state.ledger, request, market.instrument);
  const { position } = holding;
  state.book.setPosition(position);
  state.out.bookedTransfer(transfer, position);
  const { amount, cost, cause, reason } = transfer;
  state.out.note({
    at: state.now,
    code: amount.isNegative() ? 'BOOKED_OUT' : 'BOOKED_IN',
    strategyId,
    symbol,
    inputs: {
      amount: toText(amount.abs()),
      base,
      cost: toText(cost.abs()),
      quote,
      position: toText(position.amount),
      cause,
      reason,
    },
  });
  const runtime = state.strategies.get(strategyId);
  if (runtime?.holding === holding) follow(state, runtime);
}

/** What is held has changed without a fill: everything that goes by it goes by it from here on. */
function follow(state: EngineState, runtime: StrategyRuntime): void {
  refreshPrices(runtime);
  withdrawSells(state, runtime);
  attempt(state, runtime, ({ strategy, context }) => {
    strategy.onBooked?.(context);
  });
  advanceStop(state, runtime);
  tendAround(state, runtime);
  state.out.keep(runtime);
}

/** Cancels what is being sold beyond what is held, the newest first. Guards and what only waits follow by themselves. */
function withdrawSells(state: EngineState, runtime: StrategyRuntime): void {
  const { openOrders, waiting, holding, spec } = runtime;
  const others = [...openOrders.filter(({ intent }) => isGuard(intent)), ...waiting.map(recordOf)];
  const sums = state.book.without(others.map(({ intent }) => intent.intentId));
  let excess = subtract(sums.of(spec.id).openSells, holding.position.amount);
  for (const { intent, filled } of openOrders.toReversed()) {
    if (excess.lte(ZERO)) return;
    if (intent.side !== 'sell' || isGuard(intent)) continue;
    requestCancel(state, intent.intentId, 'BOOKED_OUT');
    excess = excess.minus(intent.amount).plus(filled);
  }
}

const recordOf = ({ record }: StrategyRuntime['waiting'][number]) => record;
