/** Why a request is refused. Nothing is changed here. */
import type { Account } from './account.ts';
import type { Book } from './book.ts';
import { isReached } from './triggers.ts';
import { hasTrigger, isAtMarket, isRisingTrigger, notionalOf } from './types.ts';
import type { ListRequest, OrderRequest, Refusal } from './types.ts';

/** Why a list is refused as a whole, but for its funds; undefined when both of its orders are taken. */
export function listRefusalOf(
  account: Account,
  book: Book,
  list: ListRequest,
): Refusal | undefined {
  const [first, second] = list.legs;
  if (!isPair(first, second)) return 'INVALID_ORDER';
  return (
    refusalOf(account, book, first) ??
    refusalOf(account, book, second) ??
    (first.clientOrderId === second.clientOrderId ? 'DUPLICATE_CLIENT_ID' : undefined) ??
    (areAround(book.lastTicks, first, second) ? undefined : 'LIST_PRICES')
  );
}

/**
 * Why an order is refused, but for its funds; undefined when it is taken. House accounts need no client id and
 * pass all filters.
 */
export function refusalOf(
  account: Account,
  book: Book,
  request: OrderRequest,
): Refusal | undefined {
  if (!isWellFormed(request)) return 'INVALID_ORDER';
  if (book.status !== 'TRADING') return 'HALTED';
  if (isRefusedIfTaking(request) && book.crosses(request.side, request.ticks)) return 'WOULD_TAKE';
  if (wouldTrigger(book, request)) return 'WOULD_TRIGGER';
  return account.isHouse ? undefined : userRefusal(account, book, request);
}

function isRefusedIfTaking({ type, isExpiredIfTaking = false }: OrderRequest): boolean {
  return type === 'LIMIT_MAKER' && !isExpiredIfTaking;
}

function wouldTrigger(book: Book, request: OrderRequest): boolean {
  const { triggerTicks = 0 } = request;
  return triggerTicks > 0 && book.lastTicks > 0 && isReached(request, triggerTicks, book.lastTicks);
}

/** Rules that bind users alone. */
function userRefusal(account: Account, book: Book, request: OrderRequest): Refusal | undefined {
  if (!passesFilters(book, request)) return 'FILTER';
  return account.open.byClientId(request.instrumentId, request.clientOrderId) === undefined
    ? undefined
    : 'DUPLICATE_CLIENT_ID';
}

function isWellFormed(request: OrderRequest): boolean {
  const { type, ticks, lots, triggerTicks = 0 } = request;
  if (!Number.isSafeInteger(lots) || lots < 0) return false;
  if (hasTrigger(type) ? !isPositive(triggerTicks) : triggerTicks !== 0) return false;
  if (type === 'MARKET') return lots > 0 || request.quoteBudget > 0n;
  return lots > 0 && (isAtMarket(type) || isPositive(ticks));
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function passesFilters(book: Book, request: OrderRequest): boolean {
  const { tickStep, lotStep, minNotional } = book.instrument;
  const { type, ticks, lots, triggerTicks = 0 } = request;
  if (lots % lotStep !== 0 || triggerTicks % tickStep !== 0) return false;
  if (type === 'MARKET') return lots > 0 || request.quoteBudget >= minNotional;
  const price = isAtMarket(type) ? triggerTicks : ticks;
  return price % tickStep === 0 && notionalOf(book.instrument, price, lots) >= minNotional;
}

/** Whether two requests form a list: see {@link ListRequest}. */
function isPair(first: OrderRequest, second: OrderRequest): boolean {
  const isLeg = (leg: OrderRequest): boolean => isRefusedIfTaking(leg) || hasTrigger(leg.type);
  return (
    isLeg(first) &&
    isLeg(second) &&
    first.accountId === second.accountId &&
    first.instrumentId === second.instrumentId &&
    first.side === second.side &&
    first.lots === second.lots &&
    isAbove(first) !== isAbove(second)
  );
}

/** Whether an order of a list waits above the last price: a rising trigger, or an offer. */
function isAbove(leg: OrderRequest): boolean {
  return leg.type === 'LIMIT_MAKER' ? leg.side === 'SELL' : isRisingTrigger(leg);
}

/** Whether the last price, or just the distance when there is none yet, lies between the prices two orders wait for. */
function areAround(lastTicks: number, first: OrderRequest, second: OrderRequest): boolean {
  const [above, below] = isAbove(first) ? [first, second] : [second, first];
  const high = above.triggerTicks ?? above.ticks;
  const low = below.triggerTicks ?? below.ticks;
  return lastTicks === 0 ? low < high : low < lastTicks && lastTicks < high;
}
