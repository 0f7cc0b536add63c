/**
 * One market's waiting orders and the rules by which recorded or live prices fill them. Nothing here moves the market: an
 * order is filled by what others traded, judged pessimistically.
 *
 *  - Market order: at the next price — a bar's open, a trade, the opposite quote — moved by the slippage and rounded to a tick
 *    against the order.
 *  - Limit order at the first price it sees: when that price is better than the limit, the order takes it (taker, slippage
 *    applies, never worse than the limit). A post-only order ends instead.
 *  - Limit order that rests: fills at its limit (maker) when the market trades THROUGH it. A touch fills nothing: how much was
 *    queued before us is not known. A bar that opens beyond the limit fills it at the limit: a resting order is hit on the way.
 *  - Stop: triggered when the market trades at its trigger or below, then a market order. It fills at the trigger, or at the
 *    price that jumped over it (a bar's open, a trade), moved by the slippage. Quotes trigger nothing.
 *  - No order sees a price from before it was placed: bars that opened and trades that happened earlier are skipped.
 *
 * With a participation, one price fills at most that share of the volume behind it, per side; the rest keeps waiting.
 */
import {
  ceilToStep,
  dec,
  floorToStep,
  fromFloat,
  isAboveZero,
  maxOf,
  minOf,
  subtract,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Bar } from '../domain/market.ts';
import type { OrderType, Side } from '../domain/order.ts';
import type { Millis } from '../domain/time.ts';
import { lookAtBar, lookAtQuote, lookAtTrade, type Look, type Quote } from './look.ts';

/** How pessimistic fills are. */
export interface FillModel {
  /** Fraction by which a taker's price is worse than the one seen: 0.0005 is 5 basis points. In [0, 1). */
  readonly slippage: number;
  /** Share of the volume behind a price that our orders may take, in (0, 1]; absent: no cap. */
  readonly participation?: number;
  /** Age in market time up to which a quote still fills an order when it is placed. Milliseconds. */
  readonly quoteMaxAgeMs: number;
}

/** An order waiting in a matcher. Owners extend it with what they need to find it again. */
export interface WaitingOrder {
  readonly side: Side;
  readonly type: OrderType;
  /** On a tick; absent for market orders and stops. */
  readonly price?: Decimal;
  /** On a tick; stops have one, and they sell. */
  readonly trigger?: Decimal;
  /** Base not yet filled, on a lot, > 0 while it waits. The matcher reduces it. */
  remaining: Decimal;
  readonly placedAt: Millis;
}

/** Part or all of an order was filled; `order.remaining` is already reduced. */
export interface Execution<Order extends WaitingOrder> {
  readonly order: Order;
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly liquidity: 'maker' | 'taker';
  readonly at: Millis;
}

/** Why an order left the matcher before it was filled. */
export type EndReason = 'wouldTake' | 'unaffordable';

/** Whoever owns the orders and the money. Calls are synchronous; they may add and remove orders. */
export interface MatchOwner<Order extends WaitingOrder> {
  /** How much of `amount` the account can pay for at `price`, on a lot, ≥ 0. Asked for market orders only. */
  affordable(order: Order, price: Decimal, amount: Decimal): Decimal;
  executed(execution: Execution<Order>): void;
  ended(order: Order, reason: EndReason, at: Millis): void;
}

interface Slot<Order> {
  readonly order: Order;
  /** Limit price, or a stop's trigger. A market order has the best there is, so that it comes first: infinite for buys, 0 for sells. */
  readonly limit: number;
  readonly placement: number;
  /** A price was seen since it was placed: from then on it can only be a maker. */
  rested: boolean;
  /** A stop that has become a market order. */
  triggered: boolean;
}

interface Hit<Order> {
  readonly slot: Slot<Order>;
  /** Absent: the order would take and may not. */
  readonly price?: Decimal;
  readonly liquidity: 'maker' | 'taker';
  readonly at: Millis;
}

export class Matcher<Order extends WaitingOrder> {
  readonly #instrument: Instrument;
  readonly #model: FillModel;
  readonly #owner: MatchOwner<Order>;
  readonly #slots = new Map<Order, Slot<Order>>();
  #quote: Quote | undefined;
  #placements = 0;
  /** Prices within these bounds fill nothing; kept so that a quiet bar costs three comparisons. */
  #highestBuy = -Infinity;
  #lowestSell = Infinity;
  #highestStop = -Infinity;
  /** Orders that any price may fill: market orders and limit orders that have seen none. */
  #eager = 0;

  constructor(instrument: Instrument, model: FillModel, owner: MatchOwner<Order>) {
    this.#instrument = instrument;
    this.#model = model;
    this.#owner = owner;
  }

  /** Orders waiting. */
  get size(): number {
    return this.#slots.size;
  }

  /** Takes a new order. A fresh quote decides about it at once; otherwise it waits for the next price. */
  add(order: Order): void {
    const slot = this.#insert(order, { rested: false, triggered: false });
    const quote = this.#quote;
    if (quote === undefined || order.placedAt - quote.at > this.#model.quoteMaxAgeMs) return;
    this.#match(lookAtQuote(quote, Math.max(quote.at, order.placedAt)), [slot]);
  }

  /** Takes back an order that rested before a restart: it can only be a maker. `started`: part of it was filled before. */
  restore(order: Order, started = false): void {
    this.#insert(order, { rested: true, triggered: started && order.type === 'stop' });
  }

  /** Takes an order out; false when it is not here. */
  remove(order: Order): boolean {
    const found = this.#slots.delete(order);
    if (found) this.#refreshBounds();
    return found;
  }

  /** A completed bar; `end` is the moment it became known. */
  onBar(bar: Bar, end: Millis): void {
    if (this.#slots.size === 0 || !this.#concerns(bar.low, bar.high)) return;
    this.#match(lookAtBar(bar, end), this.#slots.values());
  }

  /** A public trade. */
  onTrade(price: number, amount: number, at: Millis): void {
    if (this.#slots.size === 0 || !this.#concerns(price, price)) return;
    this.#match(lookAtTrade(price, amount, at), this.#slots.values());
  }

  /** The best bid and ask; kept for orders placed while it is fresh. A crossed or empty quote is dropped. */
  onQuote(quote: Quote): void {
    if (!(quote.bid > 0 && quote.ask >= quote.bid)) return;
    const { bid, ask, bidSize, askSize, at } = quote;
    this.#quote = { bid, ask, bidSize, askSize, at };
    if (this.#slots.size === 0 || !this.#concerns(ask, bid)) return;
    this.#match(lookAtQuote(quote, at), this.#slots.values());
  }

  #concerns(low: number, high: number): boolean {
    if (this.#eager > 0 || low <= this.#highestStop) return true;
    return low < this.#highestBuy || high > this.#lowestSell;
  }

  #insert(order: Order, past: Pick<Slot<Order>, 'rested' | 'triggered'>): Slot<Order> {
    const given = order.price ?? order.trigger;
    const limit = given?.toNumber() ?? (order.side === 'buy' ? Infinity : 0);
    const slot = { order, limit, placement: this.#placements, ...past };
    this.#placements += 1;
    this.#slots.set(order, slot);
    this.#refreshBounds();
    return slot;
  }

  #refreshBounds(): void {
    this.#highestBuy = -Infinity;
    this.#lowestSell = Infinity;
    this.#highestStop = -Infinity;
    this.#eager = 0;
    for (const { order, limit, rested, triggered } of this.#slots.values()) {
      if (order.type === 'stop' && !triggered)
        this.#highestStop = Math.max(this.#highestStop, limit);
      else if (order.price === undefined || !rested) this.#eager += 1;
      else if (order.side === 'buy') this.#highestBuy = Math.max(this.#highestBuy, limit);
      else this.#lowestSell = Math.min(this.#lowestSell, limit);
    }
  }

  #match(look: Look, slots: Iterable<Slot<Order>>): void {
    const hits: Hit<Order>[] = [];
    for (const slot of slots) {
      if (slot.order.placedAt > look.since) continue;
      const hit = this.#hit(slot, look);
      if (hit !== undefined) hits.push(hit);
      slot.rested = true;
    }
    if (hits.length > 1) hits.sort((a, b) => compareHits(a, b, look.buysFirst));
    const capacity = {
      buy: this.#capacity(look.buyVolume),
      sell: this.#capacity(look.sellVolume),
    };
    for (const hit of hits) this.#run(hit, capacity);
    this.#refreshBounds();
  }

  #hit(slot: Slot<Order>, look: Look): Hit<Order> | undefined {
    const { order, limit } = slot;
    const isBuy = order.side === 'buy';
    const take = isBuy ? look.buyTake : look.sellTake;
    if (!isPrice(take)) return undefined;
    if (order.price === undefined) return this.#hitUnpriced(slot, take, look);
    const canTake = isBetter(take, limit, isBuy) || (look.touchTakes && take === limit);
    if (canTake && !slot.rested) return this.#take(slot, take, look);
    const reach = isBuy ? look.buyReach : look.sellReach;
    if (!isBetter(reach, limit, isBuy)) return undefined;
    return { slot, price: order.price, liquidity: 'maker', at: look.reachAt };
  }

  /** A market order, or a stop that is triggered by this or was before. */
  #hitUnpriced(slot: Slot<Order>, take: number, look: Look): Hit<Order> | undefined {
    const { limit, order } = slot;
    if (order.type !== 'stop' || slot.triggered) return this.#take(slot, take, look);
    if (!(look.lastLow <= limit)) return undefined;
    slot.triggered = true;
    const jumped = look.sellTake <= limit;
    const price = this.#takerPrice(jumped ? look.sellTake : limit, false);
    return { slot, price, liquidity: 'taker', at: jumped ? look.takeAt : look.reachAt };
  }

  #take(slot: Slot<Order>, seen: number, look: Look): Hit<Order> {
    const { price: limit, side, type } = slot.order;
    const rest = { slot, liquidity: 'taker', at: look.takeAt } as const;
    if (type === 'limit_maker') return rest;
    const price = this.#takerPrice(seen, side === 'buy');
    if (limit === undefined) return { ...rest, price };
    return { ...rest, price: side === 'buy' ? minOf(price, limit) : maxOf(price, limit) };
  }

  #takerPrice(price: number, isBuy: boolean): Decimal {
    const { tickSize } = this.#instrument;
    const { slippage } = this.#model;
    const moved = fromFloat(price * (isBuy ? 1 + slippage : 1 - slippage));
    return isBuy ? ceilToStep(moved, tickSize) : maxOf(floorToStep(moved, tickSize), tickSize);
  }

  /** Base that one look may fill on one side; undefined without a cap. */
  #capacity(volume: number): Decimal | undefined {
    const { participation } = this.#model;
    if (participation === undefined) return undefined;
    return volume > 0 ? dec(volume * participation) : ZERO;
  }

  #run(hit: Hit<Order>, capacity: Record<Side, Decimal | undefined>): void {
    const { order } = hit.slot;
    // A callback of an earlier hit may have taken it out.
    if (!this.#slots.has(order)) return;
    if (hit.price === undefined) {
      this.#slots.delete(order);
      this.#owner.ended(order, 'wouldTake', hit.at);
      return;
    }
    const left = capacity[order.side];
    const wanted =
      left === undefined
        ? order.remaining
        : minOf(order.remaining, floorToStep(left, this.#instrument.lotSize));
    const amount =
      order.type === 'market' ? this.#owner.affordable(order, hit.price, wanted) : wanted;
    if (left !== undefined) capacity[order.side] = left.minus(amount);
    if (isAboveZero(amount)) this.#execute(order, hit.price, amount, hit);
    if (amount !== wanted && amount.lt(wanted) && this.#slots.delete(order)) {
      this.#owner.ended(order, 'unaffordable', hit.at);
    }
  }

  #execute(order: Order, price: Decimal, amount: Decimal, hit: Hit<Order>): void {
    order.remaining = subtract(order.remaining, amount);
    if (order.remaining.isZero()) this.#slots.delete(order);
    this.#owner.executed({ order, price, amount, liquidity: hit.liquidity, at: hit.at });
  }
}

function isPrice(value: number): boolean {
  return value > 0 && Number.isFinite(value);
}

/** Strictly better for the order than its limit. False when either is not a number. */
function isBetter(price: number, limit: number, isBuy: boolean): boolean {
  return isBuy ? price < limit : price > limit;
}

/** Earlier first; then the side the market visited first; then the better price; then the older order. */
function compareHits<Order extends WaitingOrder>(
  a: Hit<Order>,
  b: Hit<Order>,
  buysFirst: boolean,
): number {
  if (a.at !== b.at) return a.at - b.at;
  const { side } = a.slot.order;
  if (side !== b.slot.order.side) return (side === 'buy') === buysFirst ? -1 : 1;
  const price = side === 'buy' ? b.slot.limit - a.slot.limit : a.slot.limit - b.slot.limit;
  // Two market orders: infinity minus infinity is NaN, which counts as equal.
  return price || a.slot.placement - b.slot.placement;
}
