/** The house's side of one book: what it has resting, by side and price. A thin ledger over the engine's orders. */
import type { Engine } from '../engine/engine.ts';
import { isOpen } from '../engine/account.ts';
import type { Book } from '../engine/book.ts';
import type { Instrument, Order, OrderType, Side, TimeInForce } from '../engine/types.ts';
import { HOUSE_ACCOUNT } from './feed.ts';

export class HouseQuotes {
  readonly book: Book;
  readonly #engine: Engine;
  readonly #resting = { BUY: new Map<number, Order>(), SELL: new Map<number, Order>() };

  constructor(engine: Engine, instrument: Instrument) {
    this.#engine = engine;
    this.book = engine.book(instrument.id);
  }

  /** Finds the house's orders in a restored book again. */
  adopt(): void {
    for (const side of [this.book.bids, this.book.asks]) {
      for (const order of side.orders()) {
        if (order.accountId === HOUSE_ACCOUNT) this.#resting[order.side].set(order.ticks, order);
      }
    }
  }

  /** Lots the house has resting at a price. */
  lotsAt(side: Side, ticks: number): number {
    const order = this.#resting[side].get(ticks);
    return order !== undefined && isOpen(order) ? order.lots - order.filledLots : 0;
  }

  /** What is left of the quote at a price, as a part of its size; 0 when there is none. */
  partLeft(side: Side, ticks: number): number {
    const order = this.#resting[side].get(ticks);
    return order !== undefined && isOpen(order) ? 1 - order.filledLots / order.lots : 0;
  }

  /** Whether somebody else's order rests at the price of a quote of ours. */
  isWaitedBehind(side: Side, ticks: number): boolean {
    const own = this.lotsAt(side, ticks);
    return own > 0 && this.book.own(side).level(ticks)?.lots !== own;
  }

  /** Cancels every quote of a side whose price satisfies `isStale`. */
  cancelWhere(side: Side, isStale: (ticks: number) => boolean, nowMs: number): void {
    for (const [ticks, order] of this.#resting[side]) {
      if (!isOpen(order)) this.#resting[side].delete(ticks);
      else if (isStale(ticks)) {
        this.#engine.cancel(order, nowMs);
        this.#resting[side].delete(ticks);
      }
    }
  }

  /** Cancels the quotes of a side that are farthest from the market, and that nobody waits behind, until at most `max` are left. */
  trim(side: Side, max: number, nowMs: number): void {
    const resting = this.#resting[side];
    if (resting.size <= max) return;
    const farthestFirst = [...resting.keys()].sort((a, b) => (side === 'BUY' ? a - b : b - a));
    for (const ticks of farthestFirst.slice(0, resting.size - max))
      if (!this.isWaitedBehind(side, ticks)) this.cancelAt(side, ticks, nowMs);
  }

  /** Cancels the quote at a price, if there is one. */
  cancelAt(side: Side, ticks: number, nowMs: number): void {
    const order = this.#resting[side].get(ticks);
    if (order === undefined) return;
    this.#engine.cancel(order, nowMs);
    this.#resting[side].delete(ticks);
  }

  /** Rests a quote; a marketable part trades first unless `type` is LIMIT_MAKER, which then does nothing. */
  quote(quote: { side: Side; ticks: number; lots: number; type: OrderType }, nowMs: number): void {
    const order = this.#send(quote, 'GTC', nowMs);
    if (order !== undefined && isOpen(order)) this.#resting[quote.side].set(quote.ticks, order);
  }

  /** Takes what rests up to a limit price. Returns the lots executed. */
  take(side: Side, ticks: number, lots: number, nowMs: number): number {
    if (lots <= 0 || ticks <= 0) return 0;
    return this.#send({ side, ticks, lots, type: 'LIMIT' }, 'IOC', nowMs)?.filledLots ?? 0;
  }

  #send(
    quote: { side: Side; ticks: number; lots: number; type: OrderType },
    timeInForce: TimeInForce,
    nowMs: number,
  ): Order | undefined {
    const result = this.#engine.place(
      {
        accountId: HOUSE_ACCOUNT,
        instrumentId: this.book.instrument.id,
        side: quote.side,
        type: quote.type,
        timeInForce,
        ticks: quote.ticks,
        lots: quote.lots,
        quoteBudget: 0n,
        clientOrderId: '',
      },
      nowMs,
    );
    return result.ok ? result.order : undefined;
  }
}
