/** Closed trades from fills: every sell order closes the oldest lots first (FIFO), net of fees, exact. */
import { minOf, ZERO, type Decimal } from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { IntentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { AttributedFill } from '../domain/position.ts';
import type { Millis } from '../domain/time.ts';

/** One sell order and what it sold. Prices are averages; pnl is net of the fees of both sides. */
export interface RoundTrip {
  readonly exitIntent: IntentId;
  /** Of the oldest lot sold. */
  readonly entryTime: Millis;
  /** Of the last fill of the sell. */
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
  readonly at: Millis;
  /** Quote paid and fee, per base unit kept. */
  readonly price: Decimal;
  readonly fee: Decimal;
  left: Decimal;
}

interface Closing {
  readonly entryTime: Millis;
  exitTime: Millis;
  amount: Decimal;
  paid: Decimal;
  received: Decimal;
  fees: Decimal;
}

/** All fills of one strategy and market, in time order. What was never sold is left out. In the order of first sale. */
export function roundTrips(fills: readonly AttributedFill[], instrument: Instrument): RoundTrip[] {
  const lots = new LotQueue(instrument);
  const closings = new Map<IntentId, Closing>();
  for (const { fill, intentId } of fills) {
    if (fill.side === 'buy') lots.buy(fill);
    else
      lots.sell(fill, (lot, amount) =>
        close(closings, intentId, { lot, amount, fill, instrument }),
      );
  }
  return [...closings].map(([exitIntent, closing]) => finish(exitIntent, closing));
}

/** Lots held, oldest first. */
class LotQueue {
  readonly #instrument: Instrument;
  readonly #lots: Lot[] = [];
  #oldest = 0;

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
  }

  buy(fill: Fill): void {
    const { base } = this.#instrument;
    const kept = fill.feeAsset === base ? fill.amount.minus(fill.fee) : fill.amount;
    const fee = quoteFee(fill, this.#instrument).div(kept);
    const lot = { at: fill.at, price: fill.price, fee, left: kept };
    this.#absorbDust(lot);
    this.#lots.push(lot);
  }

  sell(fill: Fill, onLot: (lot: Lot, amount: Decimal) => void): void {
    let toSell = fill.amount;
    for (
      let lot = this.#lots[this.#oldest];
      lot && toSell.gt(ZERO);
      lot = this.#lots[this.#oldest]
    ) {
      const amount = minOf(toSell, lot.left);
      onLot(lot, amount);
      lot.left = lot.left.minus(amount);
      toSell = toSell.minus(amount);
      if (lot.left.isZero()) this.#oldest += 1;
    }
  }

  /** What rounding left of the only lot is too small to sell; it joins the next one, as it does in the account. */
  #absorbDust(next: Lot): void {
    const last = this.#lots[this.#oldest];
    const isOnly = this.#oldest === this.#lots.length - 1;
    if (!last || !isOnly || last.left.gte(this.#instrument.lotSize)) return;
    next.left = next.left.plus(last.left);
    this.#oldest += 1;
  }
}

function quoteFee(fill: Fill, instrument: Instrument): Decimal {
  if (fill.feeAsset === instrument.quote) return fill.fee;
  return fill.feeAsset === instrument.base ? fill.fee.times(fill.price) : ZERO;
}

interface Sale {
  readonly lot: Lot;
  readonly amount: Decimal;
  readonly fill: Fill;
  readonly instrument: Instrument;
}

function close(closings: Map<IntentId, Closing>, exitIntent: IntentId, sale: Sale): void {
  const { lot, amount, fill, instrument } = sale;
  const closing: Closing = closings.get(exitIntent) ?? {
    entryTime: lot.at,
    exitTime: fill.at,
    amount: ZERO,
    paid: ZERO,
    received: ZERO,
    fees: ZERO,
  };
  const exitFee = quoteFee(fill, instrument).div(fill.amount);
  closing.exitTime = fill.at;
  closing.amount = closing.amount.plus(amount);
  closing.paid = closing.paid.plus(lot.price.times(amount));
  closing.received = closing.received.plus(fill.price.times(amount));
  closing.fees = closing.fees.plus(lot.fee.plus(exitFee).times(amount));
  closings.set(exitIntent, closing);
}

function finish(exitIntent: IntentId, closing: Closing): RoundTrip {
  const { entryTime, exitTime, paid, received, amount, fees } = closing;
  return {
    exitIntent,
    entryTime,
    exitTime,
    amount,
    fees,
    entryPrice: paid.div(amount),
    exitPrice: received.div(amount),
    pnl: received.minus(paid).minus(fees),
  };
}
