/** ccxt's unified orders and trades as ours. Everything is copied: the objects that ccxt hands out change later. */
import { ZERO } from '../../core/domain/decimal.ts';
import type { Decimal } from '../../core/domain/decimal.ts';
import type { Balance, Fill, Liquidity } from '../../core/domain/fill.ts';
import { asset, clientOrderId, exchangeOrderId, tradeId } from '../../core/domain/ids.ts';
import type { ClientOrderId, ExchangeOrderId, MarketSymbol } from '../../core/domain/ids.ts';
import type { OrderReport, ReportedStatus } from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import { fromWireId } from './quirks/wireIds.ts';
import type { WireForm } from './quirks/wireIds.ts';
import { decimalOf, field, listOf, millisOf, textOf } from './values.ts';

/** ccxt's words. An order whose cancel is on its way is still open. */
const STATUS: Readonly<Record<string, ReportedStatus>> = {
  open: 'open',
  canceling: 'open',
  closed: 'closed',
  canceled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
};

export interface ReportContext {
  readonly symbol: MarketSymbol;
  /** Our id when the answer need not carry it: the answer to a request that named it. */
  readonly clientOrderId?: ClientOrderId;
  /** How the exchange writes our ids. */
  readonly idForm: WireForm;
  /** Time of receipt, for answers without a time. */
  readonly receivedAt: Millis;
}

/**
 * An order as the exchange reports it.
 * @returns undefined when it has no id, no client id or no known status: then it proves nothing.
 */
export function reportOf(order: unknown, context: ReportContext): OrderReport | undefined {
  const id = textOf(field(order, 'id'));
  const reported = textOf(field(order, 'clientOrderId'));
  const ours =
    context.clientOrderId ??
    (reported === undefined ? undefined : fromWireId(context.idForm, reported));
  // An exchange that answers with the id alone has accepted the order.
  const status = STATUS[textOf(field(order, 'status')) ?? 'open'];
  if (id === undefined || ours === undefined || status === undefined) return undefined;
  const exchangeId = exchangeOrderId(id);
  const times = [
    field(order, 'timestamp'),
    field(order, 'lastTradeTimestamp'),
    field(order, 'lastUpdateTimestamp'),
  ].map(millisOf);
  const at = Math.max(...times.map((time) => time ?? 0));
  return {
    clientOrderId: clientOrderId(ours),
    exchangeOrderId: exchangeId,
    symbol: context.symbol,
    status,
    filled: decimalOf(field(order, 'filled')) ?? ZERO,
    at: at > 0 ? at : context.receivedAt,
    fills: fillsWith(order, exchangeId, context.symbol),
  };
}

/** The executions that an answer carries along; none when one of them is incomplete: then they are fetched. */
function fillsWith(
  order: unknown,
  orderId: ExchangeOrderId,
  symbol: MarketSymbol,
): readonly Fill[] {
  const fills: Fill[] = [];
  const at = millisOf(field(order, 'lastUpdateTimestamp')) ?? millisOf(field(order, 'timestamp'));
  const side = field(order, 'side');
  for (const trade of listOf(field(order, 'trades')) ?? []) {
    // An execution in the answer to the order itself took liquidity, whatever the row leaves out.
    const fill = fillOf(trade, { symbol, orderId, side, at, liquidity: 'taker' });
    if (fill === undefined) return [];
    fills.push(fill);
  }
  return fills;
}

export interface FillContext {
  readonly symbol: MarketSymbol;
  /** Used where the row does not tell. */
  readonly orderId?: ExchangeOrderId;
  readonly side?: unknown;
  readonly at?: Millis | undefined;
  readonly liquidity?: Liquidity;
}

/** One own execution; undefined when something that the books need is missing. */
export function fillOf(trade: unknown, context: FillContext): Fill | undefined {
  const names = fillNames(trade, context);
  const numbers = fillNumbers(trade);
  if (names === undefined || numbers === undefined) return undefined;
  const role = field(trade, 'takerOrMaker');
  const liquidity = role === 'maker' || role === 'taker' ? role : (context.liquidity ?? 'unknown');
  return { ...names, ...numbers, symbol: context.symbol, liquidity };
}

function fillNames(
  trade: unknown,
  context: FillContext,
): Pick<Fill, 'tradeId' | 'exchangeOrderId' | 'side' | 'at'> | undefined {
  const id = textOf(field(trade, 'id'));
  const order = textOf(field(trade, 'order')) ?? context.orderId;
  const side = field(trade, 'side') ?? context.side;
  const at = millisOf(field(trade, 'timestamp')) ?? context.at;
  if (id === undefined || order === undefined || at === undefined) return undefined;
  if (side !== 'buy' && side !== 'sell') return undefined;
  return { tradeId: tradeId(id), exchangeOrderId: exchangeOrderId(order), side, at };
}

function fillNumbers(
  trade: unknown,
): Pick<Fill, 'price' | 'amount' | 'fee' | 'feeAsset'> | undefined {
  const price = decimalOf(field(trade, 'price'));
  const amount = decimalOf(field(trade, 'amount'));
  const fee = decimalOf(field(field(trade, 'fee'), 'cost'));
  const feeAsset = textOf(field(field(trade, 'fee'), 'currency'));
  if (!isPositive(price) || !isPositive(amount) || fee === undefined || feeAsset === undefined)
    return undefined;
  return { price, amount, fee, feeAsset: asset(feeAsset) };
}

const isPositive = (value: Decimal | undefined): value is Decimal => value?.gt(0) === true;

/**
 * Balances that are not zero.
 * @throws Error when the answer names no asset at all: that is what junk looks like, and it must not read as "all is gone".
 */
export function balancesOf(answer: unknown): readonly Balance[] {
  const free = field(answer, 'free');
  const used = field(answer, 'used');
  if (typeof free !== 'object' || free === null || Object.keys(free).length === 0)
    throw new Error('the answer names no asset');
  const balances: Balance[] = [];
  for (const name of Object.keys(free)) {
    const balance = {
      asset: asset(name),
      free: decimalOf(field(free, name)),
      locked: decimalOf(field(used, name)) ?? ZERO,
    };
    if (balance.free === undefined) throw new Error(`the balance of ${name} is no number`);
    if (!balance.free.isZero() || !balance.locked.isZero())
      balances.push({ ...balance, free: balance.free });
  }
  return balances;
}
