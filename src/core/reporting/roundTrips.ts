/** Closed trades from fills: each sell closes the oldest lots first (FIFO), net of fees, exact. */
import { minOf, ZERO, type Decimal } from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { IntentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { AttributedFill } from '../domain/position.ts';
import type { Millis } from '../domain/time.ts';

/** Part of a position that was bought by one order and sold by another. Prices are averages; pnl is net of both fees. */
export interface RoundTrip {
  readonly entryIntent: IntentId;
  readonly exitIntent: IntentId;
  readonly entryTime: Millis;
  readonly exitTime: Millis;
  /** Base. */
  readonly amount: Decimal;
  readonly entryPrice: Decimal;
  readonly exitPrice: Decimal;
  /** Quote; fees charged in base are valued at their fill's price, fees in a third asset are left out. */
  readonly fees: Decimal;
  readonly pnl: Decimal;
}

interface Lot {
  readonly intentId: IntentId;
  readonly at: Millis;
  readonly price: Decimal;
  /** Fee per base unit of the lot, quote. */
  readonly feePerUnit: Decimal;
  left: Decimal;
}

interface Closing {
  readonly entryIntent: IntentId;
  readonly exitIntent: IntentId;
  readonly entryTime: Millis;
  exitTime: Millis;
  amount: Decimal;
  paid: Decimal;
  received: Decimal;
  fees: Decimal;
}

/** All fills of one strategy and market, in time order. What was never sold is left out. */
export function roundTrips(fills: readonly AttributedFill[], instrument: Instrument): RoundTrip[] {
  const lots: Lot[] = [];
  const closings = new Map<string, Closing>();
  let oldest = 0;
  for (const { fill, intentId } of fills) {
    if (fill.side === 'buy') {
      lots.push(lotOf(fill, intentId, instrument));
      const [eldest, next] = lots.slice(oldest, oldest + 2);
      if (eldest && next && isDust(eldest, next, instrument)) oldest += 1;
      continue;
    }
    const feePerUnit = quoteFee(fill, instrument).div(fill.amount);
    let toClose = fill.amount;
    for (let lot = lots[oldest]; lot && toClose.gt(ZERO); lot = lots[oldest]) {
      const amount = minOf(toClose, lot.left);
      add(closings, lot, { intentId, fill, amount, feePerUnit });
      lot.left = lot.left.minus(amount);
      toClose = toClose.minus(amount);
      if (isDust(lot, lots[oldest + 1], instrument)) oldest += 1;
    }
  }
  return [...closings.values()].map(finish);
}

/**
 * True when nothing sellable is left of a lot. What a base fee leaves below one lot joins the next lot bought, as it does in
 * the account; its cost is below the price of one lot.
 */
function isDust(lot: Lot, next: Lot | undefined, instrument: Instrument): boolean {
  if (lot.left.gte(instrument.lotSize)) return false;
  if (!next) return lot.left.isZero();
  next.left = next.left.plus(lot.left);
  lot.left = ZERO;
  return true;
}

function lotOf(fill: Fill, intentId: IntentId, instrument: Instrument): Lot {
  const kept = fill.feeAsset === instrument.base ? fill.amount.minus(fill.fee) : fill.amount;
  return {
    intentId,
    at: fill.at,
    price: fill.price,
    feePerUnit: quoteFee(fill, instrument).div(kept),
    left: kept,
  };
}

function quoteFee(fill: Fill, instrument: Instrument): Decimal {
  if (fill.feeAsset === instrument.quote) return fill.fee;
  return fill.feeAsset === instrument.base ? fill.fee.times(fill.price) : ZERO;
}

interface Sale {
  readonly intentId: IntentId;
  readonly fill: Fill;
  readonly amount: Decimal;
  readonly feePerUnit: Decimal;
}

function add(closings: Map<string, Closing>, lot: Lot, sale: Sale): void {
  const key = `${lot.intentId} ${sale.intentId}`;
  const closing: Closing = closings.get(key) ?? {
    entryIntent: lot.intentId,
    exitIntent: sale.intentId,
    entryTime: lot.at,
    exitTime: sale.fill.at,
    amount: ZERO,
    paid: ZERO,
    received: ZERO,
    fees: ZERO,
  };
  closing.exitTime = sale.fill.at;
  closing.amount = closing.amount.plus(sale.amount);
  closing.paid = closing.paid.plus(lot.price.times(sale.amount));
  closing.received = closing.received.plus(sale.fill.price.times(sale.amount));
  closing.fees = closing.fees.plus(lot.feePerUnit.plus(sale.feePerUnit).times(sale.amount));
  closings.set(key, closing);
}

function finish(closing: Closing): RoundTrip {
  const { paid, received, amount, fees, ...rest } = closing;
  return {
    ...rest,
    amount,
    fees,
    entryPrice: paid.div(amount),
    exitPrice: received.div(amount),
    pnl: received.minus(paid).minus(fees),
  };
}
