/** Stop-loss and take-profit in a backtest: the same guards as live, held by the paper exchange. */
import { describe, expect, it } from '@jest/globals';
import { wireBacktest } from '../../src/compose/backtestParts.ts';
import { SILENT } from '../../src/compose/silentLogger.ts';
import { dec, toText, ZERO } from '../../src/core/domain/decimal.ts';
import { emptyColumns, type BarColumns } from '../../src/core/domain/market.ts';
import { MINUTE_MS, type Timeframe } from '../../src/core/domain/time.ts';
import { DCA } from '../../src/core/strategies/dca/kind.ts';
import { runBacktest } from '../../src/research/backtest.ts';
import { anInstrument, BTC_USDT, T0, USDT } from '../builders/orders.ts';
import { specOf } from '../builders/strategyContext.ts';

type Row = readonly [open: number, high: number, low: number, close: number];

function columnsOf(rows: readonly Row[]): BarColumns {
  const columns = emptyColumns(rows.length);
  rows.forEach(([open, high, low, close], index) => {
    columns.openTime[index] = T0 + index * MINUTE_MS;
    columns.open[index] = open;
    columns.high[index] = high;
    columns.low[index] = low;
    columns.close[index] = close;
    columns.volume[index] = 1_000;
  });
  return columns;
}

const flat = (price: number, rows: number): Row[] =>
  Array.from({ length: rows }, () => [price, price, price, price]);

/** A DCA that buys once at the second bar's open, and what the bars after it lead to. */
async function run(
  rows: readonly Row[],
  keys: Readonly<Record<string, string>>,
  timeframe: Timeframe = '1m',
) {
  const spec = specOf(DCA, { every: '1d', amount: '100 USDT', ...keys, timeframe });
  const wired = await wireBacktest({
    spec,
    instrument: anInstrument({ makerFee: ZERO, takerFee: ZERO }),
    balances: [{ asset: USDT, total: dec('10000') }],
    fillModel: { slippage: 0, touch: 'through', quoteMaxAgeMs: 0 },
    limits: { maxTotalExposure: dec('5000'), priceBand: 0.05, maxOpenOrders: 100 },
    logger: SILENT,
  });
  const { fills, decisions } = runBacktest(
    wired,
    { symbol: BTC_USDT, columns: columnsOf(rows), timeframe: '1m' },
    { fromMs: T0, toMs: Number.POSITIVE_INFINITY, onProgress: () => undefined },
  );
  const sales = fills
    .filter(({ fill }) => fill.side === 'sell')
    .map(
      ({ fill }) =>
        `${toText(fill.amount)} at ${toText(fill.price)} in bar ${Math.ceil((fill.at - T0) / MINUTE_MS)}`,
    );
  return { sales, decisions };
}

describe('a backtest', () => {
  it('sells at the stop within the bar that reaches it, not at the next open', async () => {
    const rows: Row[] = [...flat(100, 4), [100, 100, 94, 96], ...flat(90, 3)];
    const { sales, decisions } = await run(rows, { stop_loss: '5%' });
    expect(sales).toEqual(['1 at 95 in bar 5']);
    expect(Object.fromEntries(decisions)).toMatchObject({ STOP_LOSS: 1, STOPPED: 1 });
  });

  it('sells at the open of a bar that opens below the stop', async () => {
    const rows: Row[] = [...flat(100, 4), [92, 93, 91, 92], ...flat(92, 3)];
    expect((await run(rows, { stop_loss: '5%' })).sales).toEqual(['1 at 92 in bar 4']);
  });

  it('never holds a position without its stop for long, and so alarms nothing', async () => {
    const rows: Row[] = [...flat(100, 30), [100, 100, 94, 96], ...flat(96, 30)];
    for (const timeframe of ['1m', '5m'] as const) {
      const { decisions } = await run(rows, { stop_loss: '5%', take_profit: '50%' }, timeframe);
      expect(decisions.get('UNPROTECTED')).toBeUndefined();
      expect(decisions.get('STOP_OVERDUE')).toBeUndefined();
      expect(decisions.get('STOP_LOSS')).toBe(1);
    }
  });

  it('takes the profit at the target within the bar that trades through it, not at the next open', async () => {
    const rows: Row[] = [
      ...flat(100, 4),
      [100, 111, 100, 105],
      [106, 107, 105, 106],
      ...flat(106, 2),
    ];
    const { sales, decisions } = await run(rows, { stop_loss: '5%', take_profit: '10%' });
    expect(sales).toEqual(['1 at 110 in bar 5']);
    expect(decisions.get('TAKE_PROFIT')).toBe(1);
  });

  it('takes the stop when a bar has reached both', async () => {
    const rows: Row[] = [...flat(100, 4), [100, 111, 94, 105], ...flat(105, 3)];
    const { sales } = await run(rows, { stop_loss: '5%', take_profit: '10%' });
    expect(sales).toEqual(['1 at 95 in bar 5']);
  });
});
