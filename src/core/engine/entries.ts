/** An amount that comes into a position, or goes out of it, without a fill: into the books and the notes. What depends on it is not told. */
import { toText } from '../domain/decimal.ts';
import type { Booking } from '../domain/position.ts';
import { applyBooking, presentOf, type Holding } from '../ledger/ledger.ts';
import { counted } from './owner.ts';
import type { EngineState } from './state.ts';

/** Balances stay as they are. Undefined, and nothing happens, for a market that is not traded here. */
export function book(state: EngineState, booking: Booking): Holding | undefined {
  const { strategyId, symbol } = booking;
  const market = state.markets.get(symbol);
  if (!market) return undefined;
  const { base, quote } = market.instrument;
  const request = { ...booking, at: state.now };
  const { transfer, holding } = applyBooking(state.ledger, request, market.instrument);
  const { position } = holding;
  state.book.setPosition(counted(state, position), presentOf(holding));
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
  return holding;
}
