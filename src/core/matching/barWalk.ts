/**
 * The way through one bar: which waiting order or watched price comes next, as far as the bar tells, and whether that is certain.
 *
 *  1. The open. What takes takes it; a stop that is above it, too. Then the resting limit orders that the market has jumped over.
 *  2. The inside. The side whose extreme is nearer to the open first, its nearest price first. An order from before the bar sees the
 *     whole of it; one placed within sees what certainly came afterwards (barRules.ts).
 *  3. What sells everything, a stop or a target, excludes what else its owner has waiting. When both sides are within the bar, the
 *     stop counts, unless the open was beyond the target already. Which of them it was is then not certain, and the bar is ambiguous.
 *
 * Read the other way (`Reading`), such an owner's other side comes first, and what may be reached is.
 */
import type { Instrument } from '../domain/instrument.ts';
import type { Bar } from '../domain/market.ts';
import type { Millis } from '../domain/time.ts';
import { BarOwners } from './barOwners.ts';
import { nearerWay, reachOf, type Level, type Reach, type Way } from './barRules.ts';
import { conflictsOf, firstOf, type Candidate, type Conflict } from './candidates.ts';
import type { FillModel, Reading } from './model.ts';
import { tickAbove, tickBelow } from './prices.ts';
import { isAtMarket, isWaitingStop, type Ahead, type Slot, type WaitingOrder } from './waiting.ts';

/** Prices at which an owner's position is sold by whoever watches the market: as a market order, at the moment they are reached. */
export interface Watch {
  readonly owner: string;
  /** At or below which; 0: none. */
  readonly stop: number;
  /** At or above which; infinite: none. */
  readonly target: number;
}

/** The next thing in a bar. */
export interface Moment<Order extends WaitingOrder> {
  /** Where the market is. */
  readonly price: number;
  /** The bar's beginning while the market is at its open, its end afterwards. */
  readonly at: Millis;
  /** The order whose turn it is; absent: whoever watches prices has it. */
  readonly slot: Slot<Order> | undefined;
}

const NO_BAR: Bar = { openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };

export class BarWalk<Order extends WaitingOrder> {
  readonly #instrument: Instrument;
  readonly #byTouch: boolean;
  readonly #reading: Reading;
  readonly #owners = new BarOwners();
  #bar = NO_BAR;
  #endsAt: Millis = 0;
  #nearerWay: Way = 'below';
  #hasOpened = false;
  #isInside = false;
  #bars = 0;
  /** Serial number of the bar; 0 while there is none. */
  serial = 0;
  /** Where the market is. */
  price = Number.NaN;
  /** The bar left open what came first, and that mattered. */
  isAmbiguous = false;

  constructor(instrument: Instrument, { touch, reading = 'strict' }: FillModel) {
    this.#instrument = instrument;
    this.#byTouch = touch === 'fills';
    this.#reading = reading;
  }

  /** @param endsAt when the bar was known. */
  begin({ openTime, open, high, low, close, volume }: Bar, endsAt: Millis): void {
    this.#bar = { openTime, open, high, low, close, volume };
    this.#endsAt = endsAt;
    this.#nearerWay = nearerWay(this.#bar);
    this.#hasOpened = false;
    this.#isInside = false;
    this.isAmbiguous = false;
    this.#owners.clear();
    this.#bars += 1;
    this.serial = this.#bars;
    this.price = open;
  }

  /** What is placed from now on was decided at the bar's close. */
  end(): void {
    this.serial = 0;
    this.price = this.#bar.close;
  }

  /** When a taker is filled: at the open, or some time within the bar. */
  get takeAt(): Millis {
    return this.#isInside ? this.#endsAt : this.#bar.openTime;
  }

  /** When an order is filled that rested. */
  get restAt(): Millis {
    return this.#endsAt;
  }

  isCertain(owner: string): boolean {
    return this.#owners.find(owner)?.isUncertain !== true;
  }

  /** What an order that this owner places now sees of the bar. */
  aheadOf(owner: string): Ahead {
    return this.#owners.aheadOfNew(owner, this.#isInside);
  }

  /** True when a guard of theirs has ended within the bar: the target of the next one is in force from the next bar on. */
  hasLostGuard(owner: string): boolean {
    return this.#owners.find(owner)?.hasLostGuard === true;
  }

  loseGuard(owner: string): void {
    this.#owners.of(owner).hasLostGuard = true;
  }

  /** What comes next, if anything. To be asked again after it was carried out: what came of it counts. */
  next(slots: readonly Slot<Order>[], watches: readonly Watch[]): Moment<Order> | undefined {
    const due = this.#due(slots) ?? this.#jumped(slots);
    if (!this.#hasOpened) {
      this.#hasOpened = true;
      if (due || this.#isAny(watches)) return this.#moment(undefined);
    }
    return due ? this.#moment(due) : this.#inside(slots, watches);
  }

  /** Not in a bar that opened before the order arrived. */
  #hasTurn({ order, bornIn, servedIn }: Slot<Order>): boolean {
    if (servedIn === this.serial) return false;
    return bornIn === this.serial || order.placedAt <= this.#bar.openTime;
  }

  #isAny(watches: readonly Watch[]): boolean {
    return watches.some(({ stop, target }) => this.price <= stop || this.price >= target);
  }

  /** It takes what the market offers at this moment; or ends, when it may not. */
  #isDue(slot: Slot<Order>): boolean {
    const { order, limit, rested } = slot;
    if (isAtMarket(slot)) return true;
    if (isWaitingStop(slot)) return this.price <= limit;
    if (rested) return false;
    return order.side === 'buy' ? this.price <= limit : this.price >= limit;
  }

  /** The first whose turn is now. Stops go before all others: they were there when the price came. */
  #due(slots: readonly Slot<Order>[]): Slot<Order> | undefined {
    let first: Slot<Order> | undefined;
    for (const slot of slots) {
      if (!this.#hasTurn(slot)) continue;
      if (!this.#isDue(slot)) slot.rested = true;
      else if (isWaitingStop(slot)) return slot;
      else first ??= slot;
    }
    return first;
  }

  /** The first of the resting limit orders that the market jumped over when it opened: it was hit on the way. */
  #jumped(slots: readonly Slot<Order>[]): Slot<Order> | undefined {
    if (this.#isInside) return undefined;
    const { open } = this.#bar;
    let first: Slot<Order> | undefined;
    for (const slot of slots) {
      const { order, limit, bornIn } = slot;
      if (order.price === undefined || bornIn === this.serial || !this.#hasTurn(slot)) continue;
      const beyond = order.side === 'buy' ? limit - open : open - limit;
      if (beyond > 0 && (!first || beyond > Math.abs(first.limit - open))) first = slot;
    }
    return first;
  }

  #inside(slots: readonly Slot<Order>[], watches: readonly Watch[]): Moment<Order> | undefined {
    const all: Candidate<Order>[] = [];
    for (const slot of slots) if (this.#hasTurn(slot)) this.#addSlot(all, slot);
    for (const watch of watches) this.#addWatch(all, watch);
    if (all.length === 0) return undefined;
    const counting = this.#reading === 'strict' ? all.filter(isSure) : all;
    const conflicts = conflictsOf(counting, this.#nearerWay, this.#reading);
    const next = firstOf(counting, conflicts, this.#nearerWay);
    if (next) return this.#goTo(next, conflicts?.get(next.owner));
    // Nothing more is certain, and something may have been.
    this.isAmbiguous = true;
    return undefined;
  }

  #goTo(next: Candidate<Order>, conflict: Conflict | undefined): Moment<Order> {
    const { owner, way, reach, slot } = next;
    this.#isInside = true;
    const isOpen = conflict !== undefined && (next.isFinal || conflict.withholdsFinal);
    if (isOpen || reach === 'maybe') {
      this.isAmbiguous = true;
      this.#owners.of(owner).isUncertain = true;
    }
    this.#owners.pass(owner, way, reach, this.#reading);
    const price = slot ? slot.limit : this.#show(next);
    this.price = way === 'below' ? Math.min(this.price, price) : Math.max(this.price, price);
    return this.#moment(slot);
  }

  #moment(slot: Slot<Order> | undefined): Moment<Order> {
    return { price: this.price, at: this.takeAt, slot };
  }

  /** A watched price is shown once: what comes of it is up to whoever watches. Returns the tick that reaches it first. */
  #show({ owner, way, level }: Candidate<Order>): number {
    const state = this.#owners.of(owner);
    if (way === 'below') {
      state.shownStop = level;
      return Math.max(tickBelow(level, this.#instrument), this.#bar.low);
    }
    state.shownTarget = level;
    return Math.min(tickAbove(level, this.#instrument), this.#bar.high);
  }

  #addSlot(all: Candidate<Order>[], slot: Slot<Order>): void {
    const { order, limit: price, bornIn } = slot;
    const isStop = isWaitingStop(slot);
    const way = order.side === 'buy' || isStop ? 'below' : 'above';
    const isNew = bornIn === this.serial;
    const byTouch = isStop || this.#byTouch;
    const isLate = isNew && slot.isLate;
    const ahead = isNew ? slot.ahead : WHOLE_BAR;
    const reach = reachOf({ way, price, byTouch, isLate }, this.#bar, ahead);
    if (reach === 'none') return;
    const { owner, isGuard: isFinal } = order;
    all.push({ owner, slot, way, level: price, reach, isFinal, isStop });
  }

  #addWatch(all: Candidate<Order>[], { owner, stop, target }: Watch): void {
    const state = this.#owners.find(owner);
    if (stop >= this.#bar.low && stop !== state?.shownStop)
      this.#addWatched(all, owner, 'below', stop);
    if (target <= this.#bar.high && target !== state?.shownTarget)
      this.#addWatched(all, owner, 'above', target);
  }

  #addWatched(all: Candidate<Order>[], owner: string, way: Way, level: number): void {
    const asLevel: Level = { way, price: level, byTouch: true, isLate: false };
    const reach = reachOf(asLevel, this.#bar, this.#owners.aheadOf(owner));
    if (reach === 'none') return;
    const isStop = way === 'below';
    all.push({ owner, slot: undefined, way, level, reach, isFinal: true, isStop });
  }
}

function isSure({ reach }: { readonly reach: Reach }): boolean {
  return reach !== 'maybe';
}

const WHOLE_BAR: Ahead = { low: 'sure', high: 'sure' };
