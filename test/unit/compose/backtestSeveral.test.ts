/** Several strategies and markets on one account, finer bars for fills, candles from the store. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createCandleStore } from '../../../src/adapters/candles/candleStore.ts';
import { readCandleFile } from '../../../src/adapters/history/candleFile.ts';
import { backtest, type BacktestRequest } from '../../../src/compose/backtest.ts';
import { dec, sumOf, toText } from '../../../src/core/domain/decimal.ts';
import { METRICS } from '../../../src/core/reporting/metricCatalogue.ts';
import { marketSymbol } from '../../../src/core/domain/ids.ts';
import {
  CONFIG,
  DATA,
  DCA,
  folder,
  HEADER,
  HOUR,
  only,
  plain,
  put,
  ROWS,
  run,
  SELLING,
  T0,
} from '../../builders/backtestFiles.ts';

afterAll(() => {
  folder.dispose();
});

const MINUTE = 60_000;

/** A grid, and another market that goes the other way. */
const GRID = put(
  'grid-bbb.yaml',
  `schema_version: 1\nid: grid-bbb\nkind: grid\nsymbol: BBB/USDT\ntimeframe: 1h\nbudget: 900 USDT\nlower: -30%\nupper: 30%\nlines: 40\n`,
);
const OTHER = put(
  'BBB_USDT-1h.csv',
  [
    HEADER,
    ...ROWS.map(([at, open, high, low, close, volume]) =>
      [at, 3 - open, 3 - low, 3 - high, 3 - close, volume]
        .map((value, n) => (n === 0 ? value : Number(value.toFixed(4))))
        .join(','),
    ),
  ].join('\n'),
);

describe('a backtest of several strategies', () => {
  const several = (more: Partial<BacktestRequest> = {}) =>
    backtest({ strategyFiles: [SELLING, GRID], dataFiles: [OTHER, DATA], ...more });

  it('gives each what it would do alone while the account has enough for both', async () => {
    const together = await several();
    const ada = await run({ strategyFile: SELLING });
    const bbb = await run({ strategyFile: GRID, dataFile: OTHER });
    expect(bbb.trades.length).toBeGreaterThan(5);
    const own = (id: string) =>
      together.fills
        .filter(({ strategy }) => strategy === id)
        .map(({ order: _order, ...fill }) => fill);
    const alone = ({ fills }: typeof ada) => fills.map(({ order: _order, ...fill }) => fill);
    expect(own('dca-ada')).toEqual(alone(ada));
    expect(own('grid-bbb')).toEqual(alone(bbb));
    const rest = ({
      orders: _orders,
      ...row
    }: ReturnType<typeof only<(typeof ada)['strategies'][0]>>) => row;
    expect(together.strategies.map(rest)).toEqual(
      [ada, bbb].map(({ strategies }) => rest(only(strategies))),
    );
  });

  it('reports under names that stay: a new version when one goes or means something else', async () => {
    const report = await several({ random: { draws: 5, seed: 1 } });
    expect(report.schema_version).toBe(3);
    const names = (row: object | undefined | null): string => Object.keys(row ?? {}).join(' ');
    expect(names(report)).toBe(
      'schema_version strategies markets from to interrupted cost_basis fill_settings trades orders fills equity months exits metrics random decisions chart',
    );
    expect(names(report.trades[0])).toBe(
      'strategy symbol entry_time exit_time duration_s side entry_price exit_price amount fees pnl return mae mfe entry_reason exit_reason tag certain',
    );
    expect(names(report.equity[0])).toBe('time equity holding');
    expect(names(report.strategies[0])).toBe(
      'strategy kind symbol timeframe budget return realised unrealised fees orders fills trades win_rate open_position',
    );
    expect(names(report.markets[0])).toBe(
      'symbol data timeframe detail buy_and_hold realised unrealised fees trades data_notes',
    );
    expect(names(report.orders[0])).toBe(
      'id strategy symbol time ended side type price amount filled state reason tag',
    );
    expect(names(report.random)).toBe('draws seed mean low median high better_than');
    expect(names(report.metrics).split(' ').sort()).toEqual(
      [...Object.keys(METRICS), 'bounds', 'max_drawdown_span'].sort(),
    );
  });

  it('adds up over strategies and markets to one equity, to the last digit', async () => {
    const { metrics, strategies, markets, trades, exits } = await several();
    for (const parts of [strategies, markets])
      expect(
        toText(
          sumOf([
            dec(metrics.initial_equity),
            ...parts.flatMap(({ realised, unrealised }) => [dec(realised), dec(unrealised)]),
          ]),
        ),
      ).toBe(metrics.final_equity);
    expect(toText(sumOf(strategies.map(({ fees }) => dec(fees))))).toBe(metrics.fees);
    expect(strategies.reduce((sum, each) => sum + each.trades, 0)).toBe(trades.length);
    expect(exits.reduce((sum, each) => sum + each.trades, 0)).toBe(trades.length);
    const times = trades.map(({ exit_time }) => exit_time);
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
    // Each budget in its own market.
    const [ada = 0, bbb = 0] = strategies.map(
      ({ symbol }) => markets.find((market) => market.symbol === symbol)?.buy_and_hold ?? 0,
    );
    expect(metrics.buy_and_hold).toBeCloseTo((600 * ada + 900 * bbb) / 1_500, 12);
  });

  it('shares one account: what one has spent the other cannot', async () => {
    const file = put('config/small.yaml', CONFIG("  balances: { USDT: '400' }"));
    const poor = await several({ config: { file, isNamed: true } });
    expect(poor.fills.length).toBeLessThan((await several()).fills.length);
    expect(poor.metrics.initial_equity).toBe('400');
  });

  it('shares one limit of exposure', async () => {
    const file = put(
      'config/tight.yaml',
      CONFIG("  balances: { USDT: '10000' }").replace('5000 USDT', '300 USDT'),
    );
    const { decisions, orders } = await several({ config: { file, isNamed: true } });
    expect(Object.keys(decisions).some((code) => code.includes('EXPOSURE'))).toBe(true);
    expect(new Set(orders.map(({ strategy }) => strategy)).size).toBe(2);
  });

  it('gives the same report every time, in whatever order the files are named', async () => {
    const first = JSON.stringify(await several());
    expect(JSON.stringify(await several())).toBe(first);
    expect(JSON.stringify(await several({ dataFiles: [DATA, OTHER] }))).toBe(first);
  });

  it('goes through the time that all have in common, and says which', async () => {
    const late = put(
      'late/BBBUSDT.csv',
      [HEADER, ...ROWS.slice(100, 500).map((row) => row.join(','))].join('\n'),
    );
    const remarks: string[] = [];
    const report = await several({
      dataFiles: [DATA, late],
      onRemark: (text) => remarks.push(text),
    });
    expect(report.from).toBe('2024-01-05T04:00:00.000Z');
    expect(report.to).toBe('2024-01-21T20:00:00.000Z');
    expect(report.metrics.bars).toBe(400);
    expect(remarks).toContain(
      'all data is there from 2024-01-05T04:00:00.000Z to 2024-01-21T20:00:00.000Z: that is gone through',
    );
  });

  it('takes bars of different lengths, each at its end', async () => {
    const minutes = ROWS.flatMap(([at, ...bar]) =>
      Array.from({ length: 4 }, (_each, n) => [at + n * 15 * MINUTE, ...bar].join(',')),
    );
    const finer = put('finer/ADAUSDT.csv', [HEADER, ...minutes].join('\n'));
    const { metrics, markets, fills } = await several({ dataFiles: [finer, OTHER] });
    expect(markets.map(({ timeframe }) => timeframe)).toEqual(['15m', '1h']);
    expect(metrics.bars).toBe(2_400);
    const alone = await run({ strategyFile: GRID, dataFile: OTHER });
    const times = fills.filter(({ strategy }) => strategy === 'grid-bbb').map(({ time }) => time);
    expect(times).toEqual(alone.fills.map(({ time }) => time));
  });

  it('reads what bars leave open both ways for all of them', async () => {
    const wild = put(
      'wild/BBBUSDT.csv',
      [
        HEADER,
        ...ROWS.map(([at, open, high, low, close, volume], n) =>
          [at, open, high + 0.05 * (n % 3), low - 0.05 * (n % 2), close, volume].join(','),
        ),
      ].join('\n'),
    );
    const { metrics } = await several({ dataFiles: [DATA, wild] });
    expect(metrics.ambiguous_bars).toBeGreaterThan(5);
    expect(Number(metrics.bounds.low)).toBeLessThan(Number(metrics.bounds.high));
    expect([metrics.bounds.low, metrics.bounds.high]).toContain(metrics.final_equity);
  });

  it('sells what all of them hold at the end when asked to', async () => {
    const { strategies, trades, to } = await several({ closeAtEnd: true });
    const ended = trades.filter(({ exit_reason: reason }) => reason === 'END');
    expect(new Set(ended.map(({ strategy }) => strategy)).size).toBe(2);
    expect(ended.every(({ exit_time: time }) => time === to)).toBe(true);
    for (const { open_position: open } of strategies) expect(Number(open.value)).toBeLessThan(1);
  });

  it('refuses what does not belong together, by name', async () => {
    await expect(several({ dataFiles: [DATA] })).rejects.toThrow(
      'DATA_MISSING: no file has BBB/USDT, which grid-bbb trades',
    );
    await expect(several({ dataFiles: [DATA, OTHER, DATA] })).rejects.toThrow(
      'are both of ADA/USDT',
    );
    const third = put('CCCUSDT.csv', plain);
    await expect(several({ dataFiles: [DATA, OTHER, third] })).rejects.toThrow(
      'holds CCCUSDT, which no strategy trades',
    );
    const nameless = put('bars.csv', plain);
    await expect(several({ dataFiles: [DATA, nameless] })).rejects.toThrow(
      `write BASE/QUOTE=${nameless}`,
    );
    await expect(several({ strategyFiles: [SELLING, DCA] })).rejects.toThrow(
      'CONFIG_INVALID: two of the strategies are called dca-ada',
    );
    const euro = put(
      'euro.yaml',
      `schema_version: 1\nid: e\nkind: dca\nsymbol: BBB/EUR\ntimeframe: 1h\nbudget: 600 EUR\namount: 12 EUR\nevery: 6h\n`,
    );
    await expect(several({ strategyFiles: [SELLING, euro] })).rejects.toThrow(
      'the strategies trade for USDT and EUR',
    );
    const named = await several({ dataFiles: [`BBB/USDT=${nameless}`, `ADA/USDT=${DATA}`] });
    expect(named.markets.map(({ data }) => data)).toEqual([DATA, nameless]);
  });

  it('looks at finer bars for fills and guards, and decides by the longer ones', async () => {
    // Down to the stop and up to the target within one hour: only the minutes tell which came first.
    const path = (n: number): number => (n < 30 ? 1 + n / 300 : 1.1 - (n - 30) / 150);
    const hours = Array.from({ length: 30 }, (_each, n) => [T0 + n * HOUR, 1, 1, 1, 1, 5e6]);
    // One price with four decimals: a price step of as many is guessed.
    hours[0] = [T0, 1, 1.0001, 1, 1, 5e6];
    hours[10] = [T0 + 10 * HOUR, 1, 1.1, 0.9, 0.9, 5e6];
    const minutes = Array.from({ length: 60 * 25 }, (_each, n) => {
      const isWild = Math.floor(n / 60) === 5;
      const [open, close] = isWild ? [path(n % 60), path((n % 60) + 1)] : [1, 1];
      const at = T0 + 5 * HOUR + n * MINUTE;
      return [at, open, Math.max(open, close), Math.min(open, close), close, 1e5];
    });
    minutes[0] = [T0 + 5 * HOUR, 1, 1.0001, 1, 1, 1e5];
    const file = (name: string, rows: readonly (readonly number[])[]): string =>
      put(`detail/${name}/ADAUSDT.csv`, [HEADER, ...rows.map((row) => row.join(','))].join('\n'));
    const [main, fine] = [file('1h', hours), file('1m', minutes)];
    const guarded = put(
      'guarded.yaml',
      `schema_version: 1\nid: g\nkind: dca\nsymbol: ADA/USDT\ntimeframe: 1h\nbudget: 600 USDT\namount: 100 USDT\nevery: 40h\ntake_profit: 5%\nstop_loss: 5%\n`,
    );
    const request = { strategyFiles: [guarded], dataFiles: [main] };
    const coarse = await backtest({ ...request, fromMs: T0 + 5 * HOUR });
    expect(coarse.trades.map(({ exit_reason: why }) => why)).toEqual(['GUARD_STOP']);
    expect(coarse.metrics.ambiguous_bars).toBe(1);
    const report = await backtest({ ...request, dataFiles: [main, fine], detail: '1m' });
    expect(report.trades.map(({ exit_reason: why }) => why)).toEqual(['GUARD_TARGET']);
    expect(report.metrics.ambiguous_bars).toBe(0);
    const [market] = report.markets;
    expect(market).toMatchObject({ data: main, timeframe: '1h' });
    expect(market?.detail).toEqual({ data: fine, timeframe: '1m' });
    expect(report.from).toBe('2024-01-01T05:00:00.000Z');
    expect(report.trades[0]?.exit_time).toBe('2024-01-01T10:16:00.000Z');
    await expect(backtest({ ...request, detail: '1m' })).rejects.toThrow(
      'DATA_MISSING: no file has ADA/USDT in bars of 1m',
    );
    // The finer bars alone: the longer ones are made of them.
    const alone = await backtest({ ...request, dataFiles: [fine], detail: '1m' });
    expect(alone.trades.map(({ exit_reason: why }) => why)).toEqual(['GUARD_TARGET']);
  });

  it('takes candles from the store, those of before the beginning to warm up', async () => {
    const store = createCandleStore(join(folder.path, 'data', 'candles'));
    for (const [symbol, file] of [
      ['ADA/USDT', DATA],
      ['BBB/USDT', OTHER],
    ] as const)
      store.write(
        { exchange: 'binance', symbol: marketSymbol(symbol), timeframe: '1h' },
        readCandleFile(file).columns,
      );
    const file = put('config/store.yaml', CONFIG("  balances: { USDT: '10000' }"));
    const config = { file, isNamed: true };
    const stored = (more: Partial<BacktestRequest> = {}) =>
      backtest({ strategyFiles: [SELLING, GRID], exchange: 'binance', config, ...more });
    const fromFiles = await several({ config });
    const report = await stored();
    expect(report.fills).toEqual(fromFiles.fills);
    expect(report.markets.map(({ data }) => data)).toEqual([
      'binance ADA/USDT 1h',
      'binance BBB/USDT 1h',
    ]);
    const fromMs = T0 + 200 * HOUR;
    const toMs = T0 + 400 * HOUR;
    expect((await stored({ fromMs, toMs })).fills).toEqual(
      (await several({ config, fromMs, toMs })).fills,
    );
    await expect(stored({ exchange: 'kraken' })).rejects.toThrow(
      'DATA_MISSING: of kraken ADA/USDT nothing is stored',
    );
    await expect(stored({ detail: '1m' })).rejects.toThrow('of binance ADA/USDT 1h is stored');
  });

  it('puts the result beside the same trades at random times, the same for the same seed', async () => {
    const random = { draws: 200, seed: 3 };
    const report = await several({ random });
    expect(report.random).toMatchObject(random);
    const { low = 0, median = 0, high = 0, better_than: share = 0 } = report.random ?? {};
    expect(low).toBeLessThan(median);
    expect(median).toBeLessThan(high);
    // A grid and an averager in a market that swings: chosen times must be better than most.
    expect(share).toBeGreaterThan(0.5);
    expect((await several({ random })).random).toEqual(report.random);
    expect((await several()).random).toBeNull();
  });

  it('gives what there is when it is ended early', async () => {
    const long = Array.from({ length: 20_000 }, (_each, n) => {
      const price = (10 + Math.sin(n / 50)).toFixed(3);
      return `${String(T0 + n * MINUTE)},${price},${price},${price},${price},1000`;
    });
    const dataFile = put('long/ADAUSDT.csv', [HEADER, ...long].join('\n'));
    let asked = 0;
    const report = await run({ dataFile, isCancelled: () => (asked += 1) > 1 });
    expect(report.interrupted).toBe(true);
    expect(report.metrics.bars).toBe(4_096);
    expect(report.fills.length).toBeGreaterThan(5);
  });
});
