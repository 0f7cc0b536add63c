/** Operations on orders. Each takes one order of a request and gives its acknowledgement: nothing but ids and a code. */
import type { Account } from '../../engine/account.ts';
import { isOpen } from '../../engine/account.ts';
import type { FilterName } from '../../engine/filters.ts';
import type {
  Instrument,
  Order,
  OrderRequest,
  Refusal,
  Refused,
  Side,
} from '../../engine/types.ts';
import { baseOf, isAtMarket, notionalOf } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import type { JsonObject } from '../shared/json.ts';
import { isWaiting } from './algoOrders.ts';
import { clientIdText, generatedClientId, isClientId } from './clientIds.ts';
import type { OkxContext } from './context.ts';
import type { OkxError } from './errors.ts';
import {
  belowMinimum,
  blocked,
  cancelFailed,
  cancelIdRequired,
  duplicateClientId,
  exceedsMarketMaximum,
  exceedsMaximum,
  insufficientBalance,
  noSuchInstrument,
  offLimits,
  positionLimit,
  suspended,
  tooManyPending,
  tooManyStops,
} from './errors.ts';
import { readOrderRequest } from './orderRequest.ts';
import type { Params } from './params.ts';
import { instIdOf, timeText } from './text.ts';

/** Most orders of one request. */
export const BATCH_MAX = 20;

/** An operation on one order. @throws OkxError for what becomes the order's `sCode`. */
export type OrderOperation = (context: OkxContext, params: Params, account: Account) => JsonObject;

/**
 * Places an order. What the exchange itself cancels at once (post-only that would trade, FOK, IOC) is taken all the same.
 * @throws OkxError 50014, 51000, 51001, 51005, 51008 … 51010, 51016, 51020, 51022, 51121, 51150, 51202, 51204.
 */
export const placeOrder: OrderOperation = (context, params, account) => {
  const { world } = context;
  const market = context.directory.of(params);
  const request = readOrderRequest(params, {
    instrument: market.instrument,
    accountId: account.id,
    defaultClientId: generatedClientId(world.engine.counters.orderId + 1),
  });
  if (isPending(context, account, request.clientOrderId)) throw duplicateClientId();
  const order = place(context, market, request, params.text('banAmend') === 'true');
  return acknowledgement(context, order, { tag: params.text('tag') ?? '', sMsg: 'Order placed' });
};

/**
 * A client id must be unique among the pending orders of the account on all instruments; a finished order frees it.
 * Source: "POST / Place order", note on clOrdId, July 2026.
 */
export function isPending({ world }: OkxContext, account: Account, clientOrderId: string): boolean {
  return world.instruments.some(({ id }) => {
    const latest = account.orderByClientId(id, clientOrderId);
    return latest !== undefined && isOpen(latest);
  });
}

/** Places an order; a market order that the balance does not cover is cut to it unless that is forbidden. */
function place(
  context: OkxContext,
  market: Market,
  request: OrderRequest,
  isCuttingForbidden: boolean,
): Order {
  const result = context.world.place(request);
  if (result.ok) return result.order;
  const { instrument } = market;
  if (result.refusal === 'INSUFFICIENT_FUNDS' && !isCuttingForbidden) {
    const cut = cutToBalance(context, market, request);
    const second = cut === undefined ? undefined : context.world.place(cut);
    if (second?.ok === true) return second.order;
  }
  throw refusalError(result, instrument, request);
}

/** A market order for all there is; undefined when that is less than a lot, or for another type of order. */
function cutToBalance(
  { world }: OkxContext,
  market: Market,
  request: OrderRequest,
): OrderRequest | undefined {
  const { instrument } = market;
  const account = world.engine.accounts.get(request.accountId);
  if (request.type !== 'MARKET' || account === undefined) return undefined;
  if (request.side === 'SELL') {
    const lots = Number(account.balance(instrument.base).free / baseOf(instrument, 1));
    return lots === 0 ? undefined : { ...request, lots, quoteBudget: 0n };
  }
  const quoteBudget = account.balance(instrument.quote).free;
  const smallest = notionalOf(instrument, market.touch().ask?.ticks ?? 0, 1);
  return quoteBudget < smallest ? undefined : { ...request, lots: 0, quoteBudget };
}

/** What of a refused order its error tells. */
type RefusedOrder = Pick<OrderRequest, 'side' | 'type' | 'lots'>;

/** OKX's words for the engine's refusals. */
const REFUSALS: Readonly<
  Record<Exclude<Refusal, 'FILTER'>, (instrument: Instrument, request: RefusedOrder) => OkxError>
> = {
  UNKNOWN_ACCOUNT: blocked,
  UNKNOWN_INSTRUMENT: noSuchInstrument,
  DUPLICATE_CLIENT_ID: duplicateClientId,
  INSUFFICIENT_FUNDS: ({ base, quote }, { side }) =>
    insufficientBalance(side === 'BUY' ? quote : base),
  HALTED: suspended,
  INVALID_ORDER: exceedsMaximum,
  WOULD_TAKE: exceedsMaximum,
  WOULD_TRIGGER: exceedsMaximum,
  LIST_PRICES: exceedsMaximum,
};

/** OKX's error for a refusal of the engine. */
export function refusalError(
  { refusal, filter = 'NOTIONAL' }: Omit<Refused, 'ok'>,
  instrument: Instrument,
  request: RefusedOrder,
): OkxError {
  return refusal === 'FILTER'
    ? filterError(filter, instrument, request)
    : REFUSALS[refusal](instrument, request);
}

/** The error of a broken filter; the grid is checked before. Which codes OKX sends for the limits of open orders is not verified. */
function filterError(
  filter: FilterName,
  instrument: Instrument,
  { side, type, lots }: RefusedOrder,
): OkxError {
  const isSmall = baseOf(instrument, lots) < instrument.minSize;
  if (filter === 'NOTIONAL' || (filter === 'LOT_SIZE' && isSmall)) return belowMinimum();
  if (filter === 'MAX_NOTIONAL' && isAtMarket(type)) return exceedsMarketMaximum();
  return LIMITS[filter]?.(instrument, side) ?? exceedsMaximum();
}

const LIMITS: Partial<
  Readonly<Record<FilterName, (instrument: Instrument, side: Side) => OkxError>>
> = {
  PERCENT_PRICE_BY_SIDE: (_instrument, side) => offLimits(side),
  MAX_POSITION: positionLimit,
  MAX_NUM_ORDERS: (instrument) => tooManyPending(instIdOf(instrument), instrument.maxOrders),
  MAX_NUM_ALGO_ORDERS: ({ maxAlgoOrders }) => tooManyStops(String(maxAlgoOrders)),
  EXCHANGE_MAX_NUM_ORDERS: () => tooManyPending('SPOT', undefined),
  EXCHANGE_MAX_NUM_ALGO_ORDERS: () => tooManyStops('a number of'),
};

/** Cancels an open order by either id. @throws OkxError 50014, 51000, 51001, 51400, 51407. */
export const cancelOrder: OrderOperation = (context, params, account) => {
  const market = context.directory.of(params);
  if (params.text('ordId') === undefined && params.text('clOrdId') === undefined)
    throw cancelIdRequired();
  const order = findOrder(market, params, account);
  if (order === undefined || !isOpen(order)) throw cancelFailed();
  context.world.cancel(order);
  return acknowledgement(context, order, { sMsg: '' });
};

/** The order of a market that `ordId` names, else the latest that used `clOrdId`. @throws OkxError 51000. */
export function findOrder(market: Market, params: Params, account: Account): Order | undefined {
  const ordId = params.id('ordId');
  const clOrdId = params.text('clOrdId') ?? '';
  const { id } = market.instrument;
  const byClientId = isClientId(clOrdId) ? account.orderByClientId(id, clOrdId) : undefined;
  const order = ordId === undefined ? byClientId : account.orderById(Number(ordId));
  return order?.instrument.id === id && !isWaiting(order) ? order : undefined;
}

/** What is answered for an order whose operation was carried out. */
export function acknowledgement(
  { world }: OkxContext,
  order: Order,
  about: { readonly sMsg: string; readonly tag?: string; readonly reqId?: string },
): JsonObject {
  return {
    clOrdId: clientIdText(order.clientOrderId),
    ordId: String(order.id),
    ...about,
    sCode: '0',
    subCode: '',
    ts: timeText(world.nowMs),
  };
}

/** What a refused order gets instead of an acknowledgement. */
export function refusalRow({ world }: OkxContext, params: Params, error: OkxError): JsonObject {
  return {
    clOrdId: params.text('clOrdId') ?? '',
    ordId: params.text('ordId') ?? '',
    tag: params.text('tag') ?? '',
    sCode: error.code,
    sMsg: error.message,
    subCode: '',
    ts: timeText(world.nowMs),
  };
}
