/** What drives the markets of a world: the seam between the world's clock and a source of prices. */
import type { Engine } from '../engine/engine.ts';
import type { Instrument } from '../engine/types.ts';
import type { CandleBook } from './candleBook.ts';
import type { Market, TapeGrid } from './market.ts';
import type { RecordingGap } from './recordingGaps.ts';

/** Account of the quotes and of the takers that a feed brings. */
export const HOUSE_ACCOUNT = 'house';

/** What a feed needs to know and may touch. */
export interface FeedContext {
  readonly engine: Engine;
  /** The market of an instrument id. */
  market(id: string): Market;
  /** Puts a print on the public tape now. */
  print(
    market: Market,
    print: { ticks: number; volume: number; isTakerBuy: boolean; id?: number },
  ): void;
}

export interface Feed {
  readonly instruments: readonly Instrument[];
  /** Market time the world starts at. */
  readonly startMs: number;
  /** Whether the engine's trades are the public tape (synthetic) or a recording is (replay). */
  readonly isTapeFromEngine: boolean;
  /** Holes in what drives the markets, in order of symbol and time. */
  readonly gaps: readonly RecordingGap[];
  /** Decimals of an instrument's tape. */
  tapeGrid(instrument: Instrument): TapeGrid;
  /** The past of a market, ending at `startMs`. Called once per instrument. */
  history(instrument: Instrument): CandleBook;
  /** Quotes the first book. */
  open(context: FeedContext): void;
  /** Market time of the next event; Infinity when there is none any more. */
  nextAtMs(): number;
  /** Executes the next event. The world's clock stands at its time. */
  runNext(context: FeedContext): void;
  /** Market time after which nothing happens any more; Infinity for a market without end. */
  readonly endMs: number;
  /** Plain JSON that {@link restore} continues from. */
  snapshot(): unknown;
  restore(snapshot: unknown, context: FeedContext): void;
}
