import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readCandleFile } from '../../../../src/adapters/history/candleFile.ts';
import { temporaryFolder } from '../../../builders/books.ts';

const folder = temporaryFolder();
afterAll(() => {
  folder.dispose();
});

const HEADER = 'timestamp_ms,open,high,low,close,volume';
let files = 0;

function file(lines: readonly string[], zipped = false): string {
  files += 1;
  const path = join(folder.path, `${String(files)}.csv${zipped ? '.gz' : ''}`);
  const text = `${lines.join('\n')}\n`;
  writeFileSync(path, zipped ? gzipSync(text) : text);
  return path;
}

const GOOD = [HEADER, '0,1,2,0.5,1.25,7', '60000,1.25,1.5,1,1.5,0', '180000,1,1,1,1,1'];

describe('a candle file', () => {
  it('becomes columns, plain or gzipped, with its timeframe, price digits and gaps', () => {
    for (const zipped of [false, true]) {
      const { columns, timeframe, priceDecimals, gaps } = readCandleFile(file(GOOD, zipped));
      expect([...columns.openTime]).toEqual([0, 60_000, 180_000]);
      expect([...columns.high]).toEqual([2, 1.5, 1]);
      expect([timeframe, priceDecimals, gaps]).toEqual(['1m', 2, 1]);
    }
  });

  it.each([
    ['a wrong header', ['time,open', '0,1,1,1,1,1', '60000,1,1,1,1,1'], ':1: the header must be'],
    ['a row that is short', [HEADER, '0,1,1,1,1,1', '60000,1,1,1,1'], ':3: expected 6 numbers'],
    ['an empty field', [HEADER, '0,1,1,1,1,1', '60000,,1,1,1,1'], ':3: expected 6 numbers'],
    ['words', [HEADER, '0,1,1,1,one,1', '60000,1,1,1,1,1'], ':2: expected 6 numbers'],
    ['rows out of order', [HEADER, '60000,1,1,1,1,1', '0,1,1,1,1,1'], ':3: timestamps must ascend'],
    ['a repeated row', [HEADER, '0,1,1,1,1,1', '0,1,1,1,1,1'], ':3: timestamps must ascend'],
    ['a high below the close', [HEADER, '0,1,1,1,2,1', '60000,1,1,1,1,1'], ':2: low ≤ open'],
    ['a single row', [HEADER, '0,1,1,1,1,1'], ':2: at least two rows'],
    ['an unknown bar length', [HEADER, '0,1,1,1,1,1', '7000,1,1,1,1,1'], 'known timeframes'],
  ])('with %s is refused with file, line and what was expected', (_what, lines, expected) => {
    const path = file(lines);
    expect(() => readCandleFile(path)).toThrow(`DATA_INVALID: ${path}`);
    expect(() => readCandleFile(path)).toThrow(expected);
  });

  it('that is not there is named', () => {
    expect(() => readCandleFile('nowhere.csv')).toThrow(/DATA_MISSING: nowhere\.csv/u);
  });
});
