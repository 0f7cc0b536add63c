/** Recorded candles from a file: `timestamp_ms,open,high,low,close,volume`, plain or gzip, ascending. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { emptyColumns, type BarColumns } from '../../core/domain/market.ts';
import { type Timeframe, TIMEFRAMES, timeframeOf } from '../../core/domain/time.ts';

const HEADER = 'timestamp_ms,open,high,low,close,volume';
const FIELDS = 6;
/** Gaps are common, so the bar length is the smallest distance between neighbours among the first rows. */
const ROWS_SAMPLED = 1_000;

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
  const lines = linesOf(file);
  const columns = emptyColumns(lines.length - 1);
  let priceDecimals = 0;
  for (let row = 0; row < columns.openTime.length; row += 1) {
    const fields = (lines[row + 1] ?? '').split(',');
    if (row < ROWS_SAMPLED)
      priceDecimals = Math.max(priceDecimals, ...fields.slice(1, 5).map(decimalsOf));
    const problem = readRow(columns, row, fields);
    if (problem !== undefined) throw invalid(file, row + 2, problem);
  }
  const timeframe = timeframeIn(columns);
  if (!timeframe) {
    const known = Object.keys(TIMEFRAMES).join(', ');
    throw invalid(file, 2, `the rows are on none of the known timeframes ${known}`);
  }
  return { columns, timeframe, priceDecimals, gaps: gapsIn(columns, TIMEFRAMES[timeframe]) };
}

/** Header and rows, without empty lines at the end. */
function linesOf(file: string): string[] {
  const lines = readText(file).split('\n');
  const header = lines[0]?.trim() ?? '';
  if (header !== HEADER) {
    throw invalid(
      file,
      1,
      `the header must be ${HEADER}, not ${JSON.stringify(header.slice(0, 80))}`,
    );
  }
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length < 3) throw invalid(file, 2, 'at least two rows are needed');
  return lines;
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new Error(
      `DATA_MISSING: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function invalid(file: string, line: number, problem: string): Error {
  return new Error(`DATA_INVALID: ${file}:${String(line)}: ${problem}`);
}

/** Puts a row into the columns; returns what is wrong with it, if anything. */
function readRow(columns: BarColumns, row: number, fields: readonly string[]): string | undefined {
  const values = fields.map(Number);
  if (fields.length !== FIELDS || fields.includes('') || !values.every(Number.isFinite)) {
    return `expected ${String(FIELDS)} numbers, found ${JSON.stringify(fields.join(',').slice(0, 80))}`;
  }
  SLOTS.forEach((slot, at) => {
    columns[slot][row] = values[at] ?? Number.NaN;
  });
  return problemOf(columns, row);
}

const SLOTS = ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const;

function problemOf(columns: BarColumns, row: number): string | undefined {
  const [at, open, high, low, close] = SLOTS.map((slot) => columns[slot][row] ?? Number.NaN) as Row;
  if (row > 0 && at <= (columns.openTime[row - 1] ?? 0)) return 'timestamps must ascend';
  const isSound = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
  return isSound ? undefined : 'low ≤ open, close ≤ high does not hold';
}

type Row = [at: number, open: number, high: number, low: number, close: number, volume: number];

function decimalsOf(text: string | undefined): number {
  const point = text?.indexOf('.') ?? -1;
  return text === undefined || point < 0 ? 0 : text.length - point - 1;
}

function timeframeIn({ openTime }: BarColumns): Timeframe | undefined {
  let smallest = Infinity;
  for (let row = 1; row < Math.min(openTime.length, ROWS_SAMPLED); row += 1) {
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
