/**
 * A strategy whose file says another market is another strategy. What it holds on the market of before is booked to a stand-in of that
 * market, which can be closed like that of a removed strategy, and comes back when the file says that market again.
 */
import { isAboveZero } from '../domain/decimal.ts';
import { formerId } from '../domain/formerId.ts';
import type { Booking, Position, PositionMove } from '../domain/position.ts';
import { holdingOf, presentOf } from '../ledger/ledger.ts';
import { isRemoved } from '../strategies/caretaker.ts';
import { bookTransfer, heedMissing } from './bookings.ts';
import type { EngineState } from './state.ts';

/** Every position that is not under the name it belongs to. */
export function movesDue(state: EngineState): PositionMove[] {
  const moves: PositionMove[] = [];
  for (const bySymbol of state.ledger.holdings.values())
    for (const { position } of bySymbol.values())
      if (isAboveZero(position.amount) && state.markets.has(position.symbol))
        moves.push(...moveOf(state, position));
  return moves;
}

function moveOf({ strategies }: EngineState, position: Position): PositionMove[] {
  const { strategyId: from, symbol } = position;
  const named = strategies.get(from)?.spec;
  if (named && !isRemoved(named) && named.symbol !== symbol) {
    const reason = `${from} trades ${named.symbol} now`;
    return [{ from, to: formerId(from, symbol), symbol, reason }];
  }
  for (const { spec } of strategies.values())
    if (!isRemoved(spec) && spec.symbol === symbol && formerId(spec.id, symbol) === from)
      return [{ from, to: spec.id, symbol, reason: `it trades ${symbol} again` }];
  return [];
}

/** Books what is to be moved and is in no open order any more; the rest waits for the end of its orders. */
export function makeMoves(state: EngineState): void {
  if (state.moves.length === 0 || !state.armed) return;
  const due = state.moves.filter((move) => !hasOrders(state, move));
  if (due.length === 0) return;
  state.moves = state.moves.filter((move) => !due.includes(move));
  for (const move of due) make(state, move);
  heedMissing(state);
}

function hasOrders({ orders }: EngineState, { from, symbol }: PositionMove): boolean {
  for (const { intent } of orders.live())
    if (intent.strategyId === from && intent.symbol === symbol) return true;
  return false;
}

function make(state: EngineState, { from, to, symbol, reason }: PositionMove): void {
  const { position, absent } = holdingOf(state.ledger, from, symbol);
  const { amount, cost } = position;
  if (!isAboveZero(amount)) return;
  const booking: Omit<Booking, 'strategyId' | 'amount' | 'cost'> = {
    symbol,
    cause: 'moved',
    reason,
  };
  bookTransfer(state, { ...booking, strategyId: from, amount: amount.neg(), cost: cost.neg() });
  bookTransfer(state, { ...booking, strategyId: to, amount, cost });
  // What of it is not there is not there under the other name either.
  const holding = holdingOf(state.ledger, to, symbol);
  holding.absent = holding.absent.plus(absent);
  state.book.setPosition(holding.position, presentOf(holding));
}
