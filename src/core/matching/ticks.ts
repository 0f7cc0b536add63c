/**
 * How trades and quotes fill waiting orders.
 *
 *  - Market order: takes the best opposite quote, as far as its size goes, and the rest worse by the slippage; without a fresh quote
 *    the next trade, worse by the slippage.
 *  - Limit order that is marketable when it arrives: takes the quote's size, and rests with what is left. A post-only order ends.
 *  - Limit order that rests: fills at its price when a trade prints through it; when one prints at it, after the volume that stood
 *    before it has traded. Never for more than the prints bring. Quotes alone fill nothing that rests.
 *  - Stop: triggered by a trade at its price or below, then a market order that gets no more than its price.
 *  - Nothing sees a price from before it arrived.
 */
import {
  dec,
  floorToStep,
  isAboveZero,
  minOf,
  subtract,
  toFloat,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Side } from '../domain/side.ts';
import type { Millis } from '../domain/time.ts';
import type { FillModel } from './model.ts';
import { betterOf, isPrice, takerPrice, worseOf } from './prices.ts';
import { isAtMarket, isWaitingStop, type Deal, type Slot, type WaitingOrder } from './waiting.ts';

/** Best bid and ask with their sizes; a size of 0 is not known. */
export interface Quote {
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly at: Millis;
}

/** One print on the public tape. `side` is the taker's; absent when it is not known. */
export interface PublicTrade {
  readonly price: number;
  readonly amount: number;
  readonly side: Side | undefined;
  readonly at: Millis;
}

/** What the rules have done to an order. */
interface TickActs<Order extends WaitingOrder> {
  /** Executes an amount; returns how much of it was. */
  deal(slot: Slot<Order>, amount: Decimal, deal: Deal): Decimal;
  trigger(slot: Slot<Order>, at: Millis): void;
  refuse(slot: Slot<Order>, at: Millis): void;
}

export class TickRules<Order extends WaitingOrder> {
  readonly #instrument: Instrument;
  readonly #model: FillModel;
  readonly #acts: TickActs<Order>;
  #quote: Quote | undefined;
  /** What orders of ours have left of the quote's sizes. */
  readonly #left: Record<Side, number> = { buy: 0, sell: 0 };
  #last = Number.NaN;
  #lastAt: Millis = 0;

  constructor(instrument: Instrument, model: FillModel, acts: TickActs<Order>) {
    this.#instrument = instrument;
    this.#model = model;
    this.#acts = acts;
  }

  /** Price of the last trade; NaN before any. */
  get last(): number {
    return this.#last;
  }

  /** A new order, outside of any bar. */
  arrive(slot: Slot<Order>, at: Millis): void {
    const quote = this.#fresh(at);
    if (quote) this.#offer(slot, quote, Math.max(quote.at, at));
  }

  onQuote({ bid, ask, bidSize, askSize, at }: Quote, slots: Iterable<Slot<Order>>): void {
    const quote = { bid, ask, bidSize, askSize, at };
    this.#quote = quote;
    this.#left.buy = askSize;
    this.#left.sell = bidSize;
    for (const slot of [...slots]) {
      if (slot.order.placedAt > at) continue;
      if (isAtMarket(slot) || !slot.rested) this.#offer(slot, quote, at);
      else queue(slot, quote);
    }
  }

  onTrade(trade: PublicTrade, slots: Iterable<Slot<Order>>): void {
    if (!isPrice(trade.price)) return;
    this.#last = trade.price;
    this.#lastAt = trade.at;
    let left = this.#lots(trade.amount);
    const seeing = [...slots].filter(({ order }) => order.placedAt <= trade.at);
    for (const slot of seeing.sort(byPriority)) {
      if (isAtMarket(slot)) this.#sweep(slot, trade.at);
      else if (isWaitingStop(slot)) this.#reachStop(slot, trade);
      else if (slot.rested) left = subtract(left, this.#hit(slot, trade, left));
      else this.#meet(slot, trade);
    }
  }

  #fresh(at: Millis): Quote | undefined {
    const quote = this.#quote;
    return quote && at - quote.at <= this.#model.quoteMaxAgeMs ? quote : undefined;
  }

  /** The first price that an order sees is a quote. */
  #offer(slot: Slot<Order>, quote: Quote, at: Millis): void {
    const { order, limit } = slot;
    if (isAtMarket(slot)) this.#sweep(slot, at);
    if (order.price === undefined) return;
    slot.rested = true;
    const offered = order.side === 'buy' ? quote.ask : quote.bid;
    const isMarketable = order.side === 'buy' ? offered <= limit : offered >= limit;
    if (!isMarketable) queue(slot, quote);
    else if (order.type === 'limit_maker') this.#acts.refuse(slot, at);
    else if (this.#left[order.side] > 0) this.#takeSize(slot, offered, at);
    else if (isSizeUnknown(quote, order.side)) this.#takeAll(slot, offered, at);
  }

  /** A market order: what the quote shows at its price, the rest worse. */
  #sweep(slot: Slot<Order>, at: Millis): void {
    const quote = this.#fresh(at);
    const { order } = slot;
    if (!quote) {
      if (this.#lastAt >= order.placedAt) this.#takeAll(slot, this.#last, at);
      return;
    }
    const offered = order.side === 'buy' ? quote.ask : quote.bid;
    if (this.#left[order.side] > 0) this.#takeSize(slot, offered, at);
    if (!order.remaining.isZero()) this.#takeAll(slot, offered, at);
  }

  #takeSize(slot: Slot<Order>, offered: number, at: Millis): void {
    const { remaining, side } = slot.order;
    const amount = minOf(remaining, this.#lots(this.#left[side]));
    const price = this.#bounded(slot, takerPrice(offered, side, 0, this.#instrument));
    const taken = this.#acts.deal(slot, amount, taker(price, at));
    this.#left[side] -= toFloat(taken);
  }

  /** Beyond what is shown: worse by the slippage than the quote, and than the last trade when that is newer. */
  #takeAll(slot: Slot<Order>, seen: number, at: Millis): void {
    const { order } = slot;
    const { slippage } = this.#model;
    let price = takerPrice(seen, order.side, slippage, this.#instrument);
    if (this.#quote !== undefined && this.#lastAt > this.#quote.at) {
      const last = takerPrice(this.#last, order.side, slippage, this.#instrument);
      price = worseOf(price, last, order.side);
    }
    this.#acts.deal(slot, order.remaining, taker(this.#bounded(slot, price), at));
  }

  /** Never beyond a limit, and never better than a stop. */
  #bounded({ order }: Slot<Order>, price: Decimal): Decimal {
    if (order.trigger !== undefined) return worseOf(price, order.trigger, order.side);
    return order.price === undefined ? price : betterOf(price, order.price, order.side);
  }

  #reachStop(slot: Slot<Order>, { price, at }: PublicTrade): void {
    if (price > slot.limit) return;
    this.#acts.trigger(slot, at);
    this.#sweep(slot, at);
  }

  /** The first price that a limit order sees is a trade. */
  #meet(slot: Slot<Order>, { price, at }: PublicTrade): void {
    slot.rested = true;
    const { order, limit } = slot;
    if (!isBeyond(price, limit, order.side)) return;
    if (order.type === 'limit_maker') this.#acts.refuse(slot, at);
    else this.#takeAll(slot, price, at);
  }

  /** A trade reaches an order that rests. Returns how much of it the order got. */
  #hit(slot: Slot<Order>, trade: PublicTrade, left: Decimal): Decimal {
    const { order, limit } = slot;
    const isTouch = trade.price === limit;
    if (!isTouch && !isBeyond(trade.price, limit, order.side)) return ZERO;
    const share = isTouch && this.#model.touch === 'through' ? this.#pastQueue(slot, trade) : left;
    const amount = minOf(order.remaining, minOf(share, left));
    if (!isAboveZero(amount) || order.price === undefined) return ZERO;
    const { price } = order;
    return this.#acts.deal(slot, amount, {
      price,
      liquidity: 'maker',
      at: trade.at,
      isCertain: true,
    });
  }

  /** What a print at the order's own price leaves for it, behind what stood before it. */
  #pastQueue(slot: Slot<Order>, { amount, side }: PublicTrade): Decimal {
    if (Number.isNaN(slot.queued) || side === slot.order.side) return ZERO;
    const past = amount - slot.queued;
    slot.queued = Math.max(0, -past);
    return past > 0 ? this.#lots(past) : ZERO;
  }

  #lots(amount: number): Decimal {
    return amount > 0 ? floorToStep(dec(amount), this.#instrument.lotSize) : ZERO;
  }
}

const taker = (price: Decimal, at: Millis): Deal => ({
  price,
  liquidity: 'taker',
  at,
  isCertain: true,
});

/** Strictly better for a taker than its limit: beyond an order that rests there. */
function isBeyond(price: number, limit: number, side: Side): boolean {
  return side === 'buy' ? price < limit : price > limit;
}

function isSizeUnknown({ bidSize, askSize }: Quote, side: Side): boolean {
  return !((side === 'buy' ? askSize : bidSize) > 0);
}

/**
 * What stands before an order that rests, as far as the best quote tells: nothing when it is the best itself, at most what is shown
 * when it is as good; deeper in the book that is not known.
 */
function queue<Order extends WaitingOrder>(slot: Slot<Order>, quote: Quote): void {
  const { order, limit } = slot;
  const [best, size] =
    order.side === 'buy' ? [quote.bid, quote.bidSize] : [quote.ask, quote.askSize];
  if (isBeyond(best, limit, order.side)) slot.queued = 0;
  else if (best === limit)
    slot.queued = Number.isNaN(slot.queued) ? size : Math.min(slot.queued, size);
}

/** Orders that take before those that rest; better prices first, then older ones. */
function byPriority<Order extends WaitingOrder>(a: Slot<Order>, b: Slot<Order>): number {
  if (a.rested !== b.rested) return a.rested ? 1 : -1;
  const { side } = a.order;
  if (side !== b.order.side) return side === 'buy' ? -1 : 1;
  const price = side === 'buy' ? b.limit - a.limit : a.limit - b.limit;
  // Two market orders: infinity minus infinity is NaN, which counts as equal.
  return price || a.placement - b.placement;
}
