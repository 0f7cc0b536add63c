import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../../../../src/interface/cli/main.ts';
import { REPORT } from '../../../../builders/backtestReport.ts';
import { FakeApp, fakeHome, type FakeHome } from '../../../../builders/fakeApp.ts';
import { fakeIo, type FakeIo, type FakeIoOptions } from '../../../../builders/fakeIo.ts';

let home: FakeHome;
let app: FakeApp;

beforeEach(() => {
  home = fakeHome();
  app = new FakeApp();
});
afterEach(() => {
  home.dispose();
});

async function plimsoll(
  args: readonly string[],
  options: FakeIoOptions = {},
  io: FakeIo = fakeIo(options),
) {
  const exitCode = await main([...args, '--config', home.configFile], app, io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

describe('backtest', () => {
  const args = ['backtest', 'trend.yaml', '--data', 'x.csv'];

  it('prints metrics and the last trades, and remarks on stderr', async () => {
    app.report = REPORT;
    const { exitCode, stdout, stderr } = await plimsoll(args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/return on the budget of 1000\.00 +5\.12%/u);
    expect(stdout).toMatch(/return on the account +0\.51%/u);
    expect(stdout).toContain(
      'data: 9 bars are missing in 2 gaps, the longest: 7 from 2024-01-03 00:00:00Z, 2 from 2024-01-02 00:00:00Z',
    );
    expect(stdout).toContain('data: 1 closes are far from the one before, the farthest: ×0.500 at');
    expect(stdout).toContain('data: the price step is guessed');
    expect(stdout).toContain('last 10 of 12 trades');
    expect(stdout).toContain('still held: 0.5, bought for 50.00, worth 45.00');
    expect(stdout.indexOf('TREND_HOLD')).toBeLessThan(stdout.indexOf('TREND_ENTRY'));
    expect(stderr).toBe('note: a remark\nkept as run-1\n');
  });

  it('shows the fills of a run without a closed trade', async () => {
    const fills = Array.from({ length: 100 }, (_, n) => ({
      ...{ strategy: 'trend', symbol: 'BTC/USDT', order: `i${String(n)}` },
      ...{ time: '2024-01-01T00:00:00.000Z', side: 'buy' as const, price: '100', amount: '0.5' },
      ...{ fee: '0.05', fee_asset: 'USDT', reason: `DCA_BUY ${String(n)}` },
      ...{ liquidity: 'taker', certain: true },
    }));
    app.report = { ...REPORT, trades: [], fills };
    const { stdout } = await plimsoll(args);
    expect(stdout).toContain('no closed trades; last 10 of 100 fills');
    expect(stdout).toContain('DCA_BUY 99');
  });

  it('says what the bars left open, and what the data did not tell about fills', async () => {
    app.report = REPORT;
    const plain = (await plimsoll(args)).stdout;
    expect(plain).not.toMatch(/read both ways|^fills:/mu);
    const [time, side, price, amount] = ['2024-01-01T00:00:00.000Z', 'buy', '100', '1'] as const;
    const fill = {
      strategy: 'trend',
      symbol: 'BTC/USDT',
      order: 'i1',
      time,
      side,
      price,
      amount,
      fee: '0',
      fee_asset: 'USDT',
    };
    const late = { liquidity: 'taker', reason: 'DCA_BUY', certain: true, after_hole_s: 7_200 };
    app.report = {
      ...REPORT,
      fills: [{ ...fill, ...late }],
      fill_settings: { ...REPORT.fill_settings, max_share: null },
      metrics: {
        ...REPORT.metrics,
        ambiguous_bars: 3,
        bounds: { low: '10400.5', high: '10512.3456' },
      },
    };
    const { stdout } = await plimsoll(args);
    expect(stdout).toMatch(/bars that leave open what came first +3/u);
    expect(stdout).toMatch(/final equity, those read both ways +10400\.50 … 10512\.35/u);
    expect(stdout).toContain(
      'fills: no volumes in the data, so no order was too large for its bar',
    );
    expect(stdout).toContain('fills: 1 came behind a hole in the data, at its first open');
  });

  it('asks for everything to be sold at the end when told so', async () => {
    app.report = REPORT;
    await plimsoll(args);
    await plimsoll([...args, '--close-at-end']);
    expect(app.backtests.map(({ closeAtEnd }) => closeAtEnd)).toEqual([false, true]);
  });

  it('says whether the configuration was named, and hands on market and symbol', async () => {
    app.report = REPORT;
    await plimsoll([...args, '--market', 'm.yaml', '--symbol', 'BTC/USDT']);
    expect(app.backtests).toMatchObject([
      { config: { isNamed: true }, marketFile: 'm.yaml', symbol: 'BTC/USDT' },
    ]);
    expect((await plimsoll([...args, '--symbol', 'BTCUSDT'])).exitCode).toBe(2);
  });

  it('prints the report and nothing else on stdout', async () => {
    app.report = REPORT;
    expect(JSON.parse((await plimsoll([...args, '--json'])).stdout)).toEqual(REPORT);
  });

  it('shows progress at a terminal and takes it away again', async () => {
    app.report = REPORT;
    const { stderr } = await plimsoll(args, { terminal: true });
    expect(stderr).toContain('50%');
    expect(stderr).toMatch(/\r +\r/u);
  });

  it('hands the times on in milliseconds', async () => {
    app.report = REPORT;
    await plimsoll([...args, '--from', '2024-01-01', '--to', '2024-01-02T00:00:00Z']);
    expect(app.backtests).toMatchObject([
      {
        strategyFiles: ['trend.yaml'],
        dataFiles: ['x.csv'],
        fromMs: 1_704_067_200_000,
        toMs: 1_704_153_600_000,
      },
    ]);
  });

  it('refuses times in the wrong order', async () => {
    expect((await plimsoll([...args, '--from', '2024-01-02', '--to', '2024-01-01'])).exitCode).toBe(
      2,
    );
  });

  it('ends with exit code 2 when the data is not there', async () => {
    app.report = new Error('DATA_MISSING: x.csv does not exist');
    expect((await plimsoll(args)).exitCode).toBe(2);
  });

  it('takes several strategies and files, each with its market if need be', async () => {
    app.report = REPORT;
    const words = 'backtest a.yaml b.yaml --data BTC/USDT=x.csv y.csv --detail 1m';
    await plimsoll(words.split(' '));
    expect(app.backtests).toMatchObject([
      {
        strategyFiles: ['a.yaml', 'b.yaml'],
        dataFiles: ['BTC/USDT=x.csv', 'y.csv'],
        detail: '1m',
      },
    ]);
    await plimsoll(['backtest', 'a.yaml', '--exchange', 'binance']);
    expect(app.backtests[1]).toMatchObject({ exchange: 'binance' });
    expect(app.backtests[1]?.dataFiles).toBeUndefined();
  });

  it('needs to know where the candles are, once', async () => {
    app.report = REPORT;
    const nowhere = await plimsoll(['backtest', 'a.yaml']);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining('--exchange')]);
    expect((await plimsoll([...args, '--exchange', 'binance'])).exitCode).toBe(2);
    const swallowed = await plimsoll(['backtest', 'a.yaml', '--data', 'x.csv', 'b.yaml']);
    expect(swallowed.stderr).toContain('write b.yaml before it');
    expect(app.backtests).toEqual([]);
  });

  it('shows each strategy and each market of a run with several', async () => {
    const [one, market] = [REPORT.strategies[0], REPORT.markets[0]];
    if (!one || !market) throw new Error('the report has none');
    const other = { ...one, strategy: 'grid-eth', symbol: 'ETH/USDT', return: -0.25 };
    app.report = {
      ...REPORT,
      strategies: [one, other],
      markets: [market, { ...market, symbol: 'ETH/USDT', data: 'y.csv' }],
    };
    const { stdout } = await plimsoll(args);
    expect(stdout).toContain('744 bars of x.csv, y.csv');
    expect(stdout).toMatch(/grid-eth +12 +-25\.00% +25\.00% +-121\.20 +-5\.00 +1\.20/u);
    expect(stdout).toMatch(/ETH\/USDT +12 +-2\.00% +-121\.20/u);
    expect(stdout).toContain('data: ETH/USDT: the price step is guessed');
    expect(stdout).toContain('grid-eth still holds 0.5');
    expect(stdout).toMatch(/STRATEGY +ENTRY/u);
  });

  it('stands beside random entries where it is asked to', async () => {
    const random = { draws: 1_000, seed: 1, mean: 0, low: -0.1, median: 0.01, high: 0.2 };
    app.report = { ...REPORT, random: { ...random, better_than: 0.73 } };
    const { stdout } = await plimsoll([...args, '--random']);
    expect(stdout).toMatch(/1000 times at random: 5%, median, 95% +-10\.00%, 1\.00%, 20\.00%/u);
    expect(stdout).toMatch(/better than so many of them +73\.00%/u);
    await plimsoll([...args, '--random', '50', '--seed', '9']);
    await plimsoll(args);
    expect(app.backtests.map((request) => request.random)).toEqual([
      { draws: 1_000, seed: 1 },
      { draws: 50, seed: 9 },
      undefined,
    ]);
    expect((await plimsoll([...args, '--random', '0'])).exitCode).toBe(2);
  });

  it('draws the equity in one line', async () => {
    app.report = REPORT;
    expect((await plimsoll(args)).stdout).toContain('equity ▆▁█');
  });

  it('says how deep the equity fell, how long, and that it lasts', async () => {
    app.report = REPORT;
    expect((await plimsoll(args)).stdout).toMatch(
      /drawdown of the account +10\.00%, 31d00h and lasting/u,
    );
  });

  it('prints what there is after Ctrl-C, and ends with its exit code', async () => {
    app.report = { ...REPORT, interrupted: true };
    const io = fakeIo({});
    const running = plimsoll(args, {}, io);
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('interrupted: this is what there was until then');
    expect(stdout).toContain('trades');
    expect(app.backtests[0]?.isCancelled?.()).toBe(false);
  });

  it('writes a page and lists where it is told to, and says so', async () => {
    app.report = REPORT;
    const [html, csv] = [join(home.folder, 'out', 'a.html'), join(home.folder, 'lists')];
    const { stdout, stderr } = await plimsoll([...args, '--json', '--html', html, '--csv', csv]);
    expect(JSON.parse(stdout)).toEqual(REPORT);
    expect(readFileSync(html, 'utf8')).toContain('data: the price step is guessed');
    expect(readdirSync(csv).sort()).toEqual([
      'equity.csv',
      'fills.csv',
      'orders.csv',
      'trades.csv',
    ]);
    expect(stderr).toContain(`wrote ${html}\n`);
    const impossible = await plimsoll([...args, '--html', home.folder]);
    expect(impossible.exitCode).toBe(1);
    expect(impossible.stderr).toContain('cannot be written');
    expect(impossible.stdout).toContain('METRIC');
  });
});

describe('runs that are kept', () => {
  const run = async (more: Partial<typeof REPORT> = {}): Promise<void> => {
    app.report = { ...REPORT, ...more };
    await plimsoll(['backtest', 'trend.yaml', '--data', 'x.csv']);
  };

  it('are listed, the newest first', async () => {
    expect((await plimsoll(['backtest', 'list'])).stderr).toBe('no runs in data/backtests\n');
    await run();
    await run({ interrupted: true });
    const { stdout, exitCode } = await plimsoll(['backtest', 'list']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /run-2 +trend +BTC\/USDT +2024-01-01 +2024-02-01 \(cut\) +5\.12% +-2\.00% +10\.00% +- +12\nrun-1/u,
    );
    const document = JSON.parse((await plimsoll(['backtest', 'list', '--json'])).stdout) as object;
    expect(document).toMatchObject({
      folder: 'data/backtests',
      runs: [{ id: 'run-2' }, { id: 'run-1' }],
    });
  });

  it('are shown as they were printed, and written as files again', async () => {
    await run();
    const { stdout } = await plimsoll(['backtest', 'show', 'run-1']);
    expect(stdout).toContain('last 10 of 12 trades');
    const json = await plimsoll(['backtest', 'show', 'run-1', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(REPORT);
    const html = join(home.folder, 'again.html');
    await plimsoll(['backtest', 'show', 'run-1', '--html', html]);
    expect(readFileSync(html, 'utf8')).toContain('<svg');
    expect((await plimsoll(['backtest', 'show', 'run-9'])).exitCode).toBe(2);
  });

  it('are compared: what was set, and what came of it', async () => {
    await run();
    await run({
      fill_settings: { ...REPORT.fill_settings, slippage: 0.01 },
      metrics: { ...REPORT.metrics, return: 0.01, final_equity: '10100', mean_duration_s: 3_600 },
    });
    const { stdout } = await plimsoll(['backtest', 'compare', 'run-1', 'run-2']);
    expect(stdout).toMatch(/slippage +0\.0005 +0\.01/u);
    expect(stdout).toMatch(/Return on the budgets +5\.12% +1\.00% +-4\.12%/u);
    expect(stdout).toMatch(/Final equity +10512\.35 +10100\.00 +-412\.35/u);
    expect(stdout).toMatch(/Average time in a trade +1d00h +1h00m +-23h00m/u);
    const { stdout: text } = await plimsoll(['backtest', 'compare', 'run-1', 'run-2', '--json']);
    expect(JSON.parse(text)).toMatchObject({ a: 'run-1', b: 'run-2', same_fills: true });
    expect((await plimsoll(['backtest', 'compare', 'run-1', 'run-1'])).stdout).toContain(
      'both were set the same',
    );
  });

  it('are not kept when nobody wants it, and a failure to keep one is said and no more', async () => {
    app.report = REPORT;
    await plimsoll(['backtest', 'trend.yaml', '--data', 'x.csv', '--no-keep']);
    expect(app.runs.kept).toEqual([]);
    app.runs.failure = 'the disk is full';
    const { exitCode, stderr, stdout } = await plimsoll([
      'backtest',
      'trend.yaml',
      '--data',
      'x.csv',
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('not kept: the disk is full');
    expect(stdout).toContain('METRIC');
  });

  it('reserve their words: a file of such a name is written with its folder', async () => {
    app.report = REPORT;
    await plimsoll(['backtest', './list', '--data', 'x.csv']);
    expect(app.backtests).toMatchObject([{ strategyFiles: ['./list'] }]);
  });
});
