/** Turns a recording into a sequence of prints, one at a time, so that a long recording costs no more memory than its rows. */
import type { CandleRecording, PrintRecording, TradeRecording } from './recording.ts';
import { MINUTE_MS, floorTo } from './timeframes.ts';

/** A recorded print. `id` is 0 where the recording has none. */
export interface RecordedPrint {
  readonly atMs: number;
  readonly ticks: number;
  readonly volume: number;
  readonly isTakerBuy: boolean;
  readonly id: number;
}

/** Where a sequence stands: what a snapshot keeps. */
export interface PrintCursor {
  readonly row: number;
  readonly step: number;
  readonly lastTicks: number;
  readonly isTakerBuy: boolean;
}

const FIRST_PRINT: PrintCursor = { row: 0, step: 0, lastTicks: 0, isTakerBuy: true };

/** One print for about so much market time when a candle is replayed, and at most so many per leg. */
const PRINT_EVERY_MS = 15_000;
const PRINTS_PER_LEG_MAX = 80;
/** Open → first extreme → second extreme → close. */
const LEGS = 3;

/** Prints of a recording in order. The side of an unsigned print follows the tick rule. */
export class Prints {
  readonly recording: PrintRecording;
  #cursor: PrintCursor;
  /** The print at the cursor once it has been looked at. */
  #peeked: RecordedPrint | undefined;

  constructor(recording: PrintRecording, cursor: PrintCursor = FIRST_PRINT) {
    this.recording = recording;
    this.#cursor = cursor;
  }

  /** Prints from the first row that starts at or after `fromMs`. */
  static from(recording: PrintRecording, fromMs: number): Prints {
    const row = rowsBefore(recording.timesMs, fromMs);
    const before = recording.kind === 'candles' ? recording.close : recording.ticks;
    const lastTicks = before[row - 1] ?? 0;
    return new Prints(recording, { ...FIRST_PRINT, row, lastTicks });
  }

  get cursor(): PrintCursor {
    return this.#cursor;
  }

  /** The next print without consuming it; undefined at the end. */
  peek(): RecordedPrint | undefined {
    const { recording } = this;
    if (this.#cursor.row >= recording.rows) return undefined;
    this.#peeked ??=
      recording.kind === 'candles'
        ? candlePrint(recording, this.#cursor)
        : tradePrint(recording, this.#cursor);
    return this.#peeked;
  }

  /** Consumes and returns the next print. */
  next(): RecordedPrint | undefined {
    const print = this.peek();
    if (print === undefined) return undefined;
    this.#peeked = undefined;
    const { row, step } = this.#cursor;
    const isRowDone = step + 1 >= this.#stepsOf(row);
    this.#cursor = {
      row: isRowDone ? row + 1 : row,
      step: isRowDone ? 0 : step + 1,
      lastTicks: print.ticks,
      isTakerBuy: print.isTakerBuy,
    };
    return print;
  }

  #stepsOf(row: number): number {
    return this.recording.kind === 'candles' ? candleSteps(this.recording, row) : 1;
  }
}

/** How many ascending times come before `ms`. */
export function rowsBefore(timesMs: Float64Array, ms: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Market time after which a recording has nothing more to say. */
export function recordingEndMs(recording: PrintRecording): number {
  const lastMs = recording.timesMs[recording.rows - 1] ?? 0;
  return recording.kind === 'candles'
    ? lastMs + recording.intervalMs
    : floorTo(lastMs, MINUTE_MS) + MINUTE_MS;
}

function takerBuyBy(ticks: number, cursor: PrintCursor): boolean {
  return ticks === cursor.lastTicks ? cursor.isTakerBuy : ticks > cursor.lastTicks;
}

function tradePrint(recording: TradeRecording, cursor: PrintCursor): RecordedPrint {
  const { row } = cursor;
  const ticks = recording.ticks[row] ?? 0;
  const side = recording.takerSides[row] ?? 0;
  return {
    atMs: recording.timesMs[row] ?? 0,
    ticks,
    volume: recording.volume[row] ?? 0,
    isTakerBuy: side === 0 ? takerBuyBy(ticks, cursor) : side > 0,
    id: recording.ids[row] ?? 0,
  };
}

function isFlat(recording: CandleRecording, row: number): boolean {
  return recording.volume[row] === 0 && recording.high[row] === recording.low[row];
}

/** How many prints a candle becomes: 3k + 1, so that the legs meet exactly in the extremes. */
function candleSteps(recording: CandleRecording, row: number): number {
  if (isFlat(recording, row)) return 1;
  const perLeg = Math.round(recording.intervalMs / PRINT_EVERY_MS / LEGS);
  return LEGS * Math.min(PRINTS_PER_LEG_MAX, Math.max(1, perLeg)) + 1;
}

/**
 * Print `cursor.step` of a candle. The path is open → low → high → close for a rising candle and
 * open → high → low → close for a falling one; the volume is spread evenly and sums to the candle's exactly.
 */
function candlePrint(recording: CandleRecording, cursor: PrintCursor): RecordedPrint {
  const { row, step } = cursor;
  const steps = candleSteps(recording, row);
  const ticks = pathTicks(recording, row, steps === 1 ? 0 : (step * LEGS) / (steps - 1));
  const volume = recording.volume[row] ?? 0;
  return {
    atMs: (recording.timesMs[row] ?? 0) + Math.floor((step * recording.intervalMs) / steps),
    ticks,
    volume: Math.floor(volume / steps) + (step < volume % steps ? 1 : 0),
    isTakerBuy: takerBuyBy(ticks, cursor),
    id: 0,
  };
}

function pathTicks(recording: CandleRecording, row: number, position: number): number {
  const open = recording.open[row] ?? 0;
  const high = recording.high[row] ?? 0;
  const low = recording.low[row] ?? 0;
  const close = recording.close[row] ?? 0;
  const path = close >= open ? [open, low, high, close] : [open, high, low, close];
  const leg = Math.min(LEGS - 1, Math.floor(position + 1e-9));
  const from = path[leg] ?? open;
  const to = path[leg + 1] ?? close;
  return Math.round(from + (to - from) * (position - leg));
}
