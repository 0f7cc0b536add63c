/** An order as the paper exchange holds it. */
import { subtract, toText, ZERO, type Decimal } from '../../core/domain/decimal.ts';
import type { Fill } from '../../core/domain/fill.ts';
import {
  exchangeOrderId,
  tradeId,
  type Asset,
  type ClientOrderId,
  type ExchangeOrderId,
  type MarketSymbol,
  type TradeId,
} from '../../core/domain/ids.ts';
import type {
  OrderIntent,
  OrderReport,
  OrderType,
  ReportedStatus,
  Side,
} from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { WaitingOrder } from '../../core/matching/matcher.ts';

export interface PaperOrder extends WaitingOrder {
  readonly clientOrderId: ClientOrderId;
  readonly exchangeOrderId: ExchangeOrderId;
  readonly symbol: MarketSymbol;
  readonly side: Side;
  readonly type: OrderType;
  readonly price?: Decimal;
  readonly trigger?: Decimal;
  /** Price at which a market buy locks funds. */
  readonly referencePrice: Decimal;
  readonly amount: Decimal;
  remaining: Decimal;
  readonly placedAt: Millis;
  status: ReportedStatus;
  updatedAt: Millis;
  /** What the order locks at the moment. */
  readonly lockAsset: Asset;
  locked: Decimal;
}

/** The order of an intent, of which `filled` was filled before. */
export function paperOrder(
  intent: OrderIntent,
  options: { readonly lockAsset: Asset; readonly filled: Decimal; readonly placedAt: Millis },
): PaperOrder {
  const order: PaperOrder & { price?: Decimal; trigger?: Decimal } = {
    clientOrderId: intent.clientOrderId,
    exchangeOrderId: exchangeOrderId(`p-${intent.clientOrderId}`),
    symbol: intent.symbol,
    side: intent.side,
    type: intent.type,
    referencePrice: intent.referencePrice,
    amount: intent.amount,
    remaining: subtract(intent.amount, options.filled),
    placedAt: options.placedAt,
    status: 'open',
    updatedAt: options.placedAt,
    lockAsset: options.lockAsset,
    locked: ZERO,
  };
  if (intent.price !== undefined) order.price = intent.price;
  if (intent.trigger !== undefined) order.trigger = intent.trigger;
  return order;
}

/**
 * Id of the execution that brought an order to this much filled. No counter: the same history gives the same ids after a
 * restart, and the filled amount only grows, so none comes twice.
 */
export function paperTradeId(order: PaperOrder): TradeId {
  return tradeId(`${order.clientOrderId}:${toText(subtract(order.amount, order.remaining))}`);
}

export function reportOf(order: PaperOrder, fills: readonly Fill[]): OrderReport {
  return {
    clientOrderId: order.clientOrderId,
    exchangeOrderId: order.exchangeOrderId,
    symbol: order.symbol,
    status: order.status,
    filled: subtract(order.amount, order.remaining),
    at: order.updatedAt,
    fills,
  };
}
