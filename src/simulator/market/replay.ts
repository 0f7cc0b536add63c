/**
 * Replay of recorded markets: one file of candles or trades per symbol, and optionally one of best quotes, merged by time.
 * Events of the same moment come in the order of the files, so that a replay is the same every time.
 */
import type { Instrument } from '../engine/types.ts';
import { makeInstrument } from '../engine/types.ts';
import type { CandleBook } from './candleBook.ts';
import type { Feed, FeedContext } from './feed.ts';
import type { TapeGrid } from './market.ts';
import { recordingEndMs } from './prints.ts';
import type { QuoteRecording } from './recordedQuotes.ts';
import type { PrintRecording, Recording } from './recording.ts';
import { readRecording } from './recording.ts';
import type { RecordingGap } from './recordingGaps.ts';
import { describeGap } from './recordingGaps.ts';
import { RecordingError } from './recordingLines.ts';
import type { SymbolRecording, SymbolReplayState } from './symbolReplay.ts';
import { SymbolReplay, earliestStartMs, readPast, tapeGridOf } from './symbolReplay.ts';
import { MINUTE_MS } from './timeframes.ts';

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

/** A recorded file; `symbol` such as `BTC/USDT` when its name does not tell. */
export interface RecordedFile {
  readonly file: string;
  readonly symbol?: string;
}

/** What a replay plays. */
export interface ReplayOptions {
  /** One file of candles or trades per symbol; a file of quotes beside it gives the house's best bid and ask. */
  readonly files: readonly RecordedFile[];
  /** Refuses a recording with a gap instead of passing it as a market without prints. */
  readonly isStrict?: boolean;
}

export class ReplayFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly startMs: number;
  readonly endMs: number;
  readonly isTapeFromEngine = false;
  /** Holes in the recordings. */
  readonly gaps: readonly RecordingGap[];
  readonly #recordings: readonly SymbolRecording[];
  readonly #historyBars: number;
  #symbols: readonly SymbolReplay[] = [];
  /** The symbol whose event is next. */
  #next: SymbolReplay | undefined;

  /** @throws RecordingError when a file is not a recording, its symbol is not known, or the files do not go together. */
  constructor(options: ReplayOptions & { readonly historyBars: number }) {
    const { files, historyBars, isStrict = false } = options;
    this.#historyBars = historyBars;
    this.#recordings = symbolsOf(files);
    this.instruments = this.#recordings.map(({ instrument }) => instrument);
    this.gaps = this.#recordings.flatMap(({ prints, quotes }) => [
      ...prints.gaps,
      ...(quotes?.gaps ?? []),
    ]);
    const [gap] = this.gaps;
    if (isStrict && gap !== undefined) throw gapError(gap, this.gaps.length);
    this.startMs = commonStartMs(this.#recordings, historyBars);
    const ends = this.#recordings.map(({ prints }) => recordingEndMs(prints));
    this.endMs = Math.max(...ends);
    refuseDisjoint(this.#recordings, this.startMs);
  }

  tapeGrid(instrument: Instrument): TapeGrid {
    return tapeGridOf(this.#recordingOf(instrument));
  }

  history(instrument: Instrument): CandleBook {
    return readPast(this.#recordingOf(instrument), this.startMs, this.#historyBars);
  }

  open(context: FeedContext): void {
    this.#symbols = this.#makeSymbols(context);
    for (const symbol of this.#symbols) symbol.open(context, this.startMs);
    this.#findNext();
  }

  nextAtMs(): number {
    return this.#next?.nextAtMs ?? Infinity;
  }

  runNext(context: FeedContext): void {
    this.#next?.runNext(context);
    this.#findNext();
  }

  snapshot(): readonly SymbolReplayState[] {
    return this.#symbols.map((symbol) => symbol.state());
  }

  restore(snapshot: unknown, context: FeedContext): void {
    const states = snapshot as readonly SymbolReplayState[];
    this.#symbols = this.#makeSymbols(context);
    for (const [index, symbol] of this.#symbols.entries()) {
      const state = states[index];
      if (state === undefined) throw new Error('the saved world has fewer symbols than asked for');
      symbol.restore(state);
    }
    this.#findNext();
  }

  #findNext(): void {
    let next: SymbolReplay | undefined;
    for (const symbol of this.#symbols) {
      if (symbol.nextAtMs < (next?.nextAtMs ?? Infinity)) next = symbol;
    }
    this.#next = next;
  }

  #makeSymbols(context: FeedContext): SymbolReplay[] {
    return this.#recordings.map((recording) => new SymbolReplay(context, recording, this.startMs));
  }

  #recordingOf({ id }: Instrument): PrintRecording {
    const found = this.#recordings.find(({ instrument }) => instrument.id === id);
    if (found === undefined) throw new Error(`no recording of ${id}`);
    return found.prints;
  }
}

interface Pair {
  readonly base: string;
  readonly quote: string;
}

/** Puts files together by symbol, in the order of their first appearance. */
function symbolsOf(files: readonly RecordedFile[]): SymbolRecording[] {
  if (files.length === 0) throw new Error('a replay needs at least one recorded file, got none');
  const prints = new Map<string, { pair: Pair; recording: PrintRecording }>();
  const quotes = new Map<string, QuoteRecording>();
  for (const { file, symbol } of files) {
    const pair = pairOf(file, symbol);
    const id = pair.base + pair.quote;
    const recording = readRecording(file);
    const earlier = recording.kind === 'quotes' ? quotes.get(id) : prints.get(id)?.recording;
    if (earlier !== undefined) throw secondFileError(recording, id, earlier.file);
    if (recording.kind === 'quotes') quotes.set(id, recording);
    else prints.set(id, { pair, recording });
  }
  for (const [id, { file }] of quotes) {
    if (!prints.has(id)) {
      throw new RecordingError(
        file,
        0,
        `quotes of ${id} without prints; add a file of its trades or candles`,
      );
    }
  }
  return [...prints].map(([id, { pair, recording }]) => ({
    instrument: instrumentOf(pair, recording),
    prints: recording,
    quotes: quotes.get(id),
  }));
}

function secondFileError(recording: Recording, id: string, earlier: string): RecordingError {
  const kind = recording.kind === 'quotes' ? 'quotes' : 'prints';
  return new RecordingError(
    recording.file,
    0,
    `${kind} of ${id} are given already by ${earlier}; expected one file of candles or trades and at most one of quotes per symbol`,
  );
}

function gapError(gap: RecordingGap, count: number): RecordingError {
  const more = count > 1 ? `, and ${String(count - 1)} more gaps` : '';
  return new RecordingError(
    gap.file,
    gap.line,
    `${describeGap(gap).slice(`${gap.file}:${String(gap.line)}: `.length)}${more}; give a recording without gaps, or do not ask for strict`,
  );
}

/** When every symbol has its past behind it, on the grid of all candles, so that no bar is cut in two. */
function commonStartMs(recordings: readonly SymbolRecording[], historyBars: number): number {
  let startMs = Math.max(...recordings.map(({ prints }) => earliestStartMs(prints, historyBars)));
  const intervals = recordings.flatMap(({ prints }) =>
    prints.kind === 'candles' ? [prints.intervalMs] : [],
  );
  const stepMs = Math.max(MINUTE_MS, ...intervals);
  startMs = Math.ceil(startMs / stepMs) * stepMs;
  while (intervals.some((intervalMs) => startMs % intervalMs !== 0)) startMs += stepMs;
  return startMs;
}

function refuseDisjoint(recordings: readonly SymbolRecording[], startMs: number): void {
  for (const { prints } of recordings) {
    const endMs = recordingEndMs(prints);
    if (endMs > startMs) continue;
    throw new RecordingError(
      prints.file,
      0,
      `ends at ${new Date(endMs).toISOString()}, before the replay starts at ${new Date(startMs).toISOString()}; the recordings of one replay must overlap in time`,
    );
  }
}

function instrumentOf({ base, quote }: Pair, recording: PrintRecording): Instrument {
  const priceDecimals = orderPriceDecimals(recording);
  return makeInstrument({
    base,
    quote,
    priceDecimals,
    lotDecimals: Math.min(recording.volumeDecimals, ASSET_DECIMALS - priceDecimals),
    minNotional: MIN_NOTIONAL[quote] ?? MIN_NOTIONAL_DEFAULT,
  });
}

/**
 * Decimals of the prices users may give: the recording's, unless they are so fine for the size of its prices
 * that too few would be left for quantities.
 */
function orderPriceDecimals(recording: PrintRecording): number {
  const ticks = (recording.kind === 'candles' ? recording.close : recording.ticks)[0] ?? 1;
  const spare = Math.ceil(Math.log10(ticks / ORDER_TICKS_MAX));
  return Math.max(0, recording.priceDecimals - Math.max(0, spare));
}

/** Base and quote of a recording: from the given symbol (`BTC/USDT` or `BTCUSDT`), else from the file's name. */
function pairOf(file: string, symbol: string | undefined): Pair {
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
