/** Recorded candles from a file: `timestamp_ms,open,high,low,close,volume`, plain or gzip, ascending. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BarColumns } from '../../core/domain/market.ts';
import { type Timeframe, TIMEFRAMES, timeframeOf } from '../../core/domain/time.ts';
import { emptyColumns } from '../../core/market/aggregate.ts';

const HEADER = 'timestamp_ms,open,high,low,close,volume';
const FIELDS = 6;
/** Gaps are common, so the bar length is the smallest distance between neighbours among the first rows. */
const ROWS_FOR_TIMEFRAME = 1_000;

export interface CandleFile {
  readonly columns: BarColumns;
  readonly timeframe: Timeframe;
  /** Decimal places of the prices: the finest seen. */
  readonly priceDecimals: number;
  /** Places where bars are missing. */
  readonly gaps: number;
}

/**
 * Reads the whole file into columns.
 * @throws Error `DATA_MISSING` when it cannot be read; `DATA_INVALID` naming file, line and what was expected: wrong header,
 *         a row that is not six numbers, not ascending, high below low, or no known timeframe.
 */
export function readCandleFile(file: string): CandleFile {
  const lines = readText(file).split('\n');
  if (lines[0]?.trim() !== HEADER) throw invalid(file, 1, `the header must be ${HEADER}, not ${JSON.stringify(lines[0]?.slice(0, 80))}`);
  while (lines.length > 1 && lines.at(-1)?.trim() === '') lines.pop();
  const rows = lines.length - 1;
  if (rows < 2) throw invalid(file, 2, 'at least two rows are needed');
  const columns = emptyColumns(rows);
  let priceDecimals = 0;
  for (let row = 0; row < rows; row += 1) {
    const fields = (lines[row + 1] ?? '').split(',');
    if (row < ROWS_FOR_TIMEFRAME) priceDecimals = Math.max(priceDecimals, decimalsOf(fields[1]), decimalsOf(fields[4]));
    readRow(columns, row, fields, (problem) => invalid(file, row + 2, problem));
  }
  const timeframe = timeframeIn(columns);
  if (!timeframe) throw invalid(file, 2, `the rows are on none of the known timeframes ${Object.keys(TIMEFRAMES).join(', ')}`);
  return { columns, timeframe, priceDecimals, gaps: gapsIn(columns, TIMEFRAMES[timeframe]) };
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new Error(`DATA_MISSING: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function invalid(file: string, line: number, problem: string): Error {
  return new Error(`DATA_INVALID: ${file}:${String(line)}: ${problem}`);
}

function readRow(columns: BarColumns, row: number, fields: readonly string[], fault: (problem: string) => Error): void {
  const values = fields.map(Number);
  if (fields.length !== FIELDS || fields.includes('') || !values.every(Number.isFinite)) {
    throw fault(`expected ${String(FIELDS)} numbers, found ${JSON.stringify(fields.join(',').slice(0, 80))}`);
  }
  const [openTime = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = values;
  if (row > 0 && openTime <= (columns.openTime[row - 1] ?? 0)) throw fault('timestamps must ascend');
  if (!(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close))) throw fault('low ≤ open, close ≤ high does not hold');
  columns.openTime[row] = openTime;
  columns.open[row] = open;
  columns.high[row] = high;
  columns.low[row] = low;
  columns.close[row] = close;
  columns.volume[row] = volume;
}

function decimalsOf(text: string | undefined): number {
  const point = text?.indexOf('.') ?? -1;
  return text === undefined || point < 0 ? 0 : text.length - point - 1;
}

function timeframeIn({ openTime }: BarColumns): Timeframe | undefined {
  let smallest = Infinity;
  for (let row = 1; row < Math.min(openTime.length, ROWS_FOR_TIMEFRAME); row += 1) {
    smallest = Math.min(smallest, (openTime[row] ?? 0) - (openTime[row - 1] ?? 0));
  }
  return timeframeOf(smallest);
}

function gapsIn({ openTime }: BarColumns, lengthMs: number): number {
  let gaps = 0;
  for (let row = 1; row < openTime.length; row += 1) {
    if ((openTime[row] ?? 0) - (openTime[row - 1] ?? 0) > lengthMs) gaps += 1;
  }
  return gaps;
}
