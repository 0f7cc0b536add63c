/** Why a request is refused. Nothing is changed here. */
import type { Book } from './book.ts';
import type { FilterScene } from './filterCheck.ts';
import { brokenFilter } from './filterCheck.ts';
import type { FilterName } from './filters.ts';
import { isReached } from './triggers.ts';
import { hasTrigger, isAtMarket, isRisingTrigger } from './types.ts';
import type { ListRequest, OrderRequest, Refusal, Refused } from './types.ts';

export function refused(refusal: Refusal, filter?: FilterName): Refused {
  return filter === undefined ? { ok: false, refusal } : { ok: false, refusal, filter };
}

/** Why a list is refused as a whole, but for its funds; undefined when both of its orders are taken. */
export function listRefusalOf(scene: FilterScene, list: ListRequest): Refused | undefined {
  const [first, second] = list.legs;
  if (!isPair(first, second)) return refused('INVALID_ORDER');
  const broken = refusalOf(scene, first) ?? refusalOf(scene, second) ?? filterOf(scene, list.legs);
  if (broken !== undefined) return broken;
  if (first.clientOrderId === second.clientOrderId) return refused('DUPLICATE_CLIENT_ID');
  return areAround(scene.book.lastTicks, first, second) ? undefined : refused('LIST_PRICES');
}

/**
 * Why an order is refused, but for its funds; undefined when it is taken. House accounts need no client id and
 * pass all filters.
 */
export function refusalOf(scene: FilterScene, request: OrderRequest): Refused | undefined {
  const { account, book } = scene;
  if (!isWellFormed(request)) return refused('INVALID_ORDER');
  if (book.status !== 'TRADING') return refused('HALTED');
  if (isRefusedIfTaking(request) && book.crosses(request.side, request.ticks))
    return refused('WOULD_TAKE');
  if (wouldTrigger(book, request)) return refused('WOULD_TRIGGER');
  return account.isHouse ? undefined : userRefusal(scene, request);
}

function isRefusedIfTaking({ type, isExpiredIfTaking = false }: OrderRequest): boolean {
  return type === 'LIMIT_MAKER' && !isExpiredIfTaking;
}

function wouldTrigger(book: Book, request: OrderRequest): boolean {
  const { triggerTicks = 0 } = request;
  return triggerTicks > 0 && book.lastTicks > 0 && isReached(request, triggerTicks, book.lastTicks);
}

/** Rules that bind users alone. */
function userRefusal(scene: FilterScene, request: OrderRequest): Refused | undefined {
  const broken = filterOf(scene, [request]);
  if (broken !== undefined) return broken;
  const { open } = scene.account;
  return open.byClientId(request.instrumentId, request.clientOrderId) === undefined
    ? undefined
    : refused('DUPLICATE_CLIENT_ID');
}

function filterOf(scene: FilterScene, requests: readonly OrderRequest[]): Refused | undefined {
  const filter = brokenFilter(scene, requests);
  return filter === undefined ? undefined : refused('FILTER', filter);
}

function isWellFormed(request: OrderRequest): boolean {
  const { type, ticks, lots, triggerTicks = 0 } = request;
  if (!isCounted(request)) return false;
  if (hasTrigger(type) ? !isPositive(triggerTicks) : triggerTicks !== 0) return false;
  if (type === 'MARKET') return lots > 0 || request.quoteBudget > 0n;
  return lots > 0 && (isAtMarket(type) || isPositive(ticks));
}

/** Whether the quantity is one, and an iceberg shows a part of it. */
function isCounted({ lots, icebergLots = 0 }: OrderRequest): boolean {
  const isCount = Number.isSafeInteger(lots) && lots >= 0;
  return isCount && Number.isSafeInteger(icebergLots) && icebergLots >= 0 && icebergLots <= lots;
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
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
