/**
 * Reads recorded markets: candles, trades, and best quotes, plain or gzipped, ascending in time. Numbers become exact
 * integers on a grid derived from the file's own decimals. Anything else is refused with file, line and what was expected.
 */
import { readQuoteBars, readQuoteTicks } from './recordedQuotes.ts';
import type { QuoteRecording } from './recordedQuotes.ts';
import type { RecordingGap } from './recordingGaps.ts';
import { gapsInIds, gapsInTimes } from './recordingGaps.ts';
import {
  Lines,
  RecordingError,
  decimalsNeeded,
  integerOf,
  priceOf,
  readText,
  timeOf,
} from './recordingLines.ts';
import { MINUTE_MS } from './timeframes.ts';

interface Grid {
  readonly file: string;
  readonly rows: number;
  readonly timesMs: Float64Array;
  readonly priceDecimals: number;
  readonly volumeDecimals: number;
  /** Where rows are missing, as far as the file itself tells. */
  readonly gaps: readonly RecordingGap[];
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

/** A recording that has prints. */
export type PrintRecording = CandleRecording | TradeRecording;
export type Recording = PrintRecording | QuoteRecording;

/** What each known header line is read by. */
const READERS: Readonly<Record<string, (lines: Lines) => Recording>> = {
  'timestamp_ms,open,high,low,close,volume': readCandles,
  'timestamp_ms,price,amount,side,id': readTrades,
  'exchange_timestamp_ms,local_timestamp_ms,bid,bid_size,ask,ask_size,update_id': readQuoteTicks,
  'timestamp_ms,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size':
    readQuoteBars,
};

/** @throws RecordingError for a file that is missing, unreadable or not in one of the known formats. */
export function readRecording(file: string): Recording {
  const text = readText(file);
  const headerEnd = text.indexOf('\n');
  const header = (headerEnd < 0 ? text : text.slice(0, headerEnd)).replace(/\r$/, '');
  const read = Object.hasOwn(READERS, header) ? READERS[header] : undefined;
  if (read === undefined) {
    const known = Object.keys(READERS).map((one) => `"${one}"`);
    throw new RecordingError(
      file,
      1,
      `unknown header "${header.slice(0, 80)}", expected one of ${known.join(', ')}`,
    );
  }
  return read(new Lines(file, text, headerEnd + 1));
}

function readCandles(lines: Lines): CandleRecording {
  const { rows, decimals } = decimalsNeeded(lines, 6, [[1, 2, 3, 4], [5]]);
  const [priceDecimals = 0, volumeDecimals = 0] = decimals;
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
    const price = (index: number, name: string): number =>
      priceOf(lines, line, name, { text: fields[index], decimals: priceDecimals });
    const previousMs = row === 0 ? -1 : (recording.timesMs[row - 1] ?? 0);
    const timeMs = timeOf(lines, line, { text: fields[0], earliestMs: previousMs + 1 });
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
    gaps: gapsInTimes(lines.file, recording.timesMs, intervalMs),
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
  const { rows, decimals } = decimalsNeeded(lines, 5, [[1], [2]]);
  const [priceDecimals = 0, volumeDecimals = 0] = decimals;
  const timesMs = new Float64Array(rows);
  const ticks = new Float64Array(rows);
  const volume = new Float64Array(rows);
  const takerSides = new Int8Array(rows);
  const ids = new Float64Array(rows);
  let lastId = 0;
  lines.each(5, (fields, line, row) => {
    const earliestMs = row === 0 ? 0 : (timesMs[row - 1] ?? 0);
    timesMs[row] = timeOf(lines, line, { text: fields[0], earliestMs });
    ticks[row] = priceOf(lines, line, 'price', { text: fields[1], decimals: priceDecimals });
    volume[row] = amountOf(lines, line, { text: fields[2], decimals: volumeDecimals });
    takerSides[row] = sideOf(lines, line, fields[3] ?? '');
    ids[row] = idAfter(lines, line, fields[4] ?? '', lastId);
    lastId = Math.max(lastId, ids[row] ?? 0);
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
    gaps: gapsInIds(lines.file, timesMs, ids),
  };
}

function amountOf(
  lines: Lines,
  line: number,
  field: { readonly text: string | undefined; readonly decimals: number },
): number {
  const volume = integerOf(lines, line, 'amount', field);
  if (volume <= 0)
    lines.fail(line, `amount: expected a positive amount, got "${field.text ?? ''}"`);
  return volume;
}

/** A trade's id; 0 where the file has none. Known ids ascend: one that repeats is a trade recorded twice. */
function idAfter(lines: Lines, line: number, text: string, lastId: number): number {
  if (text === '') return 0;
  const id = integerOf(lines, line, 'id', { text, decimals: 0 });
  if (id <= lastId) {
    lines.fail(
      line,
      `id ${text} does not come after ${String(lastId)}; expected each trade once, with ascending ids`,
    );
  }
  return id;
}

function sideOf(lines: Lines, line: number, text: string): 1 | 0 | -1 {
  if (text === 'buy') return 1;
  if (text === 'sell') return -1;
  return text === ''
    ? 0
    : lines.fail(line, `side: expected "buy", "sell" or nothing, got "${text}"`);
}
