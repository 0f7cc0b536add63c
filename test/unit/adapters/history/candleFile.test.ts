import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { readCandleFile } from '../../../../src/adapters/history/candleFile.ts';
import { temporaryFolder } from '../../../builders/books.ts';

const folder = temporaryFolder();
afterAll(() => {
  folder.dispose();
});

const HEADER = 'timestamp_ms,open,high,low,close,volume';
let files = 0;

function put(name: string, content: string | Uint8Array): string {
  files += 1;
  const path = join(folder.path, `${String(files)}-${name}`);
  writeFileSync(path, content);
  return path;
}

function file(lines: readonly string[], zipped = false): string {
  const text = `${lines.join('\n')}\n`;
  return zipped ? put('bars.csv.gz', gzipSync(text)) : put('bars.csv', text);
}

const GOOD = [HEADER, '0,1,2,0.5,1.25,7', '60000,1.25,1.5,1,1.5,0', '180000,1,1,1,1,1'];
/** 2024-01-01, and hourly bars of the same prices from there on. */
const T0 = 1_704_067_200_000;
const HOUR = 3_600_000;
const PRICES: readonly (readonly [number, number, number, number, number])[] = [
  [100.5, 101.25, 99.75, 100.75, 12.5],
  [100.75, 102, 100.5, 101.5, 3],
  [101.5, 101.5, 100, 100.25, 0],
];
const rows = (write: (at: number, ...prices: number[]) => string): string[] =>
  PRICES.map((prices, n) => write(T0 + n * HOUR, ...prices));

describe('a candle file', () => {
  it('becomes columns, plain or gzipped, with its timeframe, price digits and gaps', () => {
    for (const zipped of [false, true]) {
      const read = readCandleFile(file(GOOD, zipped));
      expect([...read.columns.openTime]).toEqual([0, 60_000, 180_000]);
      expect([...read.columns.high]).toEqual([2, 1.5, 1]);
      expect([read.timeframe, read.priceDecimals, read.zeroVolumeBars]).toEqual(['1m', 2, 1]);
      expect(read.gaps).toEqual([{ from: 120_000, bars: 1 }]);
    }
  });

  it('says the same in every spelling and format', () => {
    const ours = rows((at, ...prices) => [at, ...prices].join(','));
    const archive = rows((at, ...prices) =>
      [at, ...prices, at + HOUR - 1, 1, 2, 3, 4, 0].join(','),
    );
    const iso = (at: number): string => new Date(at).toISOString();
    const reference = readCandleFile(file([HEADER, ...ours]));
    const spellings: Record<string, string> = {
      exponents: file([
        HEADER,
        ...rows((at, ...p) => [at, ...p.map((x) => x.toExponential())].join(',')),
      ]),
      zeros: file([HEADER, ...rows((at, ...p) => [at, ...p.map((x) => x.toFixed(8))].join(','))]),
      quoted: put(
        'q.csv',
        [
          HEADER,
          ...ours.map((l) =>
            l
              .split(',')
              .map((c) => `"${c}"`)
              .join(', '),
          ),
        ].join('\r\n'),
      ),
      microseconds: file([HEADER, ...rows((at, ...p) => [`${String(at)}000`, ...p].join(','))]),
      seconds: put(
        'tv.csv',
        [
          'time,open,high,low,close,Volume',
          ...rows((at, ...p) => [at / 1000, ...p].join(',')),
        ].join('\n'),
      ),
      text: put(
        'tv.csv',
        ['time,open,high,low,close,Volume', ...rows((at, ...p) => [iso(at), ...p].join(','))].join(
          '\n',
        ),
      ),
      archive: put('BTCUSDT-1h.csv', archive.join('\n')),
      zip: put(
        'BTCUSDT-1h.zip',
        zipSync({ 'BTCUSDT-1h-2024-01.csv': strToU8(archive.join('\n')) }),
      ),
      json: put(
        'BTC_USDT-1h.json',
        JSON.stringify(
          rows((at, ...p) => JSON.stringify([at, ...p])).map((r): unknown => JSON.parse(r)),
        ),
      ),
      newestFirst: put(
        'cdd.csv',
        [
          'https://www.CryptoDataDownload.com',
          'unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount',
          ...rows((at, ...p) => [at, iso(at), 'BTC/USDT', ...p, 1, 2].join(',')).reverse(),
        ].join('\n'),
      ),
    };
    for (const [name, path] of Object.entries(spellings)) {
      const { columns, timeframe, priceDecimals } = readCandleFile(path);
      expect([name, columns, timeframe, priceDecimals]).toEqual([name, reference.columns, '1h', 2]);
    }
    expect(readCandleFile(spellings['microseconds'] ?? '').conversions).toEqual([
      'from line 2 on times are in microseconds; read as such',
    ]);
    expect(readCandleFile(spellings['newestFirst'] ?? '').conversions).toEqual([
      'the newest row came first; turned round',
    ]);
    for (const name of ['archive', 'zip', 'json', 'newestFirst'])
      expect([name, readCandleFile(spellings[name] ?? '').market]).toEqual([name, 'BTCUSDT']);
  });

  it.each([
    ['feather', 'ARROW1\0\0'],
    ['feather', 'FEA1'],
    ['parquet', 'PAR1'],
  ])('in columns (%s) is refused, with what to make of it', (name, magic) => {
    const path = put(`BTC_USDT-1h.${name}`, `${magic}\u0015\0\u0015${'x'.repeat(100)}`);
    expect(() => readCandleFile(path)).toThrow(
      `DATA_INVALID: ${path}: it is a ${name} file, which is not read; freqtrade makes JSON of its own: freqtrade convert-data --format-from ${name} --format-to json`,
    );
  });

  it('that changes from milliseconds to microseconds is converted from that line on', () => {
    const [first = '', second = '', third = ''] = rows((at, ...p) => [at, ...p].join(','));
    const path = file([HEADER, first, second, third.replace(',', '000,')]);
    const { columns, conversions } = readCandleFile(path);
    expect([...columns.openTime]).toEqual([T0, T0 + HOUR, T0 + 2 * HOUR]);
    expect(conversions).toEqual(['from line 4 on times are in microseconds; read as such']);
  });

  it('has the price step of its finest price, wherever that stands and however it is written', () => {
    const bars = (price: string): string[] => [`${price},${price},${price},${price},1`];
    const lines = (last: string): string[] => [
      HEADER,
      ...Array.from({ length: 1_500 }, (_, n) => `${String(n * 60_000)},${bars('2')[0] ?? ''}`),
      `${String(1_500 * 60_000)},${bars(last)[0] ?? ''}`,
    ];
    for (const [last, decimals] of [
      ['1.9531', 4],
      ['2.00000000', 0],
      ['0.9000081', 7],
      ['9.000081e-1', 7],
      ['2.3000000000000003', 1],
    ] as const)
      expect([last, readCandleFile(file(lines(last))).priceDecimals]).toEqual([last, decimals]);
  });

  it('lists closes that are far from the one before', () => {
    const { jumps } = readCandleFile(
      file([HEADER, '0,1,1,1,1,1', '60000,1,2,1,2,1', '120000,2,2,2,2,1']),
    );
    expect(jumps).toEqual([{ at: 60_000, factor: 2 }]);
  });

  it.each([
    [
      'columns that are missing',
      ['time,open', '0,1', '60000,1'],
      'line 1: no column for high, low, close, volume',
    ],
    [
      'a row that is short',
      [HEADER, '0,1,1,1,1,1', '60000,1,1,1,1'],
      'line 3: volume must be a number',
    ],
    ['an empty field', [HEADER, '0,1,1,1,1,1', '60000,,1,1,1,1'], 'line 3: open must be a number'],
    [
      'words',
      [HEADER, '0,1,1,1,one,1', '60000,1,1,1,1,1'],
      'line 2: close must be a number, found "one"',
    ],
    [
      'a time that is none',
      [HEADER, 'soon,1,1,1,1,1', '60000,1,1,1,1,1'],
      'line 2: "soon" is no time',
    ],
    [
      'rows out of order',
      [HEADER, '0,1,1,1,1,1', '120000,1,1,1,1,1', '60000,1,1,1,1,1', '180000,1,1,1,1,1'],
      'line 4: timestamps must ascend',
    ],
    [
      'a repeated row',
      [HEADER, '0,1,1,1,1,1', '0,1,1,1,1,1'],
      'line 3: the time of the row before again',
    ],
    ['a high below the close', [HEADER, '0,1,1,1,2,1', '60000,1,1,1,1,1'], 'line 2: low ≤ open'],
    [
      'a negative volume',
      [HEADER, '0,1,1,1,1,1', '60000,1,1,1,1,-1'],
      'line 3: the volume is negative',
    ],
    ['a single row', [HEADER, '0,1,1,1,1,1'], 'at least two rows'],
    ['nothing', [''], 'is empty'],
    ['an unknown bar length', [HEADER, '0,1,1,1,1,1', '7000,1,1,1,1,1'], 'known timeframes'],
    [
      'rows off the grid',
      [HEADER, '13000,1,1,1,1,1', '73000,1,1,1,1,1'],
      'line 2: 1970-01-01T00:00:13.000Z is 13 s off the grid of 1m bars',
    ],
    [
      'a bar a thousand times its neighbours',
      [HEADER, '0,1,1,1,1,1', '60000,1000,1000,1000,1000,1', '120000,1,1,1,1,1'],
      'line 3: 1970-01-01T00:01:00.000Z closes at 1000 between 1 and 1',
    ],
  ])('with %s is refused with file, line and what was expected', (_what, lines, expected) => {
    const path = file(lines);
    expect(() => readCandleFile(path)).toThrow(`DATA_INVALID: ${path}`);
    expect(() => readCandleFile(path)).toThrow(expected);
  });

  it.each([
    [
      'hourly and then by the minute',
      60,
      1,
      'line 1502: 1970-03-04T12:01:00.000Z is 60 s off the grid of 1h bars',
    ],
    [
      'by the minute and then hourly',
      1,
      60,
      'from here on the rows are 3600 s apart, before they were 1m bars',
    ],
  ])('%s is refused from where it changes', (_what, first, then, expected) => {
    let minute = 0;
    const lines = Array.from({ length: 1_500 }, () => (minute += first));
    lines.push(...Array.from({ length: 1_500 }, () => (minute += then)));
    const path = file([HEADER, ...lines.map((at) => `${String(at * 60_000)},1,1,1,1,1`)]);
    expect(() => readCandleFile(path)).toThrow(expected);
  });

  it('of two markets is refused, and one that is not there or broken is named', () => {
    const two = put(
      'x.csv',
      'unix,symbol,open,high,low,close,volume\n0,BTC/USDT,1,1,1,1,1\n3600,ETH/USDT,1,1,1,1,1\n',
    );
    expect(() => readCandleFile(two)).toThrow('line 3: another market than BTC/USDT');
    expect(() => readCandleFile('nowhere.csv')).toThrow(/DATA_MISSING: nowhere\.csv/u);
    const cut = put('cut.csv.gz', gzipSync(GOOD.join('\n')).subarray(0, 30));
    expect(() => readCandleFile(cut)).toThrow(/DATA_INVALID: .*cut\.csv\.gz/u);
    const many = put('many.zip', zipSync({ a: strToU8('1'), b: strToU8('2') }));
    expect(() => readCandleFile(many)).toThrow('an archive must hold one file; this one holds 2');
  });
});
