/** ccxt's unified orders and trades as ours. Everything is copied: the objects that ccxt hands out change later. */
import { ZERO } from '../../core/domain/decimal.ts';
import type { Decimal } from '../../core/domain/decimal.ts';
import type { Balance, Fee, Fill, Liquidity } from '../../core/domain/fill.ts';
import { asset, clientOrderId, exchangeOrderId, tradeId } from '../../core/domain/ids.ts';
import type { ClientOrderId, ExchangeOrderId, MarketSymbol } from '../../core/domain/ids.ts';
import type { OrderReport, OrderTerms, ReportedStatus } from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import { unifiedFees, type FeeReader } from './fees.ts';
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

/** A row of an answer, or in words why there is none to be read out of it. */
export type Reading<Row> = { readonly row: Row } | { readonly problem: string };

export interface ReportContext {
  readonly symbol: MarketSymbol;
  /** Our id when the answer need not carry it: the answer to a request that named it. */
  readonly clientOrderId?: ClientOrderId;
  /** How the exchange writes our ids. */
  readonly idForm: WireForm;
  /** Time of receipt, for answers without a time. */
  readonly receivedAt: Millis;
  /** Whether the exchange lists such a market: a row of another one is left out, one of a market nobody knows cannot be read. */
  readonly isListed?: ((symbol: string) => boolean) | undefined;
  /** How the exchange tells what was charged; as ccxt tells it when absent. */
  readonly readFees?: FeeReader | undefined;
}

/** An order as the exchange reports it; one without any client id is reported without one. */
export function readOrder(order: unknown, context: ReportContext): Reading<OrderReport> {
  const id = textOf(field(order, 'id'));
  if (id === undefined) return { problem: 'no id' };
  // An exchange that answers with the id alone has accepted the order.
  const word = textOf(field(order, 'status')) ?? 'open';
  const status = STATUS[word];
  if (status === undefined) return { problem: `an unknown status "${word}"` };
  const ours = context.clientOrderId ?? clientIdOf(order, context.idForm);
  const exchangeId = exchangeOrderId(id);
  const terms = termsOf(order);
  return {
    row: {
      ...(ours !== undefined && { clientOrderId: ours }),
      exchangeOrderId: exchangeId,
      symbol: context.symbol,
      status,
      filled: decimalOf(field(order, 'filled')) ?? ZERO,
      at: newestTime(order) ?? context.receivedAt,
      fills: fillsWith(order, exchangeId, context),
      ...(terms && { terms }),
    },
  };
}

/** Undefined where side or amount is not told. */
function termsOf(order: unknown): OrderTerms | undefined {
  const side = field(order, 'side');
  const amount = decimalOf(field(order, 'amount'));
  if ((side !== 'buy' && side !== 'sell') || !isPositive(amount)) return undefined;
  const price = decimalOf(field(order, 'price'));
  // Binance's: −1 for an order of no list.
  const listId = textOf(field(field(order, 'info'), 'orderListId'));
  return {
    ...{ side, amount },
    ...(isPositive(price) && { price }),
    ...(listId !== undefined && listId !== '-1' && { listId }),
  };
}

/** As `readOrder`; undefined for what is no order: then it proves nothing. */
export function reportOf(order: unknown, context: ReportContext): OrderReport | undefined {
  const reading = readOrder(order, context);
  return 'row' in reading ? reading.row : undefined;
}

/** The client id of an order; undefined when it has none, as one that was made by hand. */
export function clientIdOf(order: unknown, form: WireForm): ClientOrderId | undefined {
  const reported = textOf(field(order, 'clientOrderId'));
  return reported === undefined ? undefined : clientOrderId(fromWireId(form, reported));
}

function newestTime(order: unknown): Millis | undefined {
  const keys = ['timestamp', 'lastTradeTimestamp', 'lastUpdateTimestamp'];
  const newest = Math.max(...keys.map((key) => millisOf(field(order, key)) ?? 0));
  return newest > 0 ? newest : undefined;
}

/** The executions that an answer carries along; none when one of them is incomplete: then they are fetched. */
function fillsWith(
  order: unknown,
  orderId: ExchangeOrderId,
  { symbol, readFees }: ReportContext,
): readonly Fill[] {
  const fills: Fill[] = [];
  const at = millisOf(field(order, 'lastUpdateTimestamp')) ?? millisOf(field(order, 'timestamp'));
  const side = field(order, 'side');
  for (const trade of listOf(field(order, 'trades')) ?? []) {
    // An execution in the answer to the order itself took liquidity, whatever the row leaves out.
    const fill = fillOf(trade, { symbol, orderId, side, at, liquidity: 'taker', readFees });
    if (fill === undefined) return [];
    fills.push(fill);
  }
  return fills;
}

export interface FillContext extends Pick<ReportContext, 'symbol' | 'readFees'> {
  /** Used where the row does not tell. */
  readonly orderId?: ExchangeOrderId;
  readonly side?: unknown;
  readonly at?: Millis | undefined;
  readonly liquidity?: Liquidity;
}

/** One own execution, whole. */
export function readFill(trade: unknown, context: FillContext): Reading<Fill> {
  const names = fillNames(trade, context);
  if (typeof names === 'string') return { problem: names };
  const numbers = fillNumbers(trade);
  if (typeof numbers === 'string') return { problem: numbers };
  const fees = (context.readFees ?? unifiedFees)(trade);
  if (fees === undefined) return { problem: 'no fee' };
  const role = field(trade, 'takerOrMaker');
  const liquidity = role === 'maker' || role === 'taker' ? role : (context.liquidity ?? 'unknown');
  const { symbol } = context;
  return { row: { ...names, ...numbers, ...feeFields(fees, symbol), symbol, liquidity } };
}

/** As `readFill`; undefined when something that the books need is missing. */
export function fillOf(trade: unknown, context: FillContext): Fill | undefined {
  const reading = readFill(trade, context);
  return 'row' in reading ? reading.row : undefined;
}

/** Nothing charged, and in no asset that is told, is nothing in quote. */
function feeFields(
  fees: readonly Fee[],
  symbol: MarketSymbol,
): Pick<Fill, 'fee' | 'feeAsset' | 'moreFees'> {
  const [first, ...more] = fees;
  if (first === undefined) return { fee: ZERO, feeAsset: asset(symbol.split('/')[1] ?? '') };
  const { amount: fee, asset: feeAsset } = first;
  return { fee, feeAsset, ...(more.length > 0 && { moreFees: more }) };
}

/** @returns what is missing, in words */
function fillNames(
  trade: unknown,
  context: FillContext,
): Pick<Fill, 'tradeId' | 'exchangeOrderId' | 'side' | 'at'> | string {
  const id = textOf(field(trade, 'id'));
  const order = textOf(field(trade, 'order')) ?? context.orderId;
  const side = field(trade, 'side') ?? context.side;
  const at = millisOf(field(trade, 'timestamp')) ?? context.at;
  if (id === undefined) return 'no id';
  if (order === undefined) return 'no id of its order';
  if (at === undefined) return 'no time';
  if (side !== 'buy' && side !== 'sell') return 'no side';
  return { tradeId: tradeId(id), exchangeOrderId: exchangeOrderId(order), side, at };
}

/** @returns what is missing, in words */
function fillNumbers(trade: unknown): Pick<Fill, 'price' | 'amount'> | string {
  const price = decimalOf(field(trade, 'price'));
  const amount = decimalOf(field(trade, 'amount'));
  if (!isPositive(price)) return 'no price';
  if (!isPositive(amount)) return 'no amount';
  return { price, amount };
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
