/** Journal material: intents, orders, fills and steps with sensible values. */
import { dec, ZERO } from '../../src/core/domain/decimal.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import {
  asset,
  clientOrderId,
  exchangeOrderId,
  intentId,
  marketSymbol,
  strategyId,
  tradeId,
  type IntentId,
} from '../../src/core/domain/ids.ts';
import type { ApprovedOrder, OrderIntent, OrderRecord } from '../../src/core/domain/order.ts';
import type { AttributedFill } from '../../src/core/domain/position.ts';
import type { StepRecord } from '../../src/ports/journal.ts';

/** 2024-01-02T03:04:05.678Z */
export const T0 = 1_704_164_645_678;

export const BTC = marketSymbol('BTC/USDT');
export const ETH = marketSymbol('ETH/USDT');

/** What risk would have approved: a limit buy, number `sequence`. */
export function anIntent(sequence: number, over: Partial<OrderIntent> = {}): ApprovedOrder {
  const intent: OrderIntent = {
    intentId: intentId(`test-${sequence}`),
    clientOrderId: clientOrderId(`x${String(sequence).padStart(17, 'a')}`),
    sequence,
    strategyId: strategyId('grid-btc'),
    symbol: BTC,
    side: 'buy',
    type: 'limit',
    purpose: 'entry',
    price: dec('42000.5'),
    amount: dec('0.0125'),
    referencePrice: dec('42000.5'),
    reason: 'GRID_LEVEL',
    inputs: { level: 7, price: '42000.5' },
    tag: 'L07',
    createdAt: T0,
    ...over,
  };
  return intent as ApprovedOrder;
}

export function anOrder(intent: OrderIntent, over: Partial<OrderRecord> = {}): OrderRecord {
  return {
    intent,
    state: 'PLANNED',
    filled: ZERO,
    filledQuote: ZERO,
    reportedFilled: ZERO,
    cancelRequested: false,
    message: '',
    updatedAt: T0,
    ...over,
  };
}

export function aFill(
  trade: string,
  intent: OrderIntent,
  over: Partial<Fill> = {},
): AttributedFill {
  const fill: Fill = {
    tradeId: tradeId(trade),
    symbol: intent.symbol,
    exchangeOrderId: exchangeOrderId('9001'),
    clientOrderId: intent.clientOrderId,
    side: intent.side,
    price: dec('42000.5'),
    amount: dec('0.005'),
    fee: dec('0.000005'),
    feeAsset: asset('BTC'),
    liquidity: 'maker',
    at: T0,
    ...over,
  };
  return { fill, intentId: intent.intentId, strategyId: intent.strategyId };
}

export function aStep(over: Partial<StepRecord> = {}): StepRecord {
  return {
    at: T0,
    wallMs: T0 + 5,
    intents: [],
    orders: [],
    changes: [],
    fills: [],
    positions: [],
    balances: [],
    transfers: [],
    bookings: [],
    strategies: [],
    notes: [],
    ...over,
  };
}

/** A step that plans these intents, each to be sent within `timeToLiveMs` of wall time `wallMs`. */
export function aPlan(
  intents: readonly ApprovedOrder[],
  wallMs = T0,
  timeToLiveMs = 60_000,
): StepRecord {
  return aStep({
    wallMs,
    intents: intents.map((order) => ({ order, deadlineMs: wallMs + timeToLiveMs })),
    orders: intents.map((order) => anOrder(order)),
  });
}

/** Intent ids, for messages and comparisons. */
export function idsOf(orders: readonly OrderRecord[]): readonly IntentId[] {
  return orders.map(({ intent }) => intent.intentId);
}

/** What the next run finds of an order that was planned or being sent. */
export function doubted(order: OrderRecord): OrderRecord {
  const message = 'the run that planned it is over; whether it was sent is not known';
  return { ...order, state: 'UNKNOWN', message };
}
