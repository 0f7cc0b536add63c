/**
 * Which column of a candle file is what. Known by their headings: our own files (`timestamp_ms,open,…`), Binance's archive with a
 * header, CryptoDataDownload, TradingView's export. A file without a header is read as Binance's archive has it.
 */
import type { FileText } from './fileText.ts';

/** Cells of one line, and its number in the file, from 1. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Dialect {
  /** Indices into the cells. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Column with the market's name; -1 without one. */
  readonly symbol: number;
  /** The heading says that times are milliseconds. */
  readonly saysMillis: boolean;
}

/** Headings of a column, lower case, the preferred first. */
const HEADINGS = {
  time: [
    'timestamp_ms',
    'open_time',
    'opentime',
    'timestamp',
    'unix timestamp',
    'unix',
    'time',
    'date',
  ],
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
} as const;

/** Binance's archive: open time, open, high, low, close, volume, close time, … */
const HEADERLESS: Dialect = {
  ...{ time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
  ...{ symbol: -1, saysMillis: false },
};

export interface RowsOfFile {
  readonly dialect: Dialect;
  readonly rows: readonly Row[];
}

/**
 * The rows of a file and how to read them: CSV, or freqtrade's JSON (a list of lists).
 * @throws Error with what is wrong and what was expected, without the file's name.
 */
export function rowsOf({ text, name }: FileText): RowsOfFile {
  const start = text.trimStart();
  if (start.startsWith('[')) return { dialect: HEADERLESS, rows: jsonRows(start) };
  const lines = csvRows(text);
  // CryptoDataDownload puts its address on the first line.
  if (lines[0]?.cells.length === 1 && /^https?:\/\//u.test(lines[0].cells[0] ?? '')) lines.shift();
  const [head] = lines;
  if (head === undefined) throw new Error(`${name} is empty`);
  if (isNumbers(head.cells)) return { dialect: HEADERLESS, rows: lines };
  return { dialect: dialectOf(head), rows: lines.slice(1) };
}

function jsonRows(text: string): Row[] {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error('the JSON is not a list of rows');
  return parsed.map((row: unknown, at) => ({
    line: at + 1,
    cells: Array.isArray(row) ? row.map(String) : [JSON.stringify(row)],
  }));
}

function csvRows(text: string): Row[] {
  const rows: Row[] = [];
  for (const [at, raw] of text
    .replace(/^\uFEFF/u, '')
    .split('\n')
    .entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const cells = line.split(/[,;]/u).map(bare);
    rows.push({ line: at + 1, cells });
  }
  return rows;
}

function bare(cell: string): string {
  const text = cell.trim();
  return text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text;
}

function isNumbers(cells: readonly string[]): boolean {
  return (
    cells.length >= 6 &&
    cells.slice(0, 6).every((cell) => cell !== '' && Number.isFinite(Number(cell)))
  );
}

function dialectOf({ cells, line }: Row): Dialect {
  const titles = cells.map((cell) => cell.toLowerCase());
  const find = (names: readonly string[]): number =>
    names.map((name) => titles.indexOf(name)).find((at) => at >= 0) ?? -1;
  const places = {
    ...{ time: find(HEADINGS.time), open: find(HEADINGS.open), high: find(HEADINGS.high) },
    ...{ low: find(HEADINGS.low), close: find(HEADINGS.close) },
    // "Volume BTC" stands before "Volume USDT": the first is in base.
    volume: titles.findIndex((title) => title.startsWith('volume')),
  };
  const missing = Object.entries(places)
    .filter(([, at]) => at < 0)
    .map(([name]) => name);
  if (missing.length > 0) {
    const seen = cells.join(',').slice(0, 120);
    throw new Error(
      `line ${String(line)}: no column for ${missing.join(', ')} in ${JSON.stringify(seen)}; a header such as timestamp_ms,open,high,low,close,volume is needed`,
    );
  }
  return {
    ...places,
    symbol: find(['symbol', 'pair', 'market']),
    saysMillis: titles[places.time] === 'timestamp_ms',
  };
}
