/** Questions about orders and fills, with OKX's paging and what it forgets. */
import type { Account } from '../../engine/account.ts';
import { stampedFill } from '../../market/stamps.ts';
import { isOpen } from '../../engine/account.ts';
import { decimalText } from './text.ts';
import type { AccountTrade, Order } from '../../engine/types.ts';
import { DAY_MS, HOUR_MS } from '../../market/timeframes.ts';
import type { Json } from '../shared/json.ts';
import { isWaiting } from './algoOrders.ts';
import type { OkxContext } from './context.ts';
import { idRequired, noSuchOrder } from './errors.ts';
import { fillsOf } from './fills.ts';
import { isSpotAsked, isSpotIncluded } from './instruments.ts';
import { fillRow, orderRow, orderTypeOf, stateOf } from './orderRows.ts';
import { pageOf } from './pages.ts';
import type { Params } from './params.ts';
import { findOrder } from './trading.ts';

/** How far back the lists reach, in market time. */
const HISTORY_MS = 7 * DAY_MS;
const ARCHIVE_MS = 90 * DAY_MS;
const FILLS_MS = 3 * DAY_MS;
/** Orders cancelled without a fill are listed no longer than this. Source: "Order history (last 7 days)". */
const UNFILLED_KEPT_MS = 2 * HOUR_MS;

/** 2010-01-01: bill ids count milliseconds from here, so that they fit 63 bits. */
const BILL_EPOCH_MS = 1_262_304_000_000;

/** `trade/order`, by either id. @throws OkxError 50014, 51000, 51001, 51003, 51603. */
export function order(context: OkxContext, params: Params, account: Account): Json {
  const market = context.directory.of(params);
  if (params.text('ordId') === undefined && params.text('clOrdId') === undefined)
    throw idRequired();
  const found = findOrder(market, params, account);
  if (found === undefined || !context.conditions.isVisible(found.id)) throw noSuchOrder();
  return [orderRow(found, fillsOf(context.world, found))];
}

/** `trade/orders-pending`. @throws OkxError 51000, 51001. */
export function ordersPending(context: OkxContext, params: Params, account: Account): Json {
  if (!isSpotIncluded(params)) return [];
  const open = account.open.values().filter((order) => !isWaiting(order));
  return orderPage(context, params, open);
}

/** `trade/orders-history`: finished orders of seven days. @throws OkxError 50014, 51000, 51001. */
export function ordersHistory(context: OkxContext, params: Params, account: Account): Json {
  return finishedOrders(context, params, { account, reachMs: HISTORY_MS });
}

/** `trade/orders-history-archive`: of three months. @throws OkxError 50014, 51000, 51001. */
export function ordersArchive(context: OkxContext, params: Params, account: Account): Json {
  return finishedOrders(context, params, { account, reachMs: ARCHIVE_MS });
}

function finishedOrders(
  context: OkxContext,
  params: Params,
  scope: { account: Account; reachMs: number },
): Json {
  if (!isSpotAsked(params)) return [];
  const { nowMs } = context.world;
  const isWithin = withinTimes(params);
  const kept = scope.account.ordersSince(nowMs - scope.reachMs).filter((order) => {
    const reachMs = order.filledLots === 0 ? UNFILLED_KEPT_MS : scope.reachMs;
    if (isOpen(order) || isWaiting(order)) return false;
    return order.updatedMs >= nowMs - reachMs && isWithin(order.createdMs);
  });
  return orderPage(context, params, kept);
}

/** @param orders ascending by id. */
function orderPage(context: OkxContext, params: Params, orders: readonly Order[]): Json {
  const instrumentId = context.directory.filterOf(params)?.instrument.id;
  const types = params.text('ordType')?.split(',');
  const state = params.text('state');
  const wanted = orders.filter(
    (order) =>
      (instrumentId === undefined || order.instrument.id === instrumentId) &&
      (types === undefined || types.includes(orderTypeOf(order))) &&
      (state === undefined || state === stateOf(order)) &&
      context.conditions.isVisible(order.id),
  );
  return pageOf(wanted, ({ id }) => id, params).map((row) =>
    orderRow(row, fillsOf(context.world, row)),
  );
}

/** `begin` and `end`, both inclusive. */
function withinTimes(params: Params): (atMs: number) => boolean {
  const beginMs = params.integer('begin') ?? 0;
  const endMs = params.integer('end') ?? Number.MAX_SAFE_INTEGER;
  return (atMs) => atMs >= beginMs && atMs <= endMs;
}

/** The account's fills of the last three days. */
export function fills(context: OkxContext, params: Params, account: Account): Json {
  if (!isSpotIncluded(params)) return [];
  return fillPage(context, params, { account, fromMs: context.world.nowMs - FILLS_MS });
}

/** The account's fills of the last three months. */
export function fillsHistory(context: OkxContext, params: Params, account: Account): Json {
  if (!isSpotAsked(params)) return [];
  return fillPage(context, params, { account, fromMs: context.world.nowMs - ARCHIVE_MS });
}

function fillPage(
  context: OkxContext,
  params: Params,
  scope: { account: Account; fromMs: number },
): Json {
  const { account, fromMs } = scope;
  const { directory, conditions } = context;
  const instrumentId = directory.filterOf(params)?.instrument.id;
  const orderId = params.id('ordId');
  const isWithin = withinTimes(params);
  const wanted = [...account.trades.select({ instrumentId, fromMs })].filter(
    (fill) =>
      (orderId === undefined || BigInt(fill.orderId) === orderId) &&
      isWithin(fill.timeMs) &&
      conditions.isVisible(fill.orderId),
  );
  const bills = wanted.map((fill) => ({
    fill,
    billId: billIdOf(fill, directory.codeOf(fill.instrument)),
  }));
  // Fills of one millisecond on several instruments are ordered by their ids, or a page would lose some.
  bills.sort((a, b) => (a.billId < b.billId ? -1 : 1));
  return pageOf(bills, ({ billId }) => billId, params).map(({ fill, billId }) =>
    fillRow(stampedFill(context.world, fill), {
      billId,
      feeRate: feeRateText(account, fill.isMaker),
    }),
  );
}

/** Unique within an account and ascending in time: millisecond, instrument, trade, side of the trade. */
function billIdOf(fill: AccountTrade, instrumentCode: number): bigint {
  const time = BigInt(fill.timeMs - BILL_EPOCH_MS);
  const trade = BigInt(fill.id % 10_000);
  return ((time * 100n + BigInt(instrumentCode)) * 10_000n + trade) * 2n + (fill.isMaker ? 0n : 1n);
}

/** A fee rate as OKX shows it: negative, for what it takes. */
export function feeRateText(account: Account, isMaker: boolean): string {
  return decimalText(-(isMaker ? account.makerPpm : account.takerPpm), 6);
}
