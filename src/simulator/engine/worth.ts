/** What requests are worth against a book: its funds, and the quantity of a market order by quote. */
import type { Book, Level } from './book.ts';
import { lockNeeded } from './settle.ts';
import type { Instrument, Order, OrderRequest } from './types.ts';
import { baseOf, isAtMarket, notionalOf } from './types.ts';

/**
 * A market order by quote becomes one by base: what its budget is worth against the book at this moment, in whole lot
 * steps. What the book cannot give is counted at its last price, so that the order does not pass for filled.
 */
export function lotsOf(
  book: Book,
  request: Pick<OrderRequest, 'side' | 'lots' | 'quoteBudget'>,
): number {
  if (request.lots > 0) return request.lots;
  const { instrument } = book;
  let left = request.quoteBudget;
  let lots = 0;
  let ticks = 0;
  for (const level of book.opposite(request.side).levels()) {
    ({ ticks } = level);
    const taken = Math.min(level.lots, lotsFor(instrument, ticks, left));
    lots += taken;
    left -= notionalOf(instrument, ticks, taken);
    if (taken < level.lots) break;
  }
  if (ticks > 0) lots += lotsFor(instrument, ticks, left);
  return lots - (lots % instrument.lotStep);
}

/** Atoms of the paid asset that a request needs free before it is taken. */
export function fundsNeeded(book: Book, request: OrderRequest): bigint {
  const { instrument } = book;
  const { side, type, triggerTicks = 0 } = request;
  if (type !== 'MARKET') {
    const ticks = isAtMarket(type) ? 0 : request.ticks;
    return lockNeeded({ instrument, side, ticks, triggerTicks }, request.lots);
  }
  if (side === 'SELL') return baseOf(instrument, lotsOf(book, request));
  return request.lots > 0 ? costOf(book, request.lots) : request.quoteBudget;
}

/** Whether an account can pay for an order that now trades at the market, with nothing locked for it. */
export function isAffordable(book: Book, order: Order, free: bigint): boolean {
  const rest = order.lots - order.filledLots;
  return order.side === 'SELL' ? free >= baseOf(book.instrument, rest) : free >= costOf(book, rest);
}

/** Quote atoms that buying `lots` at the market takes, as far as the book goes. */
function costOf(book: Book, lots: number): bigint {
  let left = lots;
  let cost = 0n;
  for (const level of book.asks.levels()) {
    if (left === 0) break;
    const taken = Math.min(left, level.lots);
    cost += notionalOf(book.instrument, level.ticks, taken);
    left -= taken;
  }
  return cost;
}

/** Whole lots that `atoms` of the quote asset are worth at a price. */
function lotsFor(instrument: Instrument, ticks: number, atoms: bigint): number {
  return Number(atoms / notionalOf(instrument, ticks, 1));
}

/** Whether the book can fill an order whole, at its limit or better. */
export function isFillable(book: Book, order: Order): boolean {
  let lots = 0;
  for (const level of book.opposite(order.side).levels()) {
    if (!reaches(order, level)) break;
    lots += level.lots;
    if (lots >= order.lots) return true;
  }
  return false;
}

/** Whether an order trades with a level of the opposite side. */
export function reaches(order: Order, level: Level): boolean {
  if (order.ticks === 0) return true;
  return order.side === 'BUY' ? level.ticks <= order.ticks : level.ticks >= order.ticks;
}
