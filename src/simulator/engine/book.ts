/**
 * The order book of one instrument: price levels in order of priority, each a first-in-first-out queue with its total;
 * and beside it the orders that wait for a trigger.
 */
import { SortedLevels } from './levels.ts';
import { dequeue, enqueue } from './queue.ts';
import type { OrderQueue } from './queue.ts';
import { TriggerBook } from './triggers.ts';
import type { EngineListener, Instrument, Order, Side, TradingStatus } from './types.ts';

/** One price of one side. `lots` is the sum of what rests there. */
export interface Level extends OrderQueue {
  readonly ticks: number;
  lots: number;
}

/** Told of each change of a level's total. */
type LevelSink = (side: Side, ticks: number, lots: number) => void;

export class BookSide {
  readonly side: Side;
  readonly #levels = new SortedLevels<Level>();
  readonly #sign: 1 | -1;
  readonly #sink: LevelSink;

  constructor(side: Side, sink: LevelSink) {
    this.side = side;
    this.#sign = side === 'BUY' ? -1 : 1;
    this.#sink = sink;
  }

  /** The level that trades first: highest bid or lowest ask. */
  best(): Level | undefined {
    return this.#levels.first();
  }

  level(ticks: number): Level | undefined {
    return this.#levels.get(ticks * this.#sign);
  }

  get levelCount(): number {
    return this.#levels.size;
  }

  /** Levels from the best outward. Do not change the book while iterating. */
  levels(): IterableIterator<Level> {
    return this.#levels.values();
  }

  /** Resting orders in the order in which they trade. Do not change the book while iterating. */
  *orders(): IterableIterator<Order> {
    for (const level of this.#levels.values()) {
      for (let order = level.first; order !== undefined; order = order.behind) yield order;
    }
  }

  /** Puts an order at the end of its level's queue. */
  append(order: Order): void {
    const level = this.level(order.ticks) ?? this.#open(order.ticks);
    enqueue(level, order);
    level.lots += order.lots - order.filledLots;
    this.#sink(this.side, level.ticks, level.lots);
  }

  /** Takes an order out of its queue; `restingLots` is what it still had resting. */
  remove(order: Order, restingLots: number): void {
    const level = this.level(order.ticks);
    if (level === undefined) throw new Error(`order ${String(order.id)} is not in the book`);
    dequeue(level, order);
    this.#shrink(level, restingLots);
  }

  /** Books that `lots` of the level were executed. */
  consume(level: Level, lots: number): void {
    level.lots -= lots;
    this.#sink(this.side, level.ticks, level.lots);
  }

  #shrink(level: Level, lots: number): void {
    level.lots -= lots;
    if (level.first === undefined) this.#levels.remove(level.ticks * this.#sign);
    if (lots > 0) this.#sink(this.side, level.ticks, level.lots);
  }

  #open(ticks: number): Level {
    const level: Level = { ticks, lots: 0, first: undefined, last: undefined };
    this.#levels.insert(ticks * this.#sign, level);
    return level;
  }
}

export class Book {
  /** Replaced as a whole when its filters change. */
  instrument: Instrument;
  readonly bids: BookSide;
  readonly asks: BookSide;
  readonly triggers = new TriggerBook();
  status: TradingStatus = 'TRADING';
  /** Last price that triggers were held against; 0 before the first. */
  lastTicks = 0;
  /** Counts every change of a level's total. */
  updateId = 0;
  /** Counts the trades of this instrument. */
  tradeId = 0;

  constructor(instrument: Instrument, listener: Pick<EngineListener, 'onLevel'>) {
    const sink: LevelSink = (side, ticks, lots) => {
      this.updateId += 1;
      listener.onLevel(this.instrument, side, ticks, lots);
    };
    this.instrument = instrument;
    this.bids = new BookSide('BUY', sink);
    this.asks = new BookSide('SELL', sink);
  }

  /** Every order that rests or waits: bids, asks, triggers, each in its order. Do not change the book while iterating. */
  *orders(): IterableIterator<Order> {
    yield* this.bids.orders();
    yield* this.asks.orders();
    yield* this.triggers.orders();
  }

  /** Puts an order where it rests or waits, at the end of its queue. */
  add(order: Order): void {
    if (order.isTriggered) this.own(order.side).append(order);
    else this.triggers.add(order);
  }

  /** Takes an order out of where it rests or waits. */
  remove(order: Order): void {
    if (order.isTriggered) this.own(order.side).remove(order, order.lots - order.filledLots);
    else this.triggers.remove(order);
  }

  /** Where orders of `side` rest. */
  own(side: Side): BookSide {
    return side === 'BUY' ? this.bids : this.asks;
  }

  /** What orders of `side` trade against. */
  opposite(side: Side): BookSide {
    return side === 'BUY' ? this.asks : this.bids;
  }

  /** Whether an order of `side` at `ticks` would trade on arrival. */
  crosses(side: Side, ticks: number): boolean {
    const best = this.opposite(side).best();
    if (best === undefined) return false;
    return side === 'BUY' ? best.ticks <= ticks : best.ticks >= ticks;
  }
}
