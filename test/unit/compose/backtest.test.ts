import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { dec, sumOf, toText } from '../../../src/core/domain/decimal.ts';
import {
  CONFIG,
  csv,
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

describe('a backtest', () => {
  it('gives the same report for the same candles in every spelling and format', async () => {
    const micro = ROWS.map((row) => [
      `${String(row[0])}000`,
      ...row.slice(1),
      row[0] + HOUR - 1,
      1,
      2,
      3,
      4,
      0,
    ]);
    const spellings: Record<string, string> = {
      exponents: put(
        'exponents/ADAUSDT.csv',
        csv(([at, ...p]) => [at, ...p.map((x) => x.toExponential())].join(',')),
      ),
      zeros: put(
        'zeros/ADAUSDT.csv',
        csv(([at, ...p]) => [at, ...p.map((x) => x.toFixed(8))].join(',')),
      ),
      quoted: put(
        'quoted/ADAUSDT.csv',
        csv((row) => row.map((x) => `"${String(x)}"`).join(',')).replaceAll('\n', '\r\n'),
      ),
      gzip: put('ADAUSDT.csv.gz', gzipSync(plain)),
      zip: put(
        'ADAUSDT-1h.zip',
        zipSync({ 'ADAUSDT-1h.csv': strToU8(micro.map((row) => row.join(',')).join('\n')) }),
      ),
      json: put('ADA_USDT-1h.json', JSON.stringify(ROWS)),
    };
    const apart = ({ markets: [market], ...report }: Awaited<ReturnType<typeof run>>) => {
      if (!market) throw new Error('no market');
      const { data, data_notes: notes, ...about } = market;
      return { data, notes, report: { ...report, about } };
    };
    const { notes, report: reference } = apart(await run({ strategyFile: SELLING }));
    expect(reference.metrics.trades).toBeGreaterThan(0);
    for (const [name, dataFile] of Object.entries(spellings)) {
      const { data, notes: others, report } = apart(await run({ strategyFile: SELLING, dataFile }));
      expect([name, data]).toEqual([name, dataFile]);
      expect([name, JSON.stringify(report)]).toEqual([name, JSON.stringify(reference)]);
      expect({ ...others, conversions: [] }).toEqual(notes);
    }
  });

  it('adds up: opening equity, trades and what is held make the final equity, to the last digit', async () => {
    const { metrics, trades, fills, strategies } = await run({ strategyFile: SELLING });
    const { open_position } = only(strategies);
    const realised = sumOf(trades.map(({ pnl }) => dec(pnl)));
    const held = dec(open_position.value).minus(dec(open_position.cost));
    expect(toText(dec(metrics.initial_equity).plus(realised).plus(held))).toBe(
      metrics.final_equity,
    );
    // The same from the fills alone.
    let [money, coins] = [dec(metrics.initial_equity), dec(0)];
    for (const { side, price, amount, fee, fee_asset } of fills) {
      const notional = dec(price).times(dec(amount));
      money = side === 'buy' ? money.minus(notional) : money.plus(notional);
      coins = side === 'buy' ? coins.plus(dec(amount)) : coins.minus(dec(amount));
      if (fee_asset === 'USDT') money = money.minus(dec(fee));
      else coins = coins.minus(dec(fee));
    }
    expect(toText(coins)).toBe(open_position.amount);
    expect(toText(money.plus(coins.times(dec(ROWS.at(-1)?.[4] ?? 0))))).toBe(metrics.final_equity);
  });

  it('shows what a strategy that never sold has done, on the budget and on the account', async () => {
    const { metrics, fills, trades } = await run();
    expect(trades).toEqual([]);
    expect(fills.length).toBeGreaterThan(40);
    expect(metrics.orders_filled).toBe(fills.length);
    const profit = Number(metrics.final_equity) - 10_000;
    expect(metrics.return).toBeCloseTo(profit / 600, 9);
    expect(metrics.return_on_account).toBeCloseTo(profit / 10_000, 9);
    expect(metrics.buy_and_hold_on_account).toBeCloseTo(metrics.buy_and_hold * 0.06, 12);
  });

  it('takes money and fees of the configuration', async () => {
    const remarks: string[] = [];
    const config = put(
      'config/fees.yaml',
      CONFIG("  balances: { USDT: '5000' }\n  fees: { maker: 1%, taker: 1% }"),
    );
    const costly = await run({
      config: { file: config, isNamed: true },
      onRemark: (text) => remarks.push(text),
    });
    expect(costly.metrics.initial_equity).toBe('5000');
    const free = await run();
    expect(Number(costly.metrics.fees)).toBeGreaterThan(9 * Number(free.metrics.fees));
    expect(remarks).toEqual([]);
  });

  it('fills as the configuration says, and states how', async () => {
    const filled = (fills: string): ReturnType<typeof run> => {
      const file = put('config/fills.yaml', CONFIG(`  balances: { USDT: '5000' }\n${fills}`));
      return run({ config: { file, isNamed: true } });
    };
    const usual = await filled('');
    expect(usual.fill_settings).toEqual({
      slippage: 0.0005,
      touch: 'through',
      max_share: 0.1,
      latency_ms: 0,
    });
    const first = (report: typeof usual) => report.fills[0];
    expect(first(usual)).toMatchObject({ liquidity: 'taker', certain: true });
    const dear = await filled('fills: { slippage: 1%, touch: fills }');
    expect(dear.fill_settings).toMatchObject({ slippage: 0.01, touch: 'fills' });
    expect(Number(first(dear)?.price) / Number(first(usual)?.price)).toBeCloseTo(1.01 / 1.0005, 3);
    const late = await filled('fills: { latency: 30s }');
    const hours = ({ fills: [one] }: typeof usual): number =>
      Math.round((Date.parse(one?.time ?? '') - T0) / HOUR);
    expect([hours(usual), hours(late)]).toEqual([1, 2]);
    const thin = await filled('fills: { max_share: 0.01% }');
    expect(thin.fill_settings.max_share).toBe(0.0001);
  });

  it('caps orders by their share of a bar’s volume, and nothing where no volume is known', async () => {
    const thinly = (volume: number): ReturnType<typeof run> =>
      run({
        dataFile: put(
          'thin/ADAUSDT.csv',
          csv((row) => [...row.slice(0, 5), volume].join(',')),
        ),
      });
    const capped = await thinly(60);
    expect(Math.max(...capped.fills.map(({ amount }) => Number(amount)))).toBe(6);
    expect(capped.fill_settings.max_share).toBe(0.1);
    const unknown = await thinly(0);
    expect(Number(unknown.fills[0]?.amount)).toBeGreaterThan(6);
    expect(unknown.fill_settings.max_share).toBeNull();
  });

  it('says which fills came behind a hole in the data', async () => {
    const rows = ROWS.filter((_row, n) => n === 0 || n > 3);
    const holed = [HEADER, ...rows.map((row) => row.join(','))].join('\n');
    const { fills } = await run({ dataFile: put('holed/ADAUSDT.csv', holed) });
    expect(fills[0]).toMatchObject({ after_hole_s: 3 * 3_600 });
    expect(fills.slice(1).every(({ after_hole_s: hole }) => hole === undefined)).toBe(true);
  });

  it('sells what is held at the last close when asked to', async () => {
    const open = await run({ strategyFile: SELLING });
    expect(only(open.strategies).open_position.amount).not.toBe('0');
    const closed = await run({ strategyFile: SELLING, closeAtEnd: true });
    expect(Number(only(closed.strategies).open_position.amount)).toBeLessThan(0.2);
    const last = closed.trades.at(-1);
    expect(last).toMatchObject({ exit_reason: 'END', exit_time: closed.to });
    const close = ROWS.at(-1)?.[4] ?? 0;
    expect(Number(last?.exit_price)).toBeCloseTo(close * (1 - 0.0005), 3);
  });

  it('counts bars that leave open what came first, and gives the final equity read both ways', async () => {
    const grid = put(
      'grid.yaml',
      `schema_version: 1\nid: grid-ada\nkind: grid\nsymbol: ADA/USDT\ntimeframe: 1h\nbudget: 600 USDT\nlower: -30%\nupper: 30%\nlines: 60\nstop_loss: 10%\n`,
    );
    const swings = ROWS.map(([at, open, high, low, close, volume], n) =>
      [at, open, high + 0.02 * (n % 3), low - 0.02 * (n % 2), close, volume].map(String).join(','),
    );
    const dataFile = put('swings/ADAUSDT.csv', [HEADER, ...swings].join('\n'));
    const { metrics, fills, trades } = await run({ strategyFile: grid, dataFile });
    const { low, high } = metrics.bounds;
    expect(metrics.ambiguous_bars).toBeGreaterThan(20);
    expect([low, high]).toContain(metrics.final_equity);
    expect(Number(low)).toBeLessThan(Number(high));
    expect(fills.every(({ certain }) => typeof certain === 'boolean')).toBe(true);
    expect(trades.length).toBeGreaterThan(20);
    const plainly = await run();
    expect(plainly.metrics.ambiguous_bars).toBe(0);
    const { final_equity: only } = plainly.metrics;
    expect(plainly.metrics.bounds).toEqual({ low: only, high: only });
  });

  it('ends when the configuration that was named is missing, wrong, or has no such money', async () => {
    const named = (file: string): Promise<unknown> => run({ config: { file, isNamed: true } });
    await expect(named(join(folder.path, 'no.yaml'))).rejects.toThrow(
      /CONFIG_INVALID: .*no\.yaml/u,
    );
    const other = put('config/other.yaml', CONFIG("  balances: { EUR: '5000' }"));
    await expect(named(other)).rejects.toThrow('paper.balances has no USDT');
    const remarks: string[] = [];
    await run({ config: { file: other, isNamed: false }, onRemark: (text) => remarks.push(text) });
    await run({
      config: { file: join(folder.path, 'no.yaml'), isNamed: false },
      onRemark: (text) => remarks.push(text),
    });
    expect(remarks).toEqual([
      expect.stringContaining('has no USDT in paper.balances: 10000 USDT are assumed'),
      'no configuration: 10000 USDT, fees 0.1%, slippage 0.05%',
    ]);
  });

  it('takes the rules of the market from a file, and says what it guessed without one', async () => {
    const file = put(
      'markets.yaml',
      "markets:\n  ADA/USDT: { tick: '0.01', lot: '1', min_notional: '5' }\n",
    );
    const { fills, markets } = await run({ marketFile: file });
    expect(only(markets).data_notes.assumed).toEqual([]);
    expect(fills.every(({ amount }) => dec(amount).trimmed().scale === 0)).toBe(true);
    expect(only((await run()).markets).data_notes.assumed).toEqual([
      'price step 0.0001, lot 0.1 and smallest order 5 USDT are guessed from the prices; --market FILE states them',
    ]);
    const wrong = put(
      'wrong.yaml',
      "markets:\n  ADA/USDT: { tick: '0', lot: '1', min_notional: '5' }\n",
    );
    await expect(run({ marketFile: wrong })).rejects.toThrow(/wrong\.yaml:2.*must be above 0/u);
    const none = put(
      'none.yaml',
      "markets:\n  BTC/USDT: { tick: '1', lot: '1', min_notional: '5' }\n",
    );
    await expect(run({ marketFile: none })).rejects.toThrow('has no ADA/USDT; it has BTC/USDT');
  });

  it('refuses the data of another market, unless that market is named', async () => {
    const dataFile = put('binance_BTCUSDT_1h.csv', plain);
    await expect(run({ dataFile })).rejects.toThrow(
      'holds BTCUSDT, and dca-ada trades ADA/USDT; to run it on that market, name it: --symbol BASE/QUOTE',
    );
    expect(only((await run({ dataFile, symbol: 'BTC/USDT' })).markets).symbol).toBe('BTC/USDT');
  });
});
