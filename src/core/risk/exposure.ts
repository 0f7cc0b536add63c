/**
 * How much quote is at work and how much is promised, kept up to date order by order, so that a check is a look-up.
 *
 * Exposure = cost of the position without dust + open buys at full remaining size, worst-case fee included. Cost, not market value: a gain
 * never blocks a strategy's own plan, and a loss never frees budget to buy more of what falls.
 * An order counts from its approval to its proved end; one whose outcome is UNKNOWN counts in full.
 */
import { add, maxOf, minOf, ONE, subtract, ZERO, type Decimal } from '../domain/decimal.ts';
import type { Asset, IntentId, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { isGuard, type OrderRecord } from '../domain/order.ts';
import { workingCost, type Position } from '../domain/position.ts';

/** What one strategy has at work. It trades one market, so amounts need no market. One object for the book's life. */
export interface StrategyExposure {
  /** Quote paid for what it holds, dust left out. */
  positionCost: Decimal;
  /** Quote that its open buys may still spend, fees included. */
  openBuys: Decimal;
  /** Base that its open sells may still deliver. */
  openSells: Decimal;
  /** Base that it holds and that is there, dust among it: it is sold with the rest. */
  held: Decimal;
  /** What it holds and sells; undefined before the first order. */
  base: Asset | undefined;
}

interface Reservation {
  readonly strategyId: StrategyId;
  readonly instrument: Instrument;
  /** Quote that a buy may still spend. */
  readonly quote: Decimal;
  /** Base that a sell may still deliver. */
  readonly base: Decimal;
  /** What the order had filled when this was worked out. */
  readonly filled: Decimal;
  /** The other leg of a pair: only one of both can deliver. */
  readonly pairId: IntentId | undefined;
  /** Guards are not orders of the strategy. */
  readonly isGuard: boolean;
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

/** Lot and fee as one factor, by instrument. */
const lotFactors = new WeakMap<Instrument, Decimal>();

/** Quote that buying one lot at `price` may cost at most: notional and taker fee. */
export function lotCost(price: Decimal, instrument: Instrument): Decimal {
  let factor = lotFactors.get(instrument);
  if (factor === undefined) {
    factor = instrument.lotSize.times(feeFactor(instrument));
    lotFactors.set(instrument, factor);
  }
  return price.times(factor);
}

/** Quote that buying `amount` at `price` may cost at most: notional and taker fee. */
export function quoteNeeded(price: Decimal, amount: Decimal, instrument: Instrument): Decimal {
  return price.times(amount).times(feeFactor(instrument));
}

/** What a check reads: the sums over everything, or over everything but some orders. */
export interface OpenSums {
  /** Quote at work over all strategies. */
  readonly total: Decimal;
  /** Orders of strategies that are not proved ended; guards are left out. */
  readonly openOrders: number;
  /** What one strategy has at work. */
  of(strategyId: StrategyId): Readonly<StrategyExposure>;
  /** Quote of this asset that open buys may still spend. */
  reservedQuote(asset: Asset): Decimal;
  /**
   * Base of this asset that open sells of all strategies may still deliver: each no more than it holds, since of a guard and the exit
   * that waits for its end only one ever sells. One that sold more than it held, as a late truth may have it, frees nothing for others.
   */
  reservedBase(asset: Asset): Decimal;
}

/** What some orders of one strategy add to the sums. */
interface Share {
  readonly strategyId: StrategyId;
  readonly instrument: Instrument;
  readonly quote: Decimal;
  readonly base: Decimal;
  readonly orders: number;
}

/** The sums less a share: nothing is moved to find out what would be. */
class Rest implements OpenSums {
  readonly #all: OpenSums;
  readonly #share: Share;
  readonly #own: Readonly<StrategyExposure>;

  constructor(all: OpenSums, share: Share) {
    this.#all = all;
    this.#share = share;
    const { positionCost, openBuys, openSells, held, base } = all.of(share.strategyId);
    this.#own = {
      positionCost,
      openBuys: subtract(openBuys, share.quote),
      openSells: subtract(openSells, share.base),
      held,
      base,
    };
  }

  get total(): Decimal {
    return subtract(this.#all.total, this.#share.quote);
  }

  get openOrders(): number {
    return this.#all.openOrders - this.#share.orders;
  }

  of(strategyId: StrategyId): Readonly<StrategyExposure> {
    return strategyId === this.#share.strategyId ? this.#own : this.#all.of(strategyId);
  }

  reservedQuote(asset: Asset): Decimal {
    const reserved = this.#all.reservedQuote(asset);
    const { instrument, quote } = this.#share;
    return asset === instrument.quote ? subtract(reserved, quote) : reserved;
  }

  reservedBase(asset: Asset): Decimal {
    const { strategyId, instrument, base } = this.#share;
    const reserved = this.#all.reservedBase(asset);
    if (asset !== instrument.base || base === ZERO) return reserved;
    const freed = subtract(delivered(this.#all.of(strategyId)), delivered(this.#own));
    return subtract(reserved, freed);
  }
}

/** What the open sells of a strategy deliver of what it holds. */
function delivered({ openSells, held }: Readonly<StrategyExposure>): Decimal {
  if (openSells === ZERO) return ZERO;
  return maxOf(minOf(openSells, held), ZERO);
}

/** Exposure of all strategies and their open orders. Mirrors order records and positions; rebuilt from them at start. */
export class ExposureBook implements OpenSums {
  readonly #reservations = new Map<IntentId, Reservation>();
  readonly #strategies = new Map<StrategyId, StrategyExposure>();
  readonly #reservedQuote = new Map<Asset, Decimal>();
  #total = ZERO;
  #guards = 0;

  get total(): Decimal {
    return this.#total;
  }

  get openOrders(): number {
    return this.#reservations.size - this.#guards;
  }

  of(strategyId: StrategyId): StrategyExposure {
    let exposure = this.#strategies.get(strategyId);
    if (exposure === undefined) {
      exposure = {
        positionCost: ZERO,
        openBuys: ZERO,
        openSells: ZERO,
        held: ZERO,
        base: undefined,
      };
      this.#strategies.set(strategyId, exposure);
    }
    return exposure;
  }

  reservedQuote(asset: Asset): Decimal {
    return this.#reservedQuote.get(asset) ?? ZERO;
  }

  reservedBase(asset: Asset): Decimal {
    let reserved = ZERO;
    for (const exposure of this.#strategies.values())
      if (exposure.base === asset) reserved = add(reserved, delivered(exposure));
    return reserved;
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
      instrument,
      quote: isBuy ? quoteNeeded(intent.referencePrice, remaining, instrument) : ZERO,
      base: isBuy ? ZERO : remaining,
      filled,
      pairId: intent.pairId,
      isGuard: isGuard(intent),
    });
  }

  /** An order has ended. Unknown ids are ignored. */
  release(intentId: IntentId): void {
    this.#replace(intentId, undefined);
  }

  /** The sums as if these open orders of one strategy had ended. Unknown ids are ignored. */
  without(intentIds: readonly IntentId[]): OpenSums {
    let [quote, base, orders] = [ZERO, ZERO, 0];
    let last: Reservation | undefined;
    for (const id of intentIds) {
      const reservation = this.#reservations.get(id);
      if (!reservation) continue;
      last = reservation;
      quote = add(quote, reservation.quote);
      base = add(base, this.#shareAmong(id, reservation, intentIds));
      if (!reservation.isGuard) orders += 1;
    }
    if (!last) return this;
    const { strategyId, instrument } = last;
    return new Rest(this, { strategyId, instrument, quote, base, orders });
  }

  /** A position stands like this, and so much of it is there; call after each of its fills, and when that changes. */
  setPosition(position: Position, present = position.amount): void {
    const exposure = this.of(position.strategyId);
    const cost = workingCost(position);
    this.#total = add(subtract(this.#total, exposure.positionCost), cost);
    exposure.positionCost = cost;
    exposure.held = present;
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

  /** `reservation` is not in the map at this moment: it comes or goes. */
  #move(reservation: Reservation, by: typeof add): void {
    const { strategyId, instrument, quote, isGuard: isGuarding } = reservation;
    if (isGuarding) this.#guards += by === add ? 1 : -1;
    const exposure = this.of(strategyId);
    const base = this.#ownShare(reservation);
    exposure.openSells = by(exposure.openSells, base);
    exposure.base = instrument.base;
    if (quote.isZero()) return;
    exposure.openBuys = by(exposure.openBuys, quote);
    this.#total = by(this.#total, quote);
    this.#reservedQuote.set(instrument.quote, by(this.reservedQuote(instrument.quote), quote));
  }

  /** What goes when these orders go: both legs of a pair deliver the larger one once, and the first of them takes it along. */
  #shareAmong(id: IntentId, leg: Reservation, going: readonly IntentId[]): Decimal {
    const { base, pairId } = leg;
    const partner = pairId === undefined ? undefined : this.#reservations.get(pairId);
    if (pairId === undefined || !partner || !going.includes(pairId)) return this.#ownShare(leg);
    return going.indexOf(id) < going.indexOf(pairId) ? maxOf(base, partner.base) : ZERO;
  }

  /** What a sell delivers beyond what the other leg of its pair is counted for: a pair delivers its larger leg once. */
  #ownShare({ base, pairId }: Reservation): Decimal {
    const partner = pairId === undefined ? undefined : this.#reservations.get(pairId);
    if (partner === undefined) return base;
    return maxOf(subtract(base, partner.base), ZERO);
  }
}
