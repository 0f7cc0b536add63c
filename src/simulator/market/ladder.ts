/**
 * The house's quotes around a mid price: cells of a fixed grid, one level each. As the mid moves, only the cells it passes
 * change, so that most levels, and the queues in them, stay where they are.
 */
import type { Instrument, Side } from '../engine/types.ts';
import { HouseQuotes } from './house.ts';
import type { Engine } from '../engine/engine.ts';
import { hashText, mix } from '../../core/domain/random.ts';

/** Levels per side at least, and how many more may linger before the farthest are withdrawn. */
const LEVELS = 20;
const LEVELS_SLACK = 12;
/** Part of a cell within which its price is placed. */
const JITTER = 0.7;
/** A level that has less than this part of its size left is filled up. */
const REFILL_BELOW = 0.5;
/** Each level is this much larger than the one before it. */
const LEVEL_GROWTH = 0.1;

/** What the quotes are made of. */
export interface LadderSpec {
  readonly instrument: Instrument;
  readonly seed: number;
  /** Ticks between neighbouring cells. */
  readonly gapTicks: number;
  /** Typical lots of a level. */
  readonly levelLots: number;
}

/** What the quotes should be around now. */
export interface Quote {
  /** Best bid at most and best ask at least, in fractional ticks. */
  readonly bid: number;
  readonly ask: number;
  /** Size of new levels as a multiple of normal. */
  readonly depth: number;
  readonly nowMs: number;
}

/** Nearest and farthest cell of the bids, then of the asks: what a snapshot keeps. */
export type LadderState = readonly [number, number, number, number];

/** Cells of one side, nearest and farthest included; `away` is the direction from near to far. */
interface Flank {
  readonly side: Side;
  readonly away: 1 | -1;
  near: number;
  far: number;
}

export class Ladder {
  readonly #spec: LadderSpec;
  readonly #house: HouseQuotes;
  readonly #jitterSeed: number;
  readonly #sizeSeed: number;
  // Empty until the first quote: near beyond far.
  readonly #bids: Flank = { side: 'BUY', away: -1, near: 0, far: 1 };
  readonly #asks: Flank = { side: 'SELL', away: 1, near: 0, far: -1 };
  /** The last trade of the book when the quotes were last brought up to date; -1 when they must be looked at in any case. */
  #seenTradeId = -1;

  constructor(engine: Engine, spec: LadderSpec) {
    this.#spec = spec;
    this.#house = new HouseQuotes(engine, spec.instrument);
    this.#jitterSeed = mix(spec.seed >>> 0, hashText(`${spec.instrument.id}/quotes`));
    this.#sizeSeed = this.#jitterSeed ^ 0x5bd1e995;
  }

  /** Takes what rests up to a limit price. */
  take(side: Side, ticks: number, lots: number, nowMs: number): void {
    this.#house.take(side, ticks, lots, nowMs);
  }

  /** Brings the quotes up to date: withdraws what the mid has passed, fills what was taken, adds what is missing. Nothing while trading is halted. */
  quote(quote: Quote): void {
    const { nowMs } = quote;
    const { tradeId, status } = this.#house.book;
    if (status !== 'TRADING') {
      this.#seenTradeId = -1;
      return;
    }
    if (tradeId !== this.#seenTradeId) {
      this.#refill(this.#bids, quote);
      this.#refill(this.#asks, quote);
    }
    const bidNear = this.#nearest(this.#bids, quote.bid);
    const askNear = this.#nearest(this.#asks, quote.ask);
    this.#withdraw(this.#bids, bidNear, nowMs);
    this.#withdraw(this.#asks, askNear, nowMs);
    this.#extend(this.#bids, bidNear, quote);
    this.#extend(this.#asks, askNear, quote);
    // Trades that the quotes themselves made with users are looked at next time.
    this.#seenTradeId = tradeId;
  }

  state(): LadderState {
    return [this.#bids.near, this.#bids.far, this.#asks.near, this.#asks.far];
  }

  /** Continues from a state in an engine whose book has been restored. */
  restore(state: LadderState): void {
    [this.#bids.near, this.#bids.far, this.#asks.near, this.#asks.far] = state;
    this.#house.adopt();
  }

  #ticksOf(cell: number): number {
    const { gapTicks } = this.#spec;
    const room = Math.max(1, Math.floor(gapTicks * JITTER));
    return cell * gapTicks + (mix(this.#jitterSeed, cell) % room);
  }

  /** The cell of a side that is nearest to the other side without passing `edge`. */
  #nearest({ side }: Flank, edge: number): number {
    const cell = Math.floor(edge / this.#spec.gapTicks);
    const ticks = this.#ticksOf(cell);
    if (side === 'BUY') return ticks > edge ? cell - 1 : cell;
    return ticks < edge ? cell + 1 : cell;
  }

  /** Fills up what has been taken. Takers reach the levels in order, so the first untouched one ends the search. */
  #refill(flank: Flank, quote: Quote): void {
    const { side, near, far, away } = flank;
    for (let cell = near; (far - cell) * away >= 0; cell += away) {
      const left = this.#house.partLeft(side, this.#ticksOf(cell));
      if (left === 1) return;
      if (left < REFILL_BELOW) this.#put(flank, cell, quote);
    }
  }

  #withdraw(flank: Flank, near: number, nowMs: number): void {
    const { side, away } = flank;
    while ((near - flank.near) * away > 0 && (flank.far - flank.near) * away >= 0) {
      this.#house.cancelAt(side, this.#ticksOf(flank.near), nowMs);
      flank.near += away;
    }
    const farthest = near + away * (LEVELS + LEVELS_SLACK - 1);
    while ((flank.far - farthest) * away > 0) {
      this.#house.cancelAt(side, this.#ticksOf(flank.far), nowMs);
      flank.far -= away;
    }
  }

  #extend(flank: Flank, near: number, quote: Quote): void {
    const { away } = flank;
    const isEmpty = (flank.far - flank.near) * away < 0;
    const known = isEmpty ? near + away : flank.near;
    flank.near = near;
    if (isEmpty) flank.far = near;
    for (let cell = known - away; (cell - near) * away >= 0; cell -= away)
      this.#put(flank, cell, quote);
    const farthest = near + away * (LEVELS - 1);
    while ((farthest - flank.far) * away > 0) {
      flank.far += away;
      this.#put(flank, flank.far, quote);
    }
  }

  /** Quotes a cell anew. What a user's resting order can take of it trades at once. */
  #put(flank: Flank, cell: number, quote: Quote): void {
    const ticks = this.#ticksOf(cell);
    if (ticks <= 0) return;
    const growth = 1 + Math.abs(cell - flank.near) * LEVEL_GROWTH;
    const size = (0.5 + mix(this.#sizeSeed, cell) / 4294967296) * growth * quote.depth;
    const lots = Math.max(1, Math.round(this.#spec.levelLots * size));
    this.#house.cancelAt(flank.side, ticks, quote.nowMs);
    this.#house.quote({ side: flank.side, ticks, lots, type: 'LIMIT' }, quote.nowMs);
  }
}
