/** Recorded best quotes: every change of bid and ask, or bars of both. */
import type { RecordingGap } from './recordingGaps.ts';
import { gapsInTimes } from './recordingGaps.ts';
import type { Lines } from './recordingLines.ts';
import { decimalsNeeded, priceOf, timeOf } from './recordingLines.ts';
import { MINUTE_MS } from './timeframes.ts';

/** Best bid and ask in ticks over time; sizes in base units, as floats: they only say how much the house offers. */
export interface QuoteRecording {
  readonly kind: 'quotes';
  readonly file: string;
  readonly rows: number;
  readonly timesMs: Float64Array;
  readonly priceDecimals: number;
  readonly bid: Float64Array;
  readonly bidSize: Float64Array;
  readonly ask: Float64Array;
  readonly askSize: Float64Array;
  readonly gaps: readonly RecordingGap[];
}

type Columns = Pick<QuoteRecording, 'timesMs' | 'bid' | 'bidSize' | 'ask' | 'askSize'>;

function columnsOf(rows: number): Columns {
  const column = (): Float64Array => new Float64Array(rows);
  return {
    timesMs: column(),
    bid: column(),
    bidSize: column(),
    ask: column(),
    askSize: column(),
  };
}

/** Reads every change of the best quotes. A row's time is the exchange's, or the recorder's where the exchange sends none. */
export function readQuoteTicks(lines: Lines): QuoteRecording {
  const { rows, decimals } = decimalsNeeded(lines, 7, [[2, 4]]);
  const [priceDecimals = 0] = decimals;
  const columns = columnsOf(rows);
  lines.each(7, (fields, line, row) => {
    const isOfExchange = fields[0] !== '';
    columns.timesMs[row] = timeOf(lines, line, {
      name: isOfExchange ? 'exchange_timestamp_ms' : 'local_timestamp_ms',
      text: isOfExchange ? fields[0] : fields[1],
      earliestMs: row === 0 ? 0 : (columns.timesMs[row - 1] ?? 0),
    });
    const price = (index: number, name: string): number =>
      priceOf(lines, line, name, { text: fields[index], decimals: priceDecimals });
    columns.bid[row] = price(2, 'bid');
    columns.ask[row] = price(4, 'ask');
    columns.bidSize[row] = sizeOf(lines, line, 'bid_size', fields[3]);
    columns.askSize[row] = sizeOf(lines, line, 'ask_size', fields[5]);
    checkUncrossed(lines, line, columns, row);
  });
  return { kind: 'quotes', file: lines.file, rows, priceDecimals, gaps: [], ...columns };
}

/** Quotes that a bar becomes. */

const PLACES = 4;

/**
 * Reads bars of bid and ask as four quotes each, evenly spread: open, low, high, close when the bid rises, else open, high,
 * low, close. The same path as the prints of a candle of that time.
 */
export function readQuoteBars(lines: Lines): QuoteRecording {
  const { rows, decimals } = decimalsNeeded(lines, 11, [[1, 2, 3, 4, 6, 7, 8, 9]]);
  const [priceDecimals = 0] = decimals;
  const columns = columnsOf(rows * PLACES);
  const opensMs = new Float64Array(rows);
  lines.each(11, (fields, line, row) => {
    const earliestMs = row === 0 ? 0 : (opensMs[row - 1] ?? 0) + 1;
    const openMs = timeOf(lines, line, { text: fields[0], earliestMs });
    if (openMs % MINUTE_MS !== 0)
      lines.fail(line, `timestamp_ms ${String(openMs)} is not on the grid of a minute`);
    opensMs[row] = openMs;
    const price = (index: number, name: string): number =>
      priceOf(lines, line, name, { text: fields[index], decimals: priceDecimals });
    const bar = (side: string, from: number): readonly [number, number, number, number] => [
      price(from, `${side}_open`),
      price(from + 1, `${side}_high`),
      price(from + 2, `${side}_low`),
      price(from + 3, `${side}_close`),
    ];
    const [bids, asks] = [bar('bid', 1), bar('ask', 6)];
    const order = bids[3] >= bids[0] ? ([0, 2, 1, 3] as const) : ([0, 1, 2, 3] as const);
    for (const [place, index] of order.entries()) {
      const at = row * PLACES + place;
      columns.timesMs[at] = openMs + (place * MINUTE_MS) / PLACES;
      columns.bid[at] = bids[index];
      columns.ask[at] = asks[index];
      columns.bidSize[at] = sizeOf(lines, line, 'bid_size', fields[5]);
      columns.askSize[at] = sizeOf(lines, line, 'ask_size', fields[10]);
      checkUncrossed(lines, line, columns, at);
    }
  });
  const gaps = gapsInTimes(lines.file, opensMs, MINUTE_MS);
  return {
    kind: 'quotes',
    file: lines.file,
    rows: rows * PLACES,
    priceDecimals,
    gaps,
    ...columns,
  };
}

const SIZE = /^\d+(?:\.\d+)?$/;

function sizeOf(lines: Lines, line: number, name: string, text = ''): number {
  const size = Number(text);
  if (!SIZE.test(text) || !Number.isFinite(size))
    lines.fail(line, `${name}: expected a plain decimal number, got "${text}"`);
  return size;
}

function checkUncrossed(lines: Lines, line: number, { bid, ask }: Columns, row: number): void {
  if ((bid[row] ?? 0) < (ask[row] ?? 0)) return;
  lines.fail(line, 'bid is not below ask; expected a quote that is neither crossed nor locked');
}
