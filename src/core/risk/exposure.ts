/**
 * How much quote is at work and how much is promised, kept up to date order by order, so that a check is a look-up.
 *
 * Exposure = cost of the position + open buys at full remaining size, worst-case fee included. Cost, not market value: a gain
 * never blocks a strategy's own plan, and a loss never frees budget to buy more of what falls.
 * An order counts from its approval to its proved end; one whose outcome is UNKNOWN counts in full.
 */
import { add, ONE, subtract, ZERO, type Decimal } from '../domain/decimal.ts';
import type { Asset, IntentId, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';

/** What one strategy has at work. It trades one market, so amounts need no market. One object for the book's life. */
export interface StrategyExposure {
  /** Quote paid for what it holds. */
  positionCost: Decimal;
  /** Quote that its open buys may still spend, fees included. */
  openBuys: Decimal;
  /** Base that its open sells may still deliver. */
  openSells: Decimal;
}

interface Reservation {
  readonly strategyId: StrategyId;
  readonly quoteAsset: Asset;
  readonly quote: Decimal;
  readonly base: Decimal;
  /** What the order had filled when this was worked out. */
  readonly filled: Decimal;
}

/** 1 + taker fee, by instrument. */
const feeFactors = new WeakMap<Instrument, Decimal>();

function feeFactor(instrument: Instrument): Decimal {
  let factor = feeFactors.get(instrument);
  if (factor === undefined) {
    factor = ONE.plus(instrument.takerFee);
    feeFactors.set(instrument, factor);
  }
  return factor;
}

/** Quote that buying `amount` at `price` may cost at most: notional and taker fee. */
export function quoteNeeded(price: Decimal, amount: Decimal, instrument: Instrument): Decimal {
  return price.times(amount).times(feeFactor(instrument));
}

/** Exposure of all strategies and their open orders. Mirrors order records and positions; rebuilt from them at start. */
export class ExposureBook {
  readonly #reservations = new Map<IntentId, Reservation>();
  readonly #strategies = new Map<StrategyId, StrategyExposure>();
  readonly #reservedQuote = new Map<Asset, Decimal>();
  #total = ZERO;

  /** Quote at work over all strategies. */
  get total(): Decimal {
    return this.#total;
  }

  /** Orders that are not proved ended. */
  get openOrders(): number {
    return this.#reservations.size;
  }

  /** What one strategy has at work. */
  of(strategyId: StrategyId): StrategyExposure {
    let exposure = this.#strategies.get(strategyId);
    if (exposure === undefined) {
      exposure = { positionCost: ZERO, openBuys: ZERO, openSells: ZERO };
      this.#strategies.set(strategyId, exposure);
    }
    return exposure;
  }

  /** Quote of this asset that open buys may still spend. */
  reservedQuote(asset: Asset): Decimal {
    return this.#reservedQuote.get(asset) ?? ZERO;
  }

  /** An order is open and stands like this; call after its approval and after every change of its filled amount. */
  reserve(order: OrderRecord, instrument: Instrument): void {
    const { intent, filled } = order;
    // Most news of an order, such as that it was sent or taken, changes nothing here.
    if (this.#reservations.get(intent.intentId)?.filled === filled) return;
    const unfilled = subtract(intent.amount, filled);
    const remaining = unfilled.isNegative() ? ZERO : unfilled;
    const isBuy = intent.side === 'buy';
    this.#replace(intent.intentId, {
      strategyId: intent.strategyId,
      quoteAsset: instrument.quote,
      quote: isBuy ? quoteNeeded(intent.referencePrice, remaining, instrument) : ZERO,
      base: isBuy ? ZERO : remaining,
      filled,
    });
  }

  /** An order has ended. Unknown ids are ignored. */
  release(intentId: IntentId): void {
    this.#replace(intentId, undefined);
  }

  /** A position stands like this; call after each of its fills. */
  setPosition(position: Position): void {
    const exposure = this.of(position.strategyId);
    this.#total = add(subtract(this.#total, exposure.positionCost), position.cost);
    exposure.positionCost = position.cost;
  }

  #replace(intentId: IntentId, next: Reservation | undefined): void {
    const previous = this.#reservations.get(intentId);
    if (previous !== undefined) {
      this.#move(previous, subtract);
      this.#reservations.delete(intentId);
    }
    if (next !== undefined) {
      this.#move(next, add);
      this.#reservations.set(intentId, next);
    }
  }

  #move(reservation: Reservation, by: typeof add): void {
    const { strategyId, quoteAsset, quote, base } = reservation;
    const exposure = this.of(strategyId);
    exposure.openSells = by(exposure.openSells, base);
    if (quote.isZero()) return;
    exposure.openBuys = by(exposure.openBuys, quote);
    this.#total = by(this.#total, quote);
    this.#reservedQuote.set(quoteAsset, by(this.reservedQuote(quoteAsset), quote));
  }
}
