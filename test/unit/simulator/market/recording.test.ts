import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Prints } from '../../../../src/simulator/market/prints.ts';
import type { RecordedPrint } from '../../../../src/simulator/market/prints.ts';
import { readRecording } from '../../../../src/simulator/market/recording.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-recording-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CANDLES = 'timestamp_ms,open,high,low,close,volume';
const TRADES = 'timestamp_ms,price,amount,side,id';

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

function prints(file: string): RecordedPrint[] {
  const recording = readRecording(file);
  if (recording.kind === 'quotes') throw new Error(`${file} has no prints`);
  const source = new Prints(recording);
  const all: RecordedPrint[] = [];
  for (let print = source.next(); print !== undefined; print = source.next()) all.push(print);
  return all;
}

describe('reading', () => {
  it('derives the grid from the decimals that the file uses', () => {
    const file = write('a.csv', `${CANDLES}\n60000,1.5,2.25,1.5,2,0.001\n120000,2,2,2,2,10\n`);
    const recording = readRecording(file);
    expect(recording).toMatchObject({
      kind: 'candles',
      rows: 2,
      priceDecimals: 2,
      volumeDecimals: 3,
      intervalMs: 60_000,
    });
    expect(recording.kind === 'candles' && [...recording.high]).toEqual([225, 200]);
    expect([...(recording.kind === 'candles' ? recording.volume : [])]).toEqual([1, 10_000]);
  });

  it('reads gzip and trades with unknown side and id', () => {
    const file = write('b.csv.gz', gzipSync(`${TRADES}\n5,1.1,2,buy,7\n5,1.2,3,,\n`));
    const recording = readRecording(file);
    expect(recording.kind === 'trades' && [[...recording.takerSides], [...recording.ids]]).toEqual([
      [1, 0],
      [7, 0],
    ]);
  });

  it.each([
    [
      'an unknown header',
      'time,price\n1,2\n',
      /:1: unknown header "time,price", expected one of "timestamp_ms,open/,
    ],
    ['an empty file', '', /:1: unknown header ""/],
    ['no rows', `${CANDLES}\n`, /:2: no rows/],
    ['a missing field', `${CANDLES}\n60000,1,1,1,1\n`, /:2: expected 6 comma-separated fields/],
    [
      'a bad number',
      `${CANDLES}\n60000,1,1,1,1,1\n120000,1,x,1,1,1\n`,
      /:3: high: expected a plain decimal number, got "x"/,
    ],
    ['a negative price', `${TRADES}\n1,-5,1,buy,1\n`, /:2: price: expected a plain decimal number/],
    ['a zero price', `${TRADES}\n1,0,1,buy,1\n`, /:2: price: expected a positive price/],
    [
      'rows out of order',
      `${TRADES}\n5,1,1,buy,1\n4,1,1,buy,2\n`,
      /:3: timestamp_ms 4 does not come after the row before; expected ascending times, here at least 5/,
    ],
    [
      'a repeated candle',
      `${CANDLES}\n60000,1,1,1,1,1\n60000,1,1,1,1,1\n`,
      /:3: .*does not come after/,
    ],
    ['a high below the close', `${CANDLES}\n60000,1,1,1,2,1\n`, /:2: high is below/],
    [
      'an unknown side',
      `${TRADES}\n5,1,1,BUY,1\n`,
      /:2: side: expected "buy", "sell" or nothing, got "BUY"/,
    ],
    [
      'a candle off the grid',
      `${CANDLES}\n60000,1,1,1,1,1\n120000,1,1,1,1,1\n180001,1,1,1,1,1\n`,
      /:4: .*not on the grid/,
    ],
    [
      'exponents',
      `${TRADES}\n5,1e3,1,buy,1\n`,
      /:2: price: expected a plain decimal number, got "1e3"/,
    ],
  ])('refuses %s and names the line', (_name, content, message) => {
    expect(() => readRecording(write('bad.csv', content))).toThrow(message);
  });

  it('names a file that is not there', () => {
    expect(() => readRecording(join(folder, 'absent.csv'))).toThrow(/absent\.csv: cannot be read/);
  });
});

describe('prints of a candle', () => {
  it('walk open, low, high, close when it rises and sum to its volume', () => {
    const all = prints(write('rise.csv', `${CANDLES}\n60000,100,140,90,120,11\n`));
    expect(all.map((print) => print.ticks)).toEqual([100, 90, 140, 120]);
    expect(all.map((print) => print.volume)).toEqual([3, 3, 3, 2]);
    expect(all.map((print) => print.isTakerBuy)).toEqual([true, false, true, false]);
    expect(all.map((print) => print.atMs)).toEqual([60_000, 75_000, 90_000, 105_000]);
  });

  it('walk open, high, low, close when it falls', () => {
    const all = prints(write('fall.csv', `${CANDLES}\n60000,100,140,90,95,4\n`));
    expect(all.map((print) => print.ticks)).toEqual([100, 140, 90, 95]);
  });

  it('are finer for longer bars, still touching every extreme and summing up', () => {
    const all = prints(
      write(
        'hour.csv',
        `${CANDLES}\n3600000,1000,1400,900,1200,12345\n7200000,1200,1200,1200,1200,0\n`,
      ),
    );
    const first = all.filter((print) => print.atMs < 7_200_000);
    expect(first).toHaveLength(241);
    expect([
      Math.min(...first.map((print) => print.ticks)),
      Math.max(...first.map((print) => print.ticks)),
    ]).toEqual([900, 1400]);
    expect([first[0]?.ticks, first.at(-1)?.ticks]).toEqual([1000, 1200]);
    expect(first.reduce((sum, print) => sum + print.volume, 0)).toBe(12_345);
    expect(all.slice(241)).toEqual([expect.objectContaining({ ticks: 1200, volume: 0 })]);
  });

  it('of trades take the tick rule where the side is unknown', () => {
    const all = prints(
      write('ticks.csv', `${TRADES}\n1,10,1,,\n2,11,1,,\n3,11,1,,\n4,10,1,,\n5,10,1,buy,\n`),
    );
    expect(all.map((print) => print.isTakerBuy)).toEqual([true, true, true, false, true]);
  });
});
