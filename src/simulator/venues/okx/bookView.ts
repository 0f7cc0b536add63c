/**
 * The book as the `books` channel shows it: the best levels of each side, and what changed since they were last sent.
 * A level that falls out of view is sent as gone, one that comes into view as new, so a client's copy is exact.
 */
import type { BookSide, Level } from '../../engine/book.ts';
import type { Market } from '../../market/market.ts';
import type { LevelRow } from './marketData.ts';
import { levelRow } from './marketData.ts';
import { priceText } from './text.ts';

/** Levels that changed, best first; a gone level has quantity and orders "0". */
export interface BookChange {
  readonly asks: readonly LevelRow[];
  readonly bids: readonly LevelRow[];
}

/** Follows one market from the moment it is made. */
export class BookView {
  readonly #market: Market;
  readonly #depth: number;
  /** Lots by ticks, as last sent. */
  #asks = new Map<number, number>();
  #bids = new Map<number, number>();
  #seenId: number;
  /** Update id of the book that was last sent. */
  seqId: number;

  constructor(market: Market, depth: number) {
    this.#market = market;
    this.#depth = depth;
    this.#asks = this.#levels(market.book.asks).lots;
    this.#bids = this.#levels(market.book.bids).lots;
    this.#seenId = market.book.updateId;
    this.seqId = market.book.updateId;
  }

  /** Moves on to the present book; undefined when nothing in view has changed. */
  advance(): BookChange | undefined {
    const { book } = this.#market;
    if (book.updateId === this.#seenId) return undefined;
    this.#seenId = book.updateId;
    const asks = this.#levels(book.asks);
    const bids = this.#levels(book.bids);
    const change = {
      asks: this.#difference(this.#asks, asks),
      bids: this.#difference(this.#bids, bids),
    };
    this.#asks = asks.lots;
    this.#bids = bids.lots;
    if (change.asks.length + change.bids.length === 0) return undefined;
    this.seqId = book.updateId;
    return change;
  }

  #levels(side: BookSide): { levels: Level[]; lots: Map<number, number> } {
    const levels: Level[] = [];
    for (const level of side.levels()) {
      if (levels.length === this.#depth) break;
      levels.push(level);
    }
    return { levels, lots: new Map(levels.map(({ ticks, lots }) => [ticks, lots])) };
  }

  #difference(
    before: ReadonlyMap<number, number>,
    now: { levels: readonly Level[]; lots: ReadonlyMap<number, number> },
  ): LevelRow[] {
    const { instrument } = this.#market;
    const gone = [...before.keys()].filter((ticks) => !now.lots.has(ticks));
    const changed = now.levels.filter(({ ticks, lots }) => before.get(ticks) !== lots);
    return [
      ...gone.map((ticks): LevelRow => [priceText(instrument, ticks), '0', '0', '0']),
      ...changed.map((level) => levelRow(instrument, level)),
    ];
  }
}
