/**
 * Reads recorded markets: candles (`timestamp_ms,open,high,low,close,volume`) or trades
 * (`timestamp_ms,price,amount,side,id`), plain or gzipped, ascending in time. Numbers become exact integers
 * on a grid derived from the file's own decimals. Anything else is refused with file, line and what was expected.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ASSET_DECIMALS, decimalsOf } from '../engine/amounts.ts';
import { MINUTE_MS } from './timeframes.ts';

/** Largest recording read, unpacked. */
const FILE_BYTES_MAX = 1 << 29;
/** Most rows read. */
const ROWS_MAX = 5_000_000;

const CANDLE_HEADER = 'timestamp_ms,open,high,low,close,volume';
const TRADE_HEADER = 'timestamp_ms,price,amount,side,id';

interface Grid {
  readonly file: string;
  readonly rows: number;
  readonly timesMs: Float64Array;
  readonly priceDecimals: number;
  readonly volumeDecimals: number;
}

/** Candles in ticks and volume units. `intervalMs` is the smallest distance of two rows. */
export interface CandleRecording extends Grid {
  readonly kind: 'candles';
  readonly intervalMs: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Trades in ticks and volume units. `takerSides`: 1 buy, -1 sell, 0 unknown; `ids`: 0 where unknown. */
export interface TradeRecording extends Grid {
  readonly kind: 'trades';
  readonly ticks: Float64Array;
  readonly volume: Float64Array;
  readonly takerSides: Int8Array;
  readonly ids: Float64Array;
}

export type Recording = CandleRecording | TradeRecording;

/** A recording that cannot be replayed; the message names file, line and what was expected. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';

  constructor(file: string, line: number, problem: string) {
    super(line > 0 ? `${file}:${String(line)}: ${problem}` : `${file}: ${problem}`);
  }
}

/** @throws RecordingError for a file that is missing, unreadable or not in one of the two formats. */
export function readRecording(file: string): Recording {
  const text = readText(file);
  const headerEnd = text.indexOf('\n');
  const header = (headerEnd < 0 ? text : text.slice(0, headerEnd)).replace(/\r$/, '');
  if (header !== CANDLE_HEADER && header !== TRADE_HEADER) {
    throw new RecordingError(
      file,
      1,
      `unknown header "${header.slice(0, 80)}", expected "${CANDLE_HEADER}" or "${TRADE_HEADER}"`,
    );
  }
  const lines = new Lines(file, text, headerEnd + 1);
  return header === CANDLE_HEADER ? readCandles(lines) : readTrades(lines);
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isGzip ? gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX }) : bytes).toString(
      'utf8',
    );
  } catch (error) {
    throw new RecordingError(
      file,
      0,
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The data lines of a file, walked several times without keeping them all as objects. */
class Lines {
  readonly file: string;
  readonly #text: string;
  readonly #from: number;

  constructor(file: string, text: string, from: number) {
    this.file = file;
    this.#text = text;
    this.#from = from === 0 ? text.length : from;
  }

  /** Calls `visit` with the fields of each line and its 1-based number; returns how many there were. */
  each(
    columns: number,
    visit: (fields: readonly string[], line: number, row: number) => void,
  ): number {
    let row = 0;
    let start = this.#from;
    while (start < this.#text.length) {
      const end = this.#text.indexOf('\n', start);
      const line = this.#text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
      start = end < 0 ? this.#text.length : end + 1;
      const number = row + 2;
      const fields = line.split(',');
      if (fields.length !== columns) {
        this.fail(
          number,
          `expected ${String(columns)} comma-separated fields, got "${line.slice(0, 80)}"`,
        );
      }
      if (row >= ROWS_MAX) this.fail(number, `more than ${String(ROWS_MAX)} rows; split the file`);
      visit(fields, number, row);
      row += 1;
    }
    return row;
  }

  fail(line: number, problem: string): never {
    throw new RecordingError(this.file, line, problem);
  }
}

interface Field {
  readonly text: string | undefined;
  readonly decimals: number;
}

const PLAIN_NUMBER = /^\d+(?:\.\d+)?$/;
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** Decimals that a set of columns needs, over all rows. */
function decimalsNeeded(
  lines: Lines,
  columns: number,
  priced: readonly number[],
  volumeAt: number,
): [number, number, number] {
  let price = 0;
  let volume = 0;
  const rows = lines.each(columns, (fields, line) => {
    for (const column of priced) price = Math.max(price, decimalsOf(fields[column] ?? ''));
    volume = Math.max(volume, decimalsOf(fields[volumeAt] ?? ''));
    if (price > ASSET_DECIMALS || volume > ASSET_DECIMALS) {
      lines.fail(
        line,
        `a number with more than ${String(ASSET_DECIMALS)} decimals; expected prices and amounts of at most ${String(ASSET_DECIMALS)}`,
      );
    }
  });
  if (rows === 0) lines.fail(2, 'no rows; expected at least one');
  return [rows, price, volume];
}

/** A number on a grid: digits counted, never a float. */
function integerOf(lines: Lines, line: number, name: string, field: Field): number {
  const given = field.text ?? '';
  const text = given.includes('.') ? given.replace(/0+$/, '') : given;
  const point = text.indexOf('.');
  const fraction = point < 0 ? 0 : text.length - point - 1;
  const digits = point < 0 ? text : text.slice(0, point) + text.slice(point + 1);
  const isPlain = PLAIN_NUMBER.test(given) && fraction <= field.decimals;
  const value = isPlain ? Number(digits) * (POWERS[field.decimals - fraction] ?? NaN) : NaN;
  if (!Number.isSafeInteger(value)) {
    lines.fail(line, `${name}: expected a plain decimal number, got "${given}"`);
  }
  return value;
}

function readCandles(lines: Lines): CandleRecording {
  const [rows, priceDecimals, volumeDecimals] = decimalsNeeded(lines, 6, [1, 2, 3, 4], 5);
  const column = (): Float64Array => new Float64Array(rows);
  const recording = {
    timesMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let intervalMs = Infinity;
  lines.each(6, (fields, line, row) => {
    const price = (index: number, name: string): number => {
      const ticks = integerOf(lines, line, name, { text: fields[index], decimals: priceDecimals });
      if (ticks <= 0)
        lines.fail(line, `${name}: expected a positive price, got "${fields[index] ?? ''}"`);
      return ticks;
    };
    const timeMs = integerOf(lines, line, 'timestamp_ms', { text: fields[0], decimals: 0 });
    const previousMs = row === 0 ? -Infinity : (recording.timesMs[row - 1] ?? 0);
    if (timeMs <= previousMs)
      lines.fail(
        line,
        `timestamp_ms ${String(timeMs)} does not come after ${String(previousMs)}; expected ascending times`,
      );
    if (row > 0) intervalMs = Math.min(intervalMs, timeMs - previousMs);
    recording.timesMs[row] = timeMs;
    recording.open[row] = price(1, 'open');
    recording.high[row] = price(2, 'high');
    recording.low[row] = price(3, 'low');
    recording.close[row] = price(4, 'close');
    recording.volume[row] = integerOf(lines, line, 'volume', {
      text: fields[5],
      decimals: volumeDecimals,
    });
    checkShape(lines, line, recording, row);
  });
  if (rows === 1) intervalMs = MINUTE_MS;
  checkInterval(lines, recording.timesMs, intervalMs);
  return {
    kind: 'candles',
    file: lines.file,
    rows,
    intervalMs,
    priceDecimals,
    volumeDecimals,
    ...recording,
  };
}

function checkShape(
  lines: Lines,
  line: number,
  recording: Pick<CandleRecording, 'open' | 'high' | 'low' | 'close'>,
  row: number,
): void {
  const open = recording.open[row] ?? 0;
  const close = recording.close[row] ?? 0;
  if ((recording.high[row] ?? 0) < Math.max(open, close))
    lines.fail(line, 'high is below open or close; expected high ≥ both');
  if ((recording.low[row] ?? 0) > Math.min(open, close))
    lines.fail(line, 'low is above open or close; expected low ≤ both');
}

function checkInterval(lines: Lines, timesMs: Float64Array, intervalMs: number): void {
  if (intervalMs % MINUTE_MS !== 0) {
    lines.fail(2, `rows are ${String(intervalMs)} ms apart; expected whole minutes`);
  }
  const row = timesMs.findIndex((timeMs) => timeMs % intervalMs !== 0);
  if (row >= 0) {
    lines.fail(
      row + 2,
      `timestamp_ms ${String(timesMs[row] ?? 0)} is not on the grid of ${String(intervalMs / MINUTE_MS)} minutes`,
    );
  }
}

function readTrades(lines: Lines): TradeRecording {
  const [rows, priceDecimals, volumeDecimals] = decimalsNeeded(lines, 5, [1], 2);
  const timesMs = new Float64Array(rows);
  const ticks = new Float64Array(rows);
  const volume = new Float64Array(rows);
  const takerSides = new Int8Array(rows);
  const ids = new Float64Array(rows);
  lines.each(5, (fields, line, row) => {
    const timeMs = integerOf(lines, line, 'timestamp_ms', { text: fields[0], decimals: 0 });
    const previousMs = row === 0 ? -Infinity : (timesMs[row - 1] ?? 0);
    if (timeMs < previousMs)
      lines.fail(
        line,
        `timestamp_ms ${String(timeMs)} comes before ${String(previousMs)}; expected ascending times`,
      );
    timesMs[row] = timeMs;
    const price = integerOf(lines, line, 'price', { text: fields[1], decimals: priceDecimals });
    if (price <= 0) lines.fail(line, `price: expected a positive price, got "${fields[1] ?? ''}"`);
    ticks[row] = price;
    volume[row] = integerOf(lines, line, 'amount', { text: fields[2], decimals: volumeDecimals });
    takerSides[row] = sideOf(lines, line, fields[3] ?? '');
    ids[row] =
      fields[4] === '' ? 0 : integerOf(lines, line, 'id', { text: fields[4], decimals: 0 });
  });
  return {
    kind: 'trades',
    file: lines.file,
    rows,
    timesMs,
    ticks,
    volume,
    takerSides,
    ids,
    priceDecimals,
    volumeDecimals,
  };
}

function sideOf(lines: Lines, line: number, text: string): 1 | 0 | -1 {
  if (text === 'buy') return 1;
  if (text === 'sell') return -1;
  return text === ''
    ? 0
    : lines.fail(line, `side: expected "buy", "sell" or nothing, got "${text}"`);
}
