/**
 * Recorded candles from a file: CSV with a header or without (ours, Binance's archive, CryptoDataDownload, TradingView), or
 * freqtrade's JSON; plain, gzipped, or zipped. What is wrong is refused with its line; what was converted is said; nothing is filled.
 */
import { gapsIn, type Gap } from '../../core/domain/barColumns.ts';
import { emptyColumns, type BarColumns } from '../../core/domain/market.ts';
import { timeframeMs, type Timeframe } from '../../core/domain/time.ts';
import {
  checkGrid,
  checkSpikes,
  jumpsIn,
  priceDecimalsIn,
  timeframeIn,
  type Jump,
} from './candleChecks.ts';
import { rowsOf, type Dialect, type Row, type RowsOfFile } from './dialect.ts';
import { readFileText } from './fileText.ts';
import { TimeReader } from './timeReader.ts';

export interface CandleFile {
  readonly columns: BarColumns;
  readonly timeframe: Timeframe;
  /** Decimal places of the finest price, by value. */
  readonly priceDecimals: number;
  /** Places where bars are missing, in time order. */
  readonly gaps: readonly Gap[];
  /** Closes far from the one before, in time order. */
  readonly jumps: readonly Jump[];
  /** Bars without volume. */
  readonly zeroVolumeBars: number;
  /** What was converted, in words. */
  readonly conversions: readonly string[];
  /** The market that the rows or the file's name tell of, without a slash: `BTCUSDT`; undefined when neither does. */
  readonly market?: string;
}

/**
 * Reads the whole file.
 * @throws Error `DATA_MISSING` when it cannot be read; `DATA_INVALID` naming file, line and what was expected: columns that are not
 *         there, cells that are no numbers, bars out of order, twice, or off their grid, another bar length from some line on, high
 *         below low, a negative volume, a bar that stands alone by a factor of ten.
 */
export function readCandleFile(file: string): CandleFile {
  const text = readFileText(file);
  try {
    return candlesOf(rowsOf(text), text.name);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`DATA_INVALID: ${file}: ${problem}`, { cause: error });
  }
}

function candlesOf(found: RowsOfFile, name: string): CandleFile {
  const { dialect } = found;
  const times = new TimeReader(dialect.saysMillis);
  const { rows, isReversed } = ascending(found.rows, dialect);
  if (rows.length < 2) throw new Error('at least two rows are needed');
  const columns = emptyColumns(rows.length);
  for (const [at, row] of rows.entries()) readRow({ columns, at, row, dialect, times });
  const lineOf = (at: number): number => rows[at]?.line ?? 0;
  const timeframe = timeframeIn(columns, lineOf);
  checkGrid(columns, timeframe, lineOf);
  checkSpikes(columns, lineOf);
  const market = marketOf(rows, dialect, name);
  return {
    ...describeBars(columns, timeframe),
    conversions: [
      ...(isReversed ? ['the newest row came first; turned round'] : []),
      ...times.remarks,
    ],
    ...(market !== undefined && { market }),
  };
}

/** What is to be known about bars that are in order. */
export function describeBars(columns: BarColumns, timeframe: Timeframe): CandleFile {
  return {
    columns,
    timeframe,
    priceDecimals: priceDecimalsIn(columns),
    gaps: gapsIn(columns.openTime, timeframeMs(timeframe)),
    jumps: jumpsIn(columns),
    zeroVolumeBars: columns.volume.filter((volume) => volume === 0).length,
    conversions: [],
  };
}

/** CryptoDataDownload's files begin with the newest row. */
function ascending(
  rows: readonly Row[],
  dialect: Dialect,
): { readonly rows: readonly Row[]; readonly isReversed: boolean } {
  const times = new TimeReader(dialect.saysMillis);
  const timeOf = (row: Row | undefined): number =>
    row === undefined
      ? Number.NaN
      : (times.read(row.cells[dialect.time] ?? '', row.line) ?? Number.NaN);
  const isReversed = timeOf(rows[0]) > timeOf(rows.at(-1));
  return { rows: isReversed ? [...rows].reverse() : rows, isReversed };
}

interface Reading {
  readonly columns: BarColumns;
  readonly at: number;
  readonly row: Row;
  readonly dialect: Dialect;
  readonly times: TimeReader;
}

const PRICES = ['open', 'high', 'low', 'close'] as const;

function readRow({ columns, at, row, dialect, times }: Reading): void {
  const { cells, line } = row;
  const cell = cells[dialect.time] ?? '';
  const time = times.read(cell, line);
  if (time === undefined)
    throw new Error(`line ${String(line)}: ${JSON.stringify(cell)} is no time`);
  columns.openTime[at] = time;
  for (const name of [...PRICES, 'volume'] as const) {
    const text = cells[dialect[name]] ?? '';
    const value = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value))
      throw new Error(
        `line ${String(line)}: ${name} must be a number, found ${JSON.stringify(text)}`,
      );
    columns[name][at] = value;
  }
  const problem = problemOf(columns, at);
  if (problem !== undefined) throw new Error(`line ${String(line)}: ${problem}`);
}

function problemOf(columns: BarColumns, at: number): string | undefined {
  const time = columns.openTime[at] ?? 0;
  const before = columns.openTime[at - 1] ?? -Infinity;
  if (time === before) return 'the time of the row before again';
  if (time < before) return 'timestamps must ascend';
  if (!isSound(columns, at))
    return 'low ≤ open, close ≤ high does not hold, or a price is not above 0';
  return Number(columns.volume[at]) < 0 ? 'the volume is negative' : undefined;
}

function isSound(columns: BarColumns, at: number): boolean {
  const prices = PRICES.map((name) => Number(columns[name][at]));
  const [low, high] = [Number(columns.low[at]), Number(columns.high[at])];
  return low > 0 && low === Math.min(...prices) && high === Math.max(...prices);
}

/** Quote assets that a file name's market may end in, longest first. */
const QUOTES = [
  'FDUSD',
  'USDT',
  'USDC',
  'BUSD',
  'TUSD',
  'USD',
  'EUR',
  'GBP',
  'TRY',
  'BTC',
  'ETH',
  'BNB',
];

const PAIR = new RegExp(
  `(?:^|[^A-Z0-9])(?=[0-9]*[A-Z])([A-Z0-9]{2,})[-_](${QUOTES.join('|')})(?![A-Za-z0-9])`,
  'u',
);

function marketOf(rows: readonly Row[], dialect: Dialect, name: string): string | undefined {
  const [first] = rows;
  if (dialect.symbol >= 0 && first !== undefined) {
    const symbol = first.cells[dialect.symbol] ?? '';
    const other = rows.find(({ cells }) => cells[dialect.symbol] !== symbol);
    if (other) throw new Error(`line ${String(other.line)}: another market than ${symbol}`);
    return plain(symbol);
  }
  return pairOf(name) ?? name.split(/[^A-Za-z0-9]+/u).find(isMarket);
}

/** `BTC_USDT-1h.json`, `BTC-USD.csv`. */
function pairOf(name: string): string | undefined {
  const [, base = '', quote = ''] = PAIR.exec(name) ?? [];
  return base === '' ? undefined : base + quote;
}

function plain(symbol: string): string {
  return symbol.replaceAll(/[^A-Za-z0-9]/gu, '');
}

function isMarket(text: string): boolean {
  return (
    text === text.toUpperCase() &&
    QUOTES.some((quote) => text.length > quote.length + 1 && text.endsWith(quote))
  );
}
