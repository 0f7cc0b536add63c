/** Fingerprints over recorded candles, where there are any. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCandleFile } from '../../src/adapters/history/candleFile.ts';
import type { BarColumns } from '../../src/core/domain/market.ts';
import { firstRows } from './bars.ts';
import { CASES, ROOT } from './cases.ts';
import { fingerprintOf } from './fingerprint.ts';

/** Published with duplicates and false rows, kept to test the checks of data. */
const DIRTY = 'cdd-asis';
/** Several strategies on one coin, stops and targets, fills in parts, odd ticks and lots. */
const RUNS = CASES.filter(({ name }) => name.endsWith('in parts'));

/** The folder of recorded data: `PLIMSOLL_TEST_DATA`, or `../shared/data` beside the project; undefined when there is none. */
export function dataFolder(): string | undefined {
  const folder = process.env['PLIMSOLL_TEST_DATA'] ?? join(ROOT, '../shared/data');
  return existsSync(join(folder, 'candles')) ? folder : undefined;
}

/** Every clean candle file of the folder, sorted. */
export function cleanFiles(folder: string): readonly string[] {
  return readdirSync(join(folder, 'candles'))
    .filter((name) => name.endsWith('.csv.gz') && !name.includes(DIRTY))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Quote that one bar fills on average: about half an order, so that most are filled in parts. */
const QUOTE_PER_BAR = 40;

/** The fingerprints of one file's first rows as text, one for each run. */
export async function recordedFingerprint(
  folder: string,
  name: string,
  rowsMax: number,
): Promise<readonly string[]> {
  const file = readCandleFile(join(folder, 'candles', name));
  const data = { ...file, columns: firstRows(file.columns, rowsMax) };
  const texts: string[] = [];
  const maxShare = Math.min(1, QUOTE_PER_BAR / meanTurnover(data.columns));
  for (const run of RUNS) {
    const inParts = { ...run, fillModel: { ...run.fillModel, maxShare } };
    texts.push(Object.values(await fingerprintOf(inParts, data)).join(' '));
  }
  return texts;
}

/** Quote that a bar trades on average. */
function meanTurnover({ close, volume }: BarColumns): number {
  return close.reduce((sum, price, row) => sum + price * (volume[row] ?? 0), 0) / close.length;
}
