/** Amending an order that rests: why it is refused, and what becomes of its place and its lock. */
import type { Account } from './account.ts';
import type { Book } from './book.ts';
import { lock, lockNeeded, paidAsset, unlock } from './settle.ts';
import type { Amendment, Order, Refusal } from './types.ts';
import { notionalOf } from './types.ts';

/** Why an open order cannot be amended; undefined when it can. Only limit orders can that rest and are in no list. */
export function amendmentRefusal(
  account: Account,
  book: Book,
  order: Order,
  { ticks, lots }: Amendment,
): Refusal | undefined {
  if (!isAmendable(order) || !isPositive(ticks) || !isPositive(lots) || lots <= order.filledLots)
    return 'INVALID_ORDER';
  if (book.status !== 'TRADING') return 'HALTED';
  if (!passesFilters(book, { ticks, lots })) return 'FILTER';
  const { instrument, side, triggerTicks } = order;
  const needed = lockNeeded({ instrument, side, ticks, triggerTicks }, lots - order.filledLots);
  const { free } = account.balance(paidAsset(side, instrument));
  return needed > free + order.locked ? 'INSUFFICIENT_FUNDS' : undefined;
}

/**
 * Amends an order that {@link amendmentRefusal} has nothing against. A smaller quantity alone keeps its place.
 * @returns whether the order was taken out of its queue, to be put into the market anew.
 */
export function amendInPlace(
  account: Account,
  book: Book,
  order: Order,
  { ticks, lots }: Amendment,
): boolean {
  const level = book.own(order.side).level(order.ticks);
  const keepsPlace = ticks === order.ticks && lots <= order.lots;
  if (!keepsPlace || level === undefined) book.remove(order);
  else if (lots < order.lots) book.own(order.side).consume(level, order.lots - lots);
  unlock(account, order);
  order.ticks = ticks;
  order.lots = lots;
  lock(account, order, lockNeeded(order, lots - order.filledLots));
  return !keepsPlace;
}

function isAmendable({ isTriggered, ticks, listId }: Order): boolean {
  return isTriggered && ticks > 0 && listId === 0;
}

function passesFilters({ instrument }: Book, { ticks, lots }: Amendment): boolean {
  const { tickStep, lotStep, minNotional } = instrument;
  const isOnGrid = ticks % tickStep === 0 && lots % lotStep === 0;
  return isOnGrid && notionalOf(instrument, ticks, lots) >= minNotional;
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
