/**
 * Replay of a recorded market. The recording is the public tape, digit for digit, whatever users do. Each print is
 * also injected into the engine as a house taker: a resting user order fills when the print goes through its price,
 * or at its price only after the volume queued ahead of it, and never for more than the print's volume.
 * Around the last print the house quotes a book for users' takers to trade against; that is the users' private tape.
 */
import type { Book } from '../engine/book.ts';
import type { Instrument, Side } from '../engine/types.ts';
import { makeInstrument } from '../engine/types.ts';
import { CandleBook } from './candleBook.ts';
import type { Feed, FeedContext } from './feed.ts';
import { HouseQuotes } from './house.ts';
import type { TapeGrid } from './market.ts';
import type { PrintCursor, RecordedPrint } from './prints.ts';
import { Prints, recordingEndMs } from './prints.ts';
import type { Recording } from './recording.ts';
import { RecordingError } from './recording.ts';
import { MINUTE_MS, floorTo } from './timeframes.ts';

/** House price levels per side, their distance and the spread, as parts of the price. */
const LEVELS = 10;
/** Past touches linger as levels; no more than so many in all. */
const LEVELS_MAX = 30;
const LEVEL_GAP = 0.0001;
const SPREAD = 0.00005;
/** A house level holds this many average prints. */
const LEVEL_PRINTS = 5;
/** A price of more ticks than this is finer than users need. */
const ORDER_TICKS_MAX = 100_000_000;
const ASSET_DECIMALS = 8;

/** Smallest notional by quote asset, in atoms; 5 units for any other. */
const MIN_NOTIONAL: Readonly<Record<string, bigint>> = {
  BTC: 10_000n,
  ETH: 100_000n,
  BNB: 500_000n,
};
const MIN_NOTIONAL_DEFAULT = 500_000_000n;

/** Quote assets recognised in a symbol without separator. */
const QUOTES = ['USDT', 'USDC', 'BUSD', 'FDUSD', 'USD', 'EUR', 'BTC', 'ETH', 'BNB'] as const;

export class ReplayFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly startMs: number;
  readonly endMs: number;
  readonly isTapeFromEngine = false;
  readonly #recording: Recording;
  readonly #instrument: Instrument;
  readonly #levelLots: number;
  #prints: Prints;
  #history: CandleBook | undefined;
  #house: HouseQuotes | undefined;

  /** @throws RecordingError when the recording is too short or its symbol is not known. */
  constructor(options: { recording: Recording; symbol: string | undefined; historyBars: number }) {
    const { recording } = options;
    const { base, quote } = pairOf(recording.file, options.symbol);
    const priceDecimals = orderPriceDecimals(recording);
    const lotDecimals = Math.min(recording.volumeDecimals, ASSET_DECIMALS - priceDecimals);
    this.#recording = recording;
    this.#instrument = makeInstrument({
      base,
      quote,
      priceDecimals,
      lotDecimals,
      minNotional: MIN_NOTIONAL[quote] ?? MIN_NOTIONAL_DEFAULT,
    });
    this.instruments = [this.#instrument];
    this.startMs = startOf(recording, options.historyBars);
    this.endMs = recordingEndMs(recording);
    this.#prints = new Prints(recording);
    this.#history = readHistory(this.#prints, this.startMs);
    this.#levelLots = Math.max(1, Math.round(this.#toLots(averagePrint(recording)) * LEVEL_PRINTS));
  }

  tapeGrid(): TapeGrid {
    return this.#recording;
  }

  history(): CandleBook {
    const history = this.#history;
    if (history === undefined) throw new Error('the history of a replay is handed out once');
    this.#history = undefined;
    return history;
  }

  open(context: FeedContext): void {
    this.#house = new HouseQuotes(context.engine, this.#instrument);
    const { lastOrderTicks } = context.market(this.#instrument.id);
    this.#quoteAround(lastOrderTicks, true, this.startMs);
  }

  nextAtMs(): number {
    return this.#prints.peek()?.atMs ?? Infinity;
  }

  runNext(context: FeedContext): void {
    const print = this.#prints.next();
    if (print === undefined) return;
    const market = context.market(this.#instrument.id);
    this.#inject(print);
    const { ticks, volume, isTakerBuy, id } = print;
    context.print(
      market,
      id > 0 ? { ticks, volume, isTakerBuy, id } : { ticks, volume, isTakerBuy },
    );
    this.#quoteAround(Math.max(1, market.lastOrderTicks), isTakerBuy, print.atMs);
  }

  snapshot(): PrintCursor {
    return this.#prints.cursor;
  }

  restore(snapshot: unknown, context: FeedContext): void {
    this.#prints = new Prints(this.#recording, snapshot as PrintCursor);
    this.#house = new HouseQuotes(context.engine, this.#instrument);
    this.#house.adopt();
  }

  /** Whole lots in a volume of the tape. */
  #toLots(volume: number): number {
    return Math.floor(
      volume / 10 ** (this.#recording.volumeDecimals - this.#instrument.lotDecimals),
    );
  }

  /**
   * Lets a print meet the book. House quotes that the print has gone through are withdrawn first, so that only users'
   * better-priced orders stand before it; what rests at the print's own price is met in its queue.
   */
  #inject(print: RecordedPrint): void {
    const house = this.#openHouse();
    const { atMs, isTakerBuy } = print;
    const unit = 10 ** (this.#recording.priceDecimals - this.#instrument.priceDecimals);
    // The order prices just below, at and just above the print; between two order prices nothing is "at".
    const below = Math.ceil(print.ticks / unit) - 1;
    const above = Math.floor(print.ticks / unit) + 1;
    const at = above - 1;
    const isOnGrid = at > below;
    house.cancelWhere('BUY', (ticks) => ticks >= above || (isTakerBuy && ticks > below), atMs);
    house.cancelWhere('SELL', (ticks) => ticks <= below || (!isTakerBuy && ticks < above), atMs);
    let left = this.#toLots(print.volume);
    left -= house.take('BUY', below, left, atMs);
    left -= house.take('SELL', above, left, atMs);
    if (isOnGrid) house.take(isTakerBuy ? 'BUY' : 'SELL', at, left, atMs);
  }

  /** Quotes the levels around a print that are missing, never crossing a user's order. */
  #quoteAround(ticks: number, isTakerBuy: boolean, nowMs: number): void {
    const spread = Math.max(1, Math.round(ticks * SPREAD));
    const bid = isTakerBuy ? ticks - spread : ticks;
    this.#quoteSide('BUY', bid, nowMs);
    this.#quoteSide('SELL', isTakerBuy ? ticks : ticks + spread, nowMs);
  }

  #quoteSide(side: Side, wanted: number, nowMs: number): void {
    const house = this.#openHouse();
    const best = behindOpposite(house.book, side, wanted);
    // A power of two, so that the grid, and with it the queues, survive all but large moves.
    const gap = 2 ** Math.max(0, Math.round(Math.log2(best * LEVEL_GAP)));
    const away = side === 'BUY' ? -1 : 1;
    const reach = LEVELS * gap;
    house.cancelWhere(
      side,
      (price) => (price - best) * away > reach || (price - best) * away < 0,
      nowMs,
    );
    for (let level = 0; level < LEVELS; level += 1) {
      const ticks = level === 0 ? best : (Math.round(best / gap) + level * away) * gap;
      if (ticks <= 0 || (level > 0 && (ticks - best) * away <= 0) || house.lotsAt(side, ticks) > 0)
        continue;
      house.quote({ side, ticks, lots: this.#levelLots, type: 'LIMIT_MAKER' }, nowMs);
    }
    house.trim(side, LEVELS_MAX, nowMs);
  }

  #openHouse(): HouseQuotes {
    if (this.#house === undefined) throw new Error('the feed is not open');
    return this.#house;
  }
}

/** A price of a side that does not cross: a user's order that outlives a print through its price keeps the house behind it. */
function behindOpposite(book: Book, side: Side, ticks: number): number {
  const opposite = book.opposite(side).best()?.ticks;
  if (opposite === undefined) return ticks;
  return side === 'BUY' ? Math.min(ticks, opposite - 1) : Math.max(ticks, opposite + 1);
}

/**
 * Decimals of the prices users may give: the recording's, unless they are so fine for the size of its prices
 * that too few would be left for quantities.
 */
function orderPriceDecimals(recording: Recording): number {
  const ticks = (recording.kind === 'candles' ? recording.close : recording.ticks)[0] ?? 1;
  const spare = Math.ceil(Math.log10(ticks / ORDER_TICKS_MAX));
  return Math.max(0, recording.priceDecimals - Math.max(0, spare));
}

/** Base and quote of a recording: from the given symbol (`BTC/USDT` or `BTCUSDT`), else from the file's name. */
function pairOf(file: string, symbol: string | undefined): { base: string; quote: string } {
  const name =
    symbol ?? /(?:^|[/_-])([A-Z0-9]{5,14})_/.exec(file.slice(file.lastIndexOf('/') + 1))?.[1] ?? '';
  const [base, quote] = name.split('/');
  if (base !== undefined && base !== '' && quote !== undefined && quote !== '')
    return { base, quote };
  const known = QUOTES.find(
    (candidate) => name.endsWith(candidate) && name.length > candidate.length,
  );
  if (known === undefined) {
    throw new RecordingError(
      file,
      0,
      'the file name does not tell the symbol; give one such as "BTC/USDT"',
    );
  }
  return { base: name.slice(0, -known.length), quote: known };
}

/**
 * When the live part starts: after `historyBars` rows of candles or minutes of trades, but at least
 * half of the recording stays live.
 */
function startOf(recording: Recording, historyBars: number): number {
  if (recording.kind === 'candles') {
    const row = Math.min(historyBars, Math.floor(recording.rows / 2));
    return recording.timesMs[row] ?? 0;
  }
  const firstMs = floorTo(recording.timesMs[0] ?? 0, MINUTE_MS);
  const minutes = Math.floor((recordingEndMs(recording) - firstMs) / MINUTE_MS);
  return firstMs + Math.min(historyBars, Math.floor(minutes / 2)) * MINUTE_MS;
}

/** Reads the prints before `startMs` into bars. */
function readHistory(prints: Prints, startMs: number): CandleBook {
  const first = prints.peek();
  if (first === undefined)
    throw new RecordingError(prints.recording.file, 2, 'no rows; expected at least one');
  const candles = new CandleBook(Math.min(first.atMs, startMs), first.ticks);
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

/** Average volume of the recording's prints. */
function averagePrint(recording: Recording): number {
  let total = 0;
  for (const volume of recording.volume) total += volume;
  const perRow = total / recording.rows;
  return recording.kind === 'candles'
    ? perRow / Math.max(4, recording.intervalMs / 15_000)
    : perRow;
}
