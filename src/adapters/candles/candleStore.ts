/**
 * Candles in a folder: `<exchange>/<BASE>-<QUOTE>/<timeframe>/<year>[-<month>].bars`, a file for each month of bars below an hour
 * and for each year of longer ones, so that a download goes on where it stopped and one bad file costs one month.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { marketSymbol } from '../../core/domain/ids.ts';
import { merge, rowsOf, slice } from '../../core/domain/barColumns.ts';
import { emptyColumns, type BarColumns } from '../../core/domain/market.ts';
import {
  formatUtc,
  HOUR_MS,
  isTimeframe,
  timeframeMs,
  type Millis,
  type Timeframe,
} from '../../core/domain/time.ts';
import type {
  CandleStore,
  SeriesName,
  Span,
  StoredSeries,
  StoreFinding,
  StoreResult,
} from '../../ports/candleStore.ts';
import { readBarFile, readBarHeader, writeBarFile, type BarFileHeader } from './barFile.ts';

const ENDING = '.bars';

/** @param folder made when something is written. */
export function createCandleStore(folder: string): CandleStore {
  const filesOf = (name: SeriesName): string[] => barFiles(folderOf(folder, name));
  return {
    list: () => seriesIn(folder).flatMap((name) => summaryOf(name, filesOf(name))),
    read: (name, span = {}) => {
      const parts = filesOf(name)
        .filter((file) => overlaps(readBarHeader(file), span))
        .map((file) => inSpan(readBarFile(file).bars, span));
      return joined(parts);
    },
    write: (name, bars, options = { replace: false }) =>
      write(folderOf(folder, name), name, bars, options.replace),
    verify: () => seriesIn(folder).flatMap((name) => filesOf(name).flatMap(findingOf)),
  };
}

function folderOf(folder: string, { exchange, symbol, timeframe }: SeriesName): string {
  return join(folder, exchange, symbol.replace('/', '-'), timeframe);
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).sort((a, b) => (a < b ? -1 : 1));
}

function barFiles(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => join(folder, name));
}

function seriesIn(folder: string): SeriesName[] {
  const within = (...path: string[]): string[] => namesIn(join(folder, ...path));
  return within().flatMap((exchange) =>
    within(exchange).flatMap((market) =>
      within(exchange, market)
        .filter(isTimeframe)
        .map((timeframe) => ({
          exchange,
          symbol: marketSymbol(market.replace('-', '/')),
          timeframe,
        })),
    ),
  );
}

function summaryOf(name: SeriesName, files: readonly string[]): StoredSeries[] {
  const headers = files.map(readBarHeader);
  const [first, last] = [headers[0], headers.at(-1)];
  if (!first || !last) return [];
  const bars = headers.reduce((sum, header) => sum + header.bars, 0);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return [{ ...name, bars, first: first.first, last: last.last, bytes }];
}

function overlaps({ first, last }: BarFileHeader, { from, to }: Span): boolean {
  return last >= (from ?? -Infinity) && first < (to ?? Infinity);
}

function inSpan(bars: BarColumns, { from = -Infinity, to = Infinity }: Span): BarColumns {
  const start = bars.openTime.findIndex((at) => at >= from);
  if (start < 0) return emptyColumns(0);
  const end = bars.openTime.findIndex((at) => at >= to);
  return slice(bars, start, end < 0 ? rowsOf(bars) : end);
}

function joined(parts: readonly BarColumns[]): BarColumns {
  const whole = emptyColumns(parts.reduce((sum, part) => sum + rowsOf(part), 0));
  let at = 0;
  for (const part of parts) {
    for (const column of ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const)
      whole[column].set(part[column], at);
    at += rowsOf(part);
  }
  return whole;
}

function write(
  folder: string,
  { timeframe }: SeriesName,
  bars: BarColumns,
  replace: boolean,
): StoreResult {
  checkBars(bars, timeframe);
  const total = { added: 0, known: 0, differing: [] as StoreResult['differing'][number][] };
  let start = 0;
  while (start < rowsOf(bars)) {
    const period = periodOf(bars.openTime[start] ?? 0, timeframe);
    let end = start;
    while (end < rowsOf(bars) && periodOf(bars.openTime[end] ?? 0, timeframe) === period) end += 1;
    const file = join(folder, `${period}${ENDING}`);
    const stored = existsSync(file) ? readBarFile(file).bars : emptyColumns(0);
    const merged = merge(stored, slice(bars, start, end), replace);
    if (merged.added > 0 || (replace && merged.differing.length > 0))
      writeBarFile(file, timeframe, merged.bars);
    total.added += merged.added;
    total.known += merged.known;
    total.differing.push(...merged.differing.map((openTime) => ({ openTime, replaced: replace })));
    start = end;
  }
  return total;
}

/** `2024-01` for bars below an hour, `2024` for longer ones. */
function periodOf(at: Millis, timeframe: Timeframe): string {
  return formatUtc(at).slice(0, timeframeMs(timeframe) < HOUR_MS ? 7 : 4);
}

function checkBars({ openTime }: BarColumns, timeframe: Timeframe): void {
  const lengthMs = timeframeMs(timeframe);
  let last = -Infinity;
  for (const at of openTime) {
    if (at <= last || at % lengthMs !== 0)
      throw new Error(
        `DATA_INVALID: ${formatUtc(at)} ${at <= last ? 'does not come after the bar before' : `is off the grid of ${timeframe} bars`}`,
      );
    last = at;
  }
}

function findingOf(file: string): StoreFinding[] {
  try {
    const { header, bars } = readBarFile(file);
    checkBars(bars, header.timeframe);
    return [];
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return [{ file, problem }];
  }
}
