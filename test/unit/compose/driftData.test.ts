/** Bars of a backtest from a file or the candle store, as the strategies of a recording want them. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCandleStore } from '../../../src/adapters/candles/candleStore.ts';
import { readCandleFile } from '../../../src/adapters/history/candleFile.ts';
import { barsOfFile, barsOfStore } from '../../../src/compose/driftData.ts';
import { marketSymbol } from '../../../src/core/domain/ids.ts';
import type { SeriesKey } from '../../../src/core/domain/market.ts';
import { T0 } from '../../builders/orders.ts';

const BTC = marketSymbol('BTC/USDT');
const ETH = marketSymbol('ETH/USDT');
const MINUTE_MS = 60_000;
const wants = (symbol: typeof BTC, timeframe: SeriesKey['timeframe']): SeriesKey => ({
  symbol,
  timeframe,
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-drift-'));
  file = join(folder, 'BTCUSDT-1m.csv');
  const rows = Array.from({ length: 10 }, (_none, n) =>
    [T0 + n * MINUTE_MS, 100 + n, 101 + n, 99 + n, 100 + n, 1].join(','),
  );
  writeFileSync(file, `timestamp_ms,open,high,low,close,volume\n${rows.join('\n')}\n`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('bars of a file', () => {
  it('are the series itself, and longer ones that strategies decide on', () => {
    const series = barsOfFile(file)([wants(BTC, '1m'), wants(BTC, '5m')]);
    expect(series.map(({ key, bars }) => [key.timeframe, bars.length])).toEqual([
      ['1m', 10],
      ['5m', 2],
    ]);
    expect(series[1]?.bars[1]).toEqual({
      ...{ openTime: T0 + 5 * MINUTE_MS, open: 105, high: 110, low: 104, close: 109, volume: 5 },
    });
  });

  it.each([
    ['another market', [wants(ETH, '1m')], /holds BTCUSDT, and ETH\/USDT were traded/u],
    ['several markets', [wants(BTC, '1m'), wants(ETH, '1m')], /BTC\/USDT, ETH\/USDT were traded/u],
  ])('are refused for %s', (_what, wanted, words) => {
    expect(() => barsOfFile(file)(wanted)).toThrow(words);
  });
});

describe('bars of the store', () => {
  it('are the finest of each market', () => {
    const store = createCandleStore(join(folder, 'candles'));
    const { columns } = readCandleFile(file);
    store.write({ exchange: 'binance', symbol: BTC, timeframe: '1m' }, columns);
    const read = barsOfStore(folder, 'binance');
    expect(read([wants(BTC, '5m')]).map(({ key }) => key.timeframe)).toEqual(['1m', '5m']);
    expect(() => read([wants(ETH, '1m')])).toThrow('DATA_MISSING: binance ETH/USDT');
    expect(() => barsOfStore(folder, 'okx')([wants(BTC, '1m')])).toThrow('DATA_MISSING');
  });
});
