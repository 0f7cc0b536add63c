/** Rows of the books as documents: exact decimals as text, times RFC 3339 UTC. */
import { toText } from '../../../core/domain/decimal.ts';
import type { Note } from '../../../core/domain/notes.ts';
import type { OrderRecord } from '../../../core/domain/order.ts';
import {
  workingAmount,
  workingCost,
  type AttributedFill,
  type Position,
} from '../../../core/domain/position.ts';
import { formatUtc } from '../../../core/domain/time.ts';
import type { OrderChange } from '../../../ports/journal.ts';
import { averageText } from './values.ts';

export type Row = Readonly<Record<string, unknown>>;

export function orderRow({ intent, ...order }: OrderRecord): Row {
  return {
    intent_id: intent.intentId,
    client_order_id: intent.clientOrderId,
    exchange_order_id: order.exchangeOrderId ?? null,
    strategy: intent.strategyId,
    symbol: intent.symbol,
    side: intent.side,
    type: intent.type,
    purpose: intent.purpose,
    price: intent.price ? toText(intent.price) : null,
    trigger: intent.trigger ? toText(intent.trigger) : null,
    amount: toText(intent.amount),
    state: order.state,
    filled: toText(order.filled),
    average_price: averagePrice(order),
    reason: intent.reason,
    inputs: intent.inputs,
    tag: intent.tag,
    message: order.message,
    created_at: formatUtc(intent.createdAt),
    updated_at: formatUtc(order.updatedAt),
  };
}

/** Quote per base over all fills, to ten significant digits; null without fills. */
export function averagePrice({
  filled,
  filledQuote,
}: Pick<OrderRecord, 'filled' | 'filledQuote'>): string | null {
  return filled.isZero() ? null : averageText(filledQuote, filled);
}

export function fillRow({ fill, strategyId, intentId }: AttributedFill): Row {
  return {
    trade_id: fill.tradeId,
    intent_id: intentId,
    exchange_order_id: fill.exchangeOrderId,
    strategy: strategyId,
    symbol: fill.symbol,
    side: fill.side,
    price: toText(fill.price),
    amount: toText(fill.amount),
    fee: toText(fill.fee),
    fee_asset: fill.feeAsset,
    more_fees: (fill.moreFees ?? []).map(({ asset, amount }) => ({
      asset,
      amount: toText(amount),
    })),
    liquidity: fill.liquidity,
    at: formatUtc(fill.at),
  };
}

export function positionRow(position: Position): Row {
  const { openedAt, booked, dust } = position;
  const [amount, cost] = [workingAmount(position), workingCost(position)];
  return {
    strategy: position.strategyId,
    symbol: position.symbol,
    amount: toText(amount),
    cost: toText(cost),
    average_price: amount.isZero() ? null : averageText(cost, amount),
    realised_pnl: toText(position.realisedPnl),
    fees_quote: toText(position.feesQuote),
    fills: position.fills,
    opened_at: openedAt === undefined ? null : formatUtc(openedAt),
    dust: dust ? { amount: toText(dust.amount), cost: toText(dust.cost) } : null,
    booked: booked ? { amount: toText(booked.amount), cost: toText(booked.cost) } : null,
  };
}

export function changeRow({ at, from, to, message }: OrderChange): Row {
  return { at: formatUtc(at), from, to, message };
}

/** @param text the note in words. */
export function noteRow(note: Note, text: string): Row {
  return {
    at: formatUtc(note.at),
    code: note.code,
    text,
    strategy: note.strategyId ?? null,
    symbol: note.symbol ?? null,
    intent_id: note.intentId ?? null,
    inputs: note.inputs,
  };
}
