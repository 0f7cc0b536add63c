import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp } from '../../src/compose/app.ts';
import { main } from '../../src/interface/cli/main.ts';
import { temporaryFolder } from '../builders/books.ts';
import { fakeIo } from '../builders/fakeIo.ts';

type Simulator = Awaited<ReturnType<ReturnType<typeof createApp>['simulate']>>;

const folder = temporaryFolder();
const config = join(folder.path, 'plimsoll.yaml');
let exchange: Simulator;

beforeAll(async () => {
  const settings =
    'schema_version: 1\nmode: paper\nrisk: { max_total_exposure: 100 USDT }\ndata_dir: data\n';
  writeFileSync(config, settings);
  exchange = await createApp().simulate({ speed: 'paused' });
});
afterAll(async () => {
  await exchange.close();
  folder.dispose();
});

async function plimsoll(...args: readonly string[]) {
  const io = fakeIo();
  const exitCode = await main(
    ['-c', config, 'data', ...args],
    { version: 'test', load: async () => createApp() },
    io,
  );
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

const HOUR = 3_600_000;

describe('plimsoll data', () => {
  it('downloads candles over real requests, and the second time only what is new', async () => {
    const until = Math.floor(exchange.summary().market_time / HOUR) * HOUR - HOUR;
    const args = [
      ...[
        'download',
        '--exchange',
        'binance',
        '--symbols',
        'BTC/USDT,ETH/USDT',
        '--timeframes',
        '1h',
      ],
      ...[
        '--since',
        new Date(until - 200 * HOUR).toISOString(),
        '--until',
        new Date(until).toISOString(),
      ],
      ...['--endpoint', exchange.httpUrl],
    ];
    const first = await plimsoll(...args);
    expect([first.exitCode, first.stderr]).toEqual([0, '']);
    expect(first.stdout.split('\n').slice(0, 2)).toEqual([
      'BTC/USDT 1h: 200 bars added; 200 bars are stored of that time',
      'ETH/USDT 1h: 200 bars added; 200 bars are stored of that time',
    ]);
    const { requests } = exchange.summary();
    expect((await plimsoll(...args)).stdout).toContain(
      'BTC/USDT 1h: 0 bars added; 200 bars are stored',
    );
    expect(exchange.summary().requests - requests).toBeLessThanOrEqual(3);
    const { stdout } = await plimsoll('list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      series: [
        {
          exchange: 'binance',
          symbol: 'BTC/USDT',
          timeframe: '1h',
          bars: 200,
          first: until - 200 * HOUR,
        },
        { symbol: 'ETH/USDT', bars: 200, last: until - HOUR },
      ],
    });
    expect((await plimsoll('verify')).stdout).toBe('every file is as it was written\n');
  });

  it('exports what it imports, and makes longer bars of it without parts at the ends', async () => {
    const source = join(folder.path, 'XRP-USDT.csv');
    const at = (n: number): number => Date.UTC(2024, 0, 1, 0, 59) + n * 60_000;
    const rows = Array.from({ length: 130 }, (_, n) => `${String(at(n))},1,2,0.0000005,1,3`);
    rows.splice(70, 2);
    writeFileSync(source, ['timestamp_ms,open,high,low,close,volume', ...rows, ''].join('\n'));
    const imported = await plimsoll('import', source, '--exchange', 'kraken');
    expect(imported).toMatchObject({ exitCode: 0, stderr: '' });
    expect(imported.stdout).toContain(
      'XRP/USDT 1m: 128 bars added; 2 are missing in 1 gaps, the longest: 2 from 2024-01-01 02:09:00Z',
    );
    const again = await plimsoll('import', source, '--exchange', 'kraken');
    expect(again.stdout).toContain('0 bars added, 128 were there');
    const out = join(folder.path, 'out.csv.gz');
    expect((await plimsoll('export', 'kraken', 'XRP/USDT', '1m', '--out', out)).exitCode).toBe(0);
    expect(gunzipSync(readFileSync(out)).toString()).toBe(readFileSync(source, 'utf8'));
    const longer = await plimsoll('resample', 'kraken', 'XRP/USDT', '1m', '--to', '1h');
    expect(longer.stdout).toBe('XRP/USDT 1h: 2 bars added\n');
    const { stdout } = await plimsoll('list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      series: expect.arrayContaining([
        expect.objectContaining({
          symbol: 'XRP/USDT',
          timeframe: '1h',
          first: Date.UTC(2024, 0, 1, 1),
        }),
      ]),
    });
  });

  it('says what is wrong, and where', async () => {
    const nothing = await plimsoll(
      'export',
      'okx',
      'BTC/USDT',
      '1m',
      '--out',
      join(folder.path, 'x'),
    );
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stderr).toContain('nothing is stored of okx BTC/USDT 1m in that time');
    expect(existsSync(join(folder.path, 'x'))).toBe(false);
    const shorter = await plimsoll('resample', 'kraken', 'XRP/USDT', '1h', '--to', '1m');
    expect(shorter.stderr).toContain('1h bars do not make 1m bars');
    const unnamed = join(folder.path, 'bars.csv');
    writeFileSync(
      unnamed,
      'time,open,high,low,close,volume\n2024-01-01,1,1,1,1,1\n2024-01-02,1,1,1,1,1\n',
    );
    const which = await plimsoll('import', unnamed, '--exchange', 'okx');
    expect(which.stderr).toContain(
      'neither its name nor its rows tell the market; name it: --symbol BASE/QUOTE',
    );
    const named = await plimsoll('import', unnamed, '--exchange', 'okx', '--symbol', 'BTC/USDT');
    expect(named.stdout).toContain('BTC/USDT 1d: 2 bars added');
    expect(
      (
        await plimsoll(
          'download',
          '--exchange',
          'binance',
          '--symbols',
          'BTCUSDT',
          '--since',
          '2024-01-01',
        )
      ).exitCode,
    ).toBe(2);
    const stored = join(folder.path, 'data', 'candles', 'okx', 'BTC-USDT', '1d', '2024.bars');
    writeFileSync(stored, readFileSync(stored).subarray(0, -1));
    const broken = await plimsoll('verify');
    expect([
      broken.exitCode,
      broken.stdout.includes(`${stored}: 87 bytes where 88 should be`),
    ]).toEqual([1, true]);
  });
});
