/** Amending an order that rests: why it is refused, and what becomes of its place and its lock. */
import type { Account } from './account.ts';
import { refused } from './admission.ts';
import type { Book } from './book.ts';
import type { FilterScene } from './filterCheck.ts';
import { brokenBySize } from './filterCheck.ts';
import { lock, lockNeeded, paidAsset, unlock } from './settle.ts';
import type { Amendment, Order, Refused } from './types.ts';

/** Why an open order cannot be amended; undefined when it can. Only limit orders can that rest and are in no list. */
export function amendmentRefusal(
  scene: FilterScene,
  order: Order,
  { ticks, lots }: Amendment,
): Refused | undefined {
  const { account, book } = scene;
  if (!isAmendable(order) || !isPositive(ticks) || !isPositive(lots) || lots <= order.filledLots)
    return refused('INVALID_ORDER');
  if (book.status !== 'TRADING') return refused('HALTED');
  const { type, quoteBudget, icebergLots } = order;
  const filter = brokenBySize(scene, {
    side: order.side,
    type,
    quoteBudget,
    icebergLots,
    ticks,
    lots,
  });
  if (filter !== undefined) return refused('FILTER', filter);
  const { instrument, side, triggerTicks } = order;
  const needed = lockNeeded({ instrument, side, ticks, triggerTicks }, lots - order.filledLots);
  const { free } = account.balance(paidAsset(side, instrument));
  return needed > free + order.locked ? refused('INSUFFICIENT_FUNDS') : undefined;
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

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
