/**
 * Replay of one symbol. The recording is the public tape, digit for digit, whatever users do. Each print is also injected
 * into the engine as a house taker: a resting user order fills when the print goes through its price, or at its price only
 * after the volume queued ahead of it, and never for more than the print's volume.
 * The house quotes a book for users' takers to trade against: the recorded best quotes where there are any, else a spread
 * around the last print. It never trades with a resting order by quoting, and never withdraws volume that a user waits behind
 * unless a print has gone through it.
 */
import type { Book } from '../engine/book.ts';
import type { Instrument, Side } from '../engine/types.ts';
import { CandleBook } from './candleBook.ts';
import type { FeedContext } from './feed.ts';
import { HouseQuotes } from './house.ts';
import type { TapeGrid } from './market.ts';
import type { PrintCursor, RecordedPrint } from './prints.ts';
import { Prints, recordingEndMs, rowsBefore } from './prints.ts';
import type { QuoteRecording } from './recordedQuotes.ts';
import type { PrintRecording } from './recording.ts';
import { MINUTE_MS, floorTo } from './timeframes.ts';

/** House price levels per side, their distance and the spread, as parts of the price. */
const LEVELS = 10;
/** Past touches linger as levels; no more than so many in all. */
const LEVELS_MAX = 30;
const LEVEL_GAP = 0.0001;
const SPREAD = 0.00005;
/** A house level holds this many average prints. */
const LEVEL_PRINTS = 5;

/** A symbol and what was recorded of it. */
export interface SymbolRecording {
  readonly instrument: Instrument;
  readonly prints: PrintRecording;
  readonly quotes: QuoteRecording | undefined;
}

/** Where one symbol's replay stands, as plain JSON. */
export interface SymbolReplayState {
  readonly prints: PrintCursor;
  readonly quoteRow: number;
}

/** What the house should offer at the top of a side; `lots` undefined for its usual size. */
interface Top {
  readonly ticks: number;
  readonly lots: number | undefined;
}

export class SymbolReplay {
  readonly instrument: Instrument;
  readonly #recording: PrintRecording;
  readonly #quotes: QuoteRecording | undefined;
  readonly #levelLots: number;
  readonly #house: HouseQuotes;
  #prints: Prints;
  #quoteRow: number;

  /** Starts with the first event at or after `startMs`. */
  constructor(context: FeedContext, recording: SymbolRecording, startMs: number) {
    const { instrument, prints, quotes } = recording;
    this.instrument = instrument;
    this.#recording = prints;
    this.#quotes = quotes;
    this.#levelLots = Math.max(1, Math.round(this.#toLots(averagePrint(prints)) * LEVEL_PRINTS));
    this.#house = new HouseQuotes(context.engine, instrument);
    this.#prints = Prints.from(prints, startMs);
    this.#quoteRow = quotes === undefined ? 0 : rowsBefore(quotes.timesMs, startMs);
  }

  /** Quotes the first book: the last quote before the start, or one around the last price. */
  open(context: FeedContext, nowMs: number): void {
    if (this.#quoteRow > 0) this.#quoteRecorded(this.#quoteRow - 1, nowMs);
    else this.#quoteAround(context.market(this.instrument.id).lastOrderTicks, true, nowMs);
  }

  /** Market time of the next print or quote; Infinity when there is none any more. */
  get nextAtMs(): number {
    return Math.min(this.#prints.peek()?.atMs ?? Infinity, this.#nextQuoteMs());
  }

  /** Executes the next print or quote; of the same moment the print comes first, since quotes say what it left. */
  runNext(context: FeedContext): void {
    const quoteMs = this.#nextQuoteMs();
    const next = this.#prints.peek();
    const { flow } = context.market(this.instrument.id);
    if (next !== undefined && next.atMs <= quoteMs) {
      this.#prints.next();
      if (flow === 'normal') this.#runPrint(context, next);
    } else if (quoteMs < Infinity) {
      if (flow !== 'still') this.#quoteRecorded(this.#quoteRow, quoteMs);
      this.#quoteRow += 1;
    }
  }

  state(): SymbolReplayState {
    return { prints: this.#prints.cursor, quoteRow: this.#quoteRow };
  }

  /** Continues from a state in an engine whose book has been restored. */
  restore(state: SymbolReplayState): void {
    this.#prints = new Prints(this.#recording, state.prints);
    this.#quoteRow = state.quoteRow;
    this.#house.adopt();
  }

  /** Whether recorded quotes have begun and go on. */
  #hasQuotes(): boolean {
    return this.#quoteRow > 0 && this.#nextQuoteMs() < Infinity;
  }

  #nextQuoteMs(): number {
    return this.#quotes?.timesMs[this.#quoteRow] ?? Infinity;
  }

  #runPrint(context: FeedContext, print: RecordedPrint): void {
    const market = context.market(this.instrument.id);
    this.#inject(print);
    const { ticks, volume, isTakerBuy, id, atMs } = print;
    context.print(
      market,
      id > 0 ? { ticks, volume, isTakerBuy, id } : { ticks, volume, isTakerBuy },
    );
    const orderTicks = Math.max(1, market.lastOrderTicks);
    if (!this.#hasQuotes()) this.#quoteAround(orderTicks, isTakerBuy, atMs);
    if (volume > 0) context.engine.onLastPrice(this.instrument.id, orderTicks, atMs);
  }

  /** Whole lots in a volume of the tape. */
  #toLots(volume: number): number {
    return Math.floor(
      volume / 10 ** (this.#recording.volumeDecimals - this.instrument.lotDecimals),
    );
  }

  /**
   * Lets a print meet the book. House quotes that the print has gone through are withdrawn first, so that only users'
   * better-priced orders stand before it; what rests at the print's own price is met in its queue.
   */
  #inject(print: RecordedPrint): void {
    const house = this.#house;
    const { atMs, isTakerBuy } = print;
    const unit = 10 ** (this.#recording.priceDecimals - this.instrument.priceDecimals);
    // The order prices just below, at and just above the print; between two order prices nothing is "at".
    const below = Math.ceil(print.ticks / unit) - 1;
    const above = Math.floor(print.ticks / unit) + 1;
    const at = above - 1;
    const isOnGrid = at > below;
    house.cancelWhere('BUY', (ticks) => ticks >= above, atMs);
    house.cancelWhere('SELL', (ticks) => ticks <= below, atMs);
    if (isOnGrid) this.#leave(isTakerBuy ? 'BUY' : 'SELL', at, atMs);
    let left = this.#toLots(print.volume);
    left -= house.take('BUY', below, left, atMs);
    left -= house.take('SELL', above, left, atMs);
    if (isOnGrid) house.take(isTakerBuy ? 'BUY' : 'SELL', at, left, atMs);
  }

  /** Withdraws the quote at a price where nobody waits behind it. */
  #leave(side: Side, ticks: number, nowMs: number): void {
    if (!this.#house.isWaitedBehind(side, ticks)) this.#house.cancelAt(side, ticks, nowMs);
  }

  /** Quotes what was recorded, on the grid users trade on: rounded away from the other side. */
  #quoteRecorded(row: number, nowMs: number): void {
    const quotes = this.#quotes;
    if (quotes === undefined) return;
    const finer = quotes.priceDecimals - this.instrument.priceDecimals;
    const lots = (size = 0): number =>
      Math.max(1, Math.floor(size * 10 ** this.instrument.lotDecimals));
    const bid = Math.floor(scaleDown(quotes.bid[row] ?? 0, finer));
    const ask = Math.ceil(scaleDown(quotes.ask[row] ?? 0, finer));
    // Both sides make room before either moves, so that neither stands in the other's way.
    this.#clear('BUY', (ticks) => ticks > bid, nowMs);
    this.#clear('SELL', (ticks) => ticks < ask, nowMs);
    this.#quoteSide('BUY', { ticks: bid, lots: lots(quotes.bidSize[row]) }, nowMs);
    this.#quoteSide('SELL', { ticks: ask, lots: lots(quotes.askSize[row]) }, nowMs);
  }

  /** Quotes the levels around a print that are missing, never crossing a user's order. */
  #quoteAround(ticks: number, isTakerBuy: boolean, nowMs: number): void {
    const spread = Math.max(1, Math.round(ticks * SPREAD));
    const bid = isTakerBuy ? ticks - spread : ticks;
    this.#quoteSide('BUY', { ticks: bid, lots: undefined }, nowMs);
    const ask = isTakerBuy ? ticks : ticks + spread;
    this.#quoteSide('SELL', { ticks: ask, lots: undefined }, nowMs);
  }

  #quoteSide(side: Side, top: Top, nowMs: number): void {
    const house = this.#house;
    const best = behindOpposite(house.book, side, top.ticks);
    // A power of two, so that the grid, and with it the queues, survive all but large moves.
    const gap = 2 ** Math.max(0, Math.round(Math.log2(best * LEVEL_GAP)));
    const away = side === 'BUY' ? -1 : 1;
    const reach = LEVELS * gap;
    this.#clear(side, (price) => (price - best) * away > reach || (price - best) * away < 0, nowMs);
    if (top.lots !== undefined && house.lotsAt(side, best) !== top.lots)
      this.#leave(side, best, nowMs);
    this.#offer(side, best, top.lots ?? this.#levelLots, nowMs);
    for (let level = 1; level < LEVELS; level += 1) {
      const ticks = (Math.round(best / gap) + level * away) * gap;
      if ((ticks - best) * away > 0) this.#offer(side, ticks, this.#levelLots, nowMs);
    }
    house.trim(side, LEVELS_MAX, nowMs);
  }

  /** Rests a quote at a price where the house has none. */
  #offer(side: Side, ticks: number, lots: number, nowMs: number): void {
    if (ticks > 0 && this.#house.lotsAt(side, ticks) === 0)
      this.#house.quote({ side, ticks, lots, type: 'LIMIT_MAKER' }, nowMs);
  }

  /** Withdraws the quotes of a side that are stale and that nobody waits behind. */
  #clear(side: Side, isStale: (ticks: number) => boolean, nowMs: number): void {
    const house = this.#house;
    house.cancelWhere(side, (ticks) => isStale(ticks) && !house.isWaitedBehind(side, ticks), nowMs);
  }
}

/** A price of a side that does not cross: a user's order that outlives a print through its price keeps the house behind it. */
function behindOpposite(book: Book, side: Side, ticks: number): number {
  const opposite = book.opposite(side).best()?.ticks;
  if (opposite === undefined) return ticks;
  return side === 'BUY' ? Math.min(ticks, opposite - 1) : Math.max(ticks, opposite + 1);
}

/** An integer without its last `decimals` digits as a fraction; with so many zeros more when negative, then exactly. */
function scaleDown(value: number, decimals: number): number {
  return decimals < 0 ? value * 10 ** -decimals : value / 10 ** decimals;
}

/** Average volume of the recording's prints. */
function averagePrint(recording: PrintRecording): number {
  let total = 0;
  for (const volume of recording.volume) total += volume;
  const perRow = total / recording.rows;
  return recording.kind === 'candles'
    ? perRow / Math.max(4, recording.intervalMs / 15_000)
    : perRow;
}

/**
 * Market time at which a recording has `historyBars` rows of candles or minutes of trades behind it;
 * at least half of it stays live.
 */
export function earliestStartMs(recording: PrintRecording, historyBars: number): number {
  if (recording.kind === 'candles') {
    const row = Math.min(historyBars, Math.floor(recording.rows / 2));
    return recording.timesMs[row] ?? 0;
  }
  const firstMs = floorTo(recording.timesMs[0] ?? 0, MINUTE_MS);
  const minutes = Math.floor((recordingEndMs(recording) - firstMs) / MINUTE_MS);
  return firstMs + Math.min(historyBars, Math.floor(minutes / 2)) * MINUTE_MS;
}

/** Reads the bars before `startMs`: at most `historyBars` rows of candles or minutes of trades. */
export function readPast(
  recording: PrintRecording,
  startMs: number,
  historyBars: number,
): CandleBook {
  const barMs = recording.kind === 'candles' ? recording.intervalMs : MINUTE_MS;
  const prints = Prints.from(recording, startMs - historyBars * barMs);
  const first = prints.peek();
  const candles = new CandleBook(Math.min(first?.atMs ?? startMs, startMs), first?.ticks ?? 1);
  for (
    let print = prints.peek();
    print !== undefined && print.atMs < startMs;
    print = prints.peek()
  ) {
    closeMinutesUntil(candles, print.atMs);
    candles.print(print);
    prints.next();
  }
  closeMinutesUntil(candles, startMs);
  return candles;
}

function closeMinutesUntil(candles: CandleBook, nowMs: number): void {
  while (candles.forming.openMs + MINUTE_MS <= nowMs) candles.closeMinute();
}

/** The grid of a recording's tape. */
export function tapeGridOf({ priceDecimals, volumeDecimals }: PrintRecording): TapeGrid {
  return { priceDecimals, volumeDecimals };
}
