import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Prints } from '../../../../src/simulator/market/prints.ts';
import type { RecordedPrint } from '../../../../src/simulator/market/prints.ts';
import { describeGap } from '../../../../src/simulator/market/recordingGaps.ts';
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
const QUOTES = 'exchange_timestamp_ms,local_timestamp_ms,bid,bid_size,ask,ask_size,update_id';

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
      'a price that is NaN',
      `${TRADES}\n1,NaN,1,buy,1\n`,
      /:2: price: expected a plain decimal number, got "NaN"/,
    ],
    [
      'a negative amount',
      `${TRADES}\n1,5,-1,buy,1\n`,
      /:2: amount: expected a plain decimal number, got "-1"/,
    ],
    ['a trade of nothing', `${TRADES}\n1,5,0,buy,1\n`, /:2: amount: expected a positive amount/],
    [
      'a trade that is recorded twice',
      `${TRADES}\n1,5,1,buy,7\n1,5,1,buy,7\n`,
      /:3: id 7 does not come after 7; expected each trade once/,
    ],
    [
      'another kind of recording',
      'timestamp_ms,funding_rate\n1,0.0001\n',
      /:1: unknown header "timestamp_ms,funding_rate", expected one of .*bid_size.*update_id"/,
    ],
    [
      'a crossed quote',
      `${QUOTES}\n,5,10.2,1,10.1,1,1\n`,
      /:2: bid is not below ask; expected a quote that is neither crossed nor locked/,
    ],
    [
      'quotes out of order',
      `${QUOTES}\n,5,10,1,11,1,1\n,4,10,1,11,1,2\n`,
      /:3: local_timestamp_ms 4 does not come after the row before/,
    ],
    [
      'a quote without size',
      `${QUOTES}\n5,5,10,,11,1,1\n`,
      /:2: bid_size: expected a plain decimal number, got ""/,
    ],
    ['a quote without price', `${QUOTES}\n5,5,10,1,,1,1\n`, /:2: ask: expected a plain decimal/],
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

  it('refuses a torn archive', () => {
    const whole = gzipSync(`${TRADES}\n${'5,1.1,2,buy,\n'.repeat(500)}`);
    const file = write('torn.csv.gz', whole.subarray(0, whole.length - 20));
    expect(() => readRecording(file)).toThrow(
      /torn\.csv\.gz: cannot be unpacked: .*unexpected end of file; expected a whole gzip file/,
    );
  });

  it('reads quotes on their own grid, with the time of the exchange where it is known', () => {
    const rows = [',1000,99.5,1.25,100,2,1', '1500,1501,99.75,0.5,100,2.000000000000001,2'];
    const recording = readRecording(write('q.csv', `${QUOTES}\n${rows.join('\n')}\n`));
    expect(recording).toMatchObject({ kind: 'quotes', rows: 2, priceDecimals: 2, gaps: [] });
    if (recording.kind !== 'quotes') throw new Error('no quotes');
    expect([...recording.timesMs]).toEqual([1000, 1500]);
    expect([...recording.bid]).toEqual([9950, 9975]);
    expect([...recording.ask]).toEqual([10_000, 10_000]);
    expect([...recording.bidSize]).toEqual([1.25, 0.5]);
  });

  it('reads bars of quotes as the path that a candle of that time takes', () => {
    const header =
      'timestamp_ms,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size';
    const rising = '60000,10,14,9,12,3,11,15,10,13,4';
    const falling = '180000,12,14,9,10,3,13,15,10,11,4';
    const recording = readRecording(write('b.csv', `${header}\n${rising}\n${falling}\n`));
    if (recording.kind !== 'quotes') throw new Error('no quotes');
    expect([...recording.bid]).toEqual([10, 9, 14, 12, 12, 14, 9, 10]);
    expect([...recording.ask]).toEqual([11, 10, 15, 13, 13, 15, 10, 11]);
    expect([...recording.timesMs.subarray(0, 4)]).toEqual([60_000, 75_000, 90_000, 105_000]);
    expect(recording.gaps).toHaveLength(1);
  });

  it('names a file that is not there', () => {
    expect(() => readRecording(join(folder, 'absent.csv'))).toThrow(/absent\.csv: cannot be read/);
  });
});

describe('a gap', () => {
  it('in candles is told with its place and length', () => {
    const rows = ['60000,1,1,1,1,1', '120000,1,1,1,1,1', '360000,1,1,1,1,1'];
    const { gaps } = readRecording(write('gap.csv', `${CANDLES}\n${rows.join('\n')}\n`));
    expect(gaps).toMatchObject([{ line: 4, fromMs: 180_000, toMs: 360_000, missing: 3 }]);
    expect(gaps.map(describeGap)).toEqual([
      expect.stringContaining(
        'gap.csv:4: 3 bars missing before this line, 180 s from 1970-01-01T00:03:00.000Z',
      ),
    ]);
  });

  it('in trades is where their ids skip, if they count at all', () => {
    const counted = ['1,5,1,buy,7', '2,5,1,buy,8', '4000,5,1,buy,12', '4001,5,1,buy,13'];
    const { gaps } = readRecording(write('ids.csv', `${TRADES}\n${counted.join('\n')}\n`));
    expect(gaps).toMatchObject([{ line: 4, fromMs: 2, toMs: 4000, missing: 3, unit: 'trades' }]);
    const stamped = ['1,5,1,buy,1000', '2,5,1,buy,2500', '4000,5,1,buy,4000000'];
    const other = readRecording(write('stamps.csv', `${TRADES}\n${stamped.join('\n')}\n`));
    expect(other.gaps).toEqual([]);
    const unknown = readRecording(write('none.csv', `${TRADES}\n1,5,1,,\n900000,5,1,,\n`));
    expect(unknown.gaps).toEqual([]);
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
