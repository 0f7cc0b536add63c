/**
 * One market's waiting orders, and the rules by which recorded or live prices fill them (docs/fills.md). Nothing here moves the
 * market: an order is filled by what others traded, judged pessimistically. Prices come as bars, or as trades and quotes.
 *
 * A bar is gone through step by step, so that what a fill leads to (a guard, the other side of a grid) takes part in the rest of it:
 * `beginBar`, then `nextMoment` and `happen` in turn until there is none, then `endBar`. Between the two, whoever watches prices is
 * shown the moment's.
 */
import {
  dec,
  floorToStep,
  isAboveZero,
  minOf,
  subtract,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Bar } from '../domain/market.ts';
import type { Millis } from '../domain/time.ts';
import { BarWalk, type Moment, type Watch } from './barWalk.ts';
import type { FillModel } from './model.ts';
import { betterOf, isPrice, takerPrice } from './prices.ts';
import { TickRules, type PublicTrade, type Quote } from './ticks.ts';
import {
  isAtMarket,
  isWaitingStop,
  limitOf,
  type Deal,
  type MatchOwner,
  type Slot,
  type WaitingOrder,
} from './waiting.ts';

/** Steps through one bar at most: what goes on beyond them goes on in the next bar. */
const MOMENTS_MAX = 10_000;

export class Matcher<Order extends WaitingOrder> {
  readonly #instrument: Instrument;
  readonly #model: FillModel;
  readonly #owner: MatchOwner<Order>;
  readonly #slots = new Map<Order, Slot<Order>>();
  /** The same, oldest first; undefined when it has to be made anew. */
  #list: readonly Slot<Order>[] | undefined;
  readonly #walk: BarWalk<Order>;
  readonly #ticks: TickRules<Order>;
  #moment: Moment<Order> | undefined;
  #moments = 0;
  /** Base that the rest of the bar may fill; undefined without a cap. */
  #left: Decimal | undefined;
  #placements = 0;
  /** Prices within these bounds fill nothing; kept so that a quiet bar costs three comparisons. */
  #highestBuy = -Infinity;
  #lowestSell = Infinity;
  #highestStop = -Infinity;
  /** Orders that any price may fill: market orders and limit orders that have seen none. */
  #eager = 0;
  /** Bars that left open what came first in them, where that mattered. */
  ambiguousBars = 0;

  constructor(instrument: Instrument, model: FillModel, owner: MatchOwner<Order>) {
    this.#instrument = instrument;
    this.#model = model;
    this.#owner = owner;
    this.#walk = new BarWalk(instrument, model);
    this.#ticks = new TickRules(instrument, model, {
      deal: (slot, amount, deal) => this.#deal(slot, amount, deal),
      trigger: (slot, at) => this.#trigger(slot, at),
      refuse: (slot, at) => this.#refuse(slot, at),
    });
  }

  /** Orders waiting. */
  get size(): number {
    return this.#slots.size;
  }

  /** The last price seen, NaN before any: the close of the last bar, or a trade's. */
  get price(): number {
    return Number.isNaN(this.#walk.price) ? this.#ticks.last : this.#walk.price;
  }

  /** Takes a new order. A fresh quote decides about it at once; otherwise it waits for the next price, or for the rest of the bar. */
  add(order: Order): void {
    const slot = this.#insert(order, { rested: false, triggered: false });
    if (this.#walk.serial === 0) this.#ticks.arrive(slot, order.placedAt);
    this.#refreshBounds();
  }

  /** Takes back an order that rested before a restart: it can only be a maker. `started`: part of it was filled before. */
  restore(order: Order, started = false): void {
    this.#insert(order, { rested: true, triggered: started && order.type === 'stop' });
    this.#refreshBounds();
  }

  /** Takes an order out; false when it is not here. */
  remove(order: Order): boolean {
    if (!this.#drop(order)) return false;
    if (order.isGuard && this.#walk.serial > 0) this.#walk.loseGuard(order.owner);
    this.#refreshBounds();
    return true;
  }

  /** True when a bar of this range may fill something. */
  concerns({ low, high }: Pick<Bar, 'low' | 'high'>): boolean {
    if (this.#eager > 0 || low <= this.#highestStop) return true;
    return low <= this.#highestBuy || high >= this.#lowestSell;
  }

  /** Begins a completed bar; `endsAt` is the moment it became known. In one without volume nothing trades, where volumes are known. */
  beginBar(bar: Bar, endsAt: Millis): void {
    const { maxShare } = this.#model;
    this.#left = maxShare === undefined ? undefined : dec(bar.volume).times(dec(maxShare));
    this.#moments = maxShare !== undefined && !(bar.volume > 0) ? MOMENTS_MAX : 0;
    this.#walk.begin(bar, endsAt);
  }

  /**
   * Goes on to the next thing that happens in the bar; undefined when nothing does any more.
   * @param watches prices that the owners of orders watch themselves.
   */
  nextMoment(watches: readonly Watch[]): Moment<Order> | undefined {
    this.#moment = undefined;
    if (this.#moments >= MOMENTS_MAX) return undefined;
    this.#moments += 1;
    const slots = (this.#list ??= [...this.#slots.values()]);
    // When the share of the volume is used up, stops still become market orders, which go on at the next open.
    const able = this.#isUsedUp() ? slots.filter(isWaitingStop) : slots;
    this.#moment = this.#walk.next(able, watches);
    return this.#moment;
  }

  /** Carries it out, if the order is still there. */
  happen(): void {
    const slot = this.#moment?.slot;
    if (!slot || !this.#slots.has(slot.order)) return;
    slot.servedIn = this.#walk.serial;
    if (isWaitingStop(slot)) this.#stop(slot);
    else if (isAtMarket(slot) || !slot.rested) this.#take(slot);
    else if (slot.order.price !== undefined)
      this.#fill(slot, slot.order.price, 'maker', this.#walk.restAt);
    this.#refreshBounds();
  }

  endBar(): void {
    if (this.#walk.isAmbiguous) this.ambiguousBars += 1;
    this.#walk.end();
    this.#refreshBounds();
  }

  /** A public trade. */
  onTrade(trade: PublicTrade): void {
    this.#ticks.onTrade(trade, this.#concerns(trade.price) ? this.#slots.values() : []);
    if (this.#slots.size > 0) this.#refreshBounds();
  }

  /** The best bid and ask; kept for orders placed while it is fresh. A crossed or empty quote is dropped. */
  onQuote(quote: Quote): void {
    if (!(quote.bid > 0 && quote.ask >= quote.bid)) return;
    this.#ticks.onQuote(quote, this.#slots.values());
    if (this.#eager > 0) this.#refreshBounds();
  }

  #concerns(price: number): boolean {
    return this.#slots.size > 0 && this.concerns({ low: price, high: price });
  }

  #isUsedUp(): boolean {
    return this.#left?.lt(this.#instrument.lotSize) === true;
  }

  #insert(order: Order, past: Pick<Slot<Order>, 'rested' | 'triggered'>): Slot<Order> {
    const { owner, isGuard, type } = order;
    const { serial } = this.#walk;
    this.#placements += 1;
    const slot = {
      order,
      limit: limitOf(order),
      placement: this.#placements,
      ...past,
      ahead: this.#walk.aheadOf(owner),
      bornIn: serial,
      isLate: serial > 0 && isGuard && type !== 'stop' && this.#walk.hasLostGuard(owner),
      servedIn: 0,
      queued: Number.NaN,
    };
    this.#slots.set(order, slot);
    this.#list = undefined;
    return slot;
  }

  #drop(order: Order): boolean {
    this.#list = undefined;
    return this.#slots.delete(order);
  }

  #refreshBounds(): void {
    this.#highestBuy = -Infinity;
    this.#lowestSell = Infinity;
    this.#highestStop = -Infinity;
    this.#eager = 0;
    for (const slot of this.#slots.values()) {
      const { order, limit, rested } = slot;
      if (isWaitingStop(slot)) this.#highestStop = Math.max(this.#highestStop, limit);
      else if (isAtMarket(slot) || !rested) this.#eager += 1;
      else if (order.side === 'buy') this.#highestBuy = Math.max(this.#highestBuy, limit);
      else this.#lowestSell = Math.min(this.#lowestSell, limit);
    }
  }

  /** It sells at its trigger, or where the market is when that is below already. */
  #stop(slot: Slot<Order>): void {
    const { price, takeAt } = this.#walk;
    this.#trigger(slot, takeAt);
    this.#fill(slot, this.#takerPrice(slot, Math.min(price, slot.limit)), 'taker', takeAt);
  }

  /** It takes what the market offers, never beyond its own price; post-only orders end instead. */
  #take(slot: Slot<Order>): void {
    const { price: seen, takeAt } = this.#walk;
    const { type, price: limit, side } = slot.order;
    if (type === 'limit_maker') {
      this.#refuse(slot, takeAt);
      return;
    }
    if (!isPrice(seen)) return;
    const price = this.#takerPrice(slot, seen);
    slot.rested = true;
    this.#fill(slot, limit === undefined ? price : betterOf(price, limit, side), 'taker', takeAt);
  }

  #takerPrice({ order }: Slot<Order>, seen: number): Decimal {
    return takerPrice(seen, order.side, this.#model.slippage, this.#instrument);
  }

  /** Fills what is left of an order, as far as the bar's volume and the account allow. */
  #fill(slot: Slot<Order>, price: Decimal, liquidity: Deal['liquidity'], at: Millis): void {
    const { remaining, owner } = slot.order;
    const left = this.#left;
    const wanted =
      left === undefined
        ? remaining
        : minOf(remaining, floorToStep(left, this.#instrument.lotSize));
    const isCertain = this.#walk.isCertain(owner);
    const filled = this.#deal(slot, wanted, { price, liquidity, at, isCertain });
    if (left !== undefined) this.#left = subtract(left, filled);
  }

  /** Executes an amount, or less when a market order cannot pay for it, which ends it. Returns what was filled. */
  #deal(slot: Slot<Order>, wanted: Decimal, deal: Deal): Decimal {
    const { order } = slot;
    // What an earlier fill led to may have taken it out.
    if (!this.#slots.has(order) || !isAboveZero(wanted)) return ZERO;
    const isBound = order.type === 'market';
    const amount = isBound ? this.#owner.affordable(order, deal.price, wanted) : wanted;
    if (amount === wanted || isAboveZero(amount)) {
      order.remaining = subtract(order.remaining, amount);
      if (order.remaining.isZero()) this.#drop(order);
      this.#owner.executed({ order, amount, ...deal });
    }
    if (amount !== wanted && amount.lt(wanted) && this.#drop(order))
      this.#owner.ended(order, 'unaffordable', deal.at);
    return amount;
  }

  #trigger(slot: Slot<Order>, at: Millis): void {
    slot.triggered = true;
    this.#owner.triggered(slot.order, at);
  }

  #refuse({ order }: Slot<Order>, at: Millis): void {
    if (this.#drop(order)) this.#owner.ended(order, 'wouldTake', at);
  }
}
