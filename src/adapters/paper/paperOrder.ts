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
import {
  isGuard,
  type OrderIntent,
  type OrderRecord,
  type OrderReport,
  type OrderState,
  type OrderType,
  type ReportedStatus,
  type Side,
} from '../../core/domain/order.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { Fee } from '../../core/matching/fees.ts';
import type { Execution, WaitingOrder } from '../../core/matching/waiting.ts';

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
  /** The other leg of its pair, while both are open: when one trades or is triggered, the other ends. */
  partner: PaperOrder | undefined;
}

/** The order of an intent that reaches the exchange at `placedAt`; `filled` of it was filled before. */
export function paperOrder(
  intent: OrderIntent,
  { base, quote }: Instrument,
  placedAt: Millis,
  filled = ZERO,
): PaperOrder {
  const order: PaperOrder & { price?: Decimal; trigger?: Decimal } = {
    clientOrderId: intent.clientOrderId,
    exchangeOrderId: exchangeOrderId(`p-${intent.clientOrderId}`),
    symbol: intent.symbol,
    owner: intent.strategyId,
    isGuard: isGuard(intent),
    side: intent.side,
    type: intent.type,
    referencePrice: intent.referencePrice,
    amount: intent.amount,
    remaining: subtract(intent.amount, filled),
    placedAt,
    status: 'open',
    updatedAt: placedAt,
    lockAsset: intent.side === 'buy' ? quote : base,
    locked: ZERO,
    partner: undefined,
  };
  if (intent.price !== undefined) order.price = intent.price;
  if (intent.trigger !== undefined) order.trigger = intent.trigger;
  return order;
}

/** States of an order that the exchange had accepted and not ended. */
const ACCEPTED: ReadonlySet<OrderState> = new Set([
  'ACKED',
  'PARTIAL',
  'CANCELLING',
  'QUARANTINED',
]);

/** True for an order of the run before that waits here again. */
export function isAccepted(record: OrderRecord): boolean {
  return (
    ACCEPTED.has(record.state) &&
    record.exchangeOrderId !== undefined &&
    record.terminalReport === undefined &&
    record.filled.lt(record.intent.amount)
  );
}

/** It as it was when the run ended. */
export function restoredOrder(record: OrderRecord, instrument: Instrument): PaperOrder {
  return paperOrder(record.intent, instrument, record.updatedAt, record.filled);
}

/** What an execution is to the account's owner. */
export function paperFill(execution: Execution<PaperOrder>, fee: Fee): Fill {
  const { order, price, amount, liquidity, at, isCertain } = execution;
  const fill: Fill = {
    tradeId: paperTradeId(order),
    symbol: order.symbol,
    exchangeOrderId: order.exchangeOrderId,
    clientOrderId: order.clientOrderId,
    side: order.side,
    price,
    amount,
    fee: fee.amount,
    feeAsset: fee.asset,
    liquidity,
    at,
  };
  return isCertain ? fill : { ...fill, certain: false };
}

/**
 * Id of the execution that brought an order to this much filled. No counter: the same history gives the same ids after a
 * restart, and the filled amount only grows, so none comes twice.
 */
function paperTradeId(order: PaperOrder): TradeId {
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
