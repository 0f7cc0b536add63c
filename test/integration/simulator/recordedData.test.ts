/** Replays of real recordings give the recordings' own bars back, digit for digit. Needs the data folder; skips without it. */
import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { selfCheck } from '../../../src/simulator/engine/selfCheck.ts';
import type { Timeframe } from '../../../src/simulator/market/timeframes.ts';
import { World } from '../../../src/simulator/market/world.ts';

const DATA =
  process.env['PLIMSOLL_TEST_DATA'] ??
  join(fileURLToPath(new URL('../../../', import.meta.url)), '..', 'shared', 'data');
const isThere = existsSync(DATA);
if (!isThere) {
  process.stderr.write(`skipped: no recorded market data in ${DATA}; set PLIMSOLL_TEST_DATA\n`);
}
const whereThere = isThere ? describe : describe.skip;

const DAY_MS = 86_400_000;

/** Rows of a candle file as the numbers it says. */
function rowsOf(file: string): number[][] {
  const text = gunzipSync(readFileSync(join(DATA, file))).toString('utf8');
  const lines = text.trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(',').map(Number));
}

/** Replays `days` of a recording next to a user who trades, and returns the bars of the world. */
function replay(file: string, days: number): World {
  const world = new World({
    seed: 1,
    startAtMs: 0,
    historyBars: 200,
    accounts: [
      { id: 'ann', balances: { USDT: '1000000', ETH: '1000', BTC: '10', USD: '1000000' } },
    ],
    replay: { files: [{ file: join(DATA, file) }] },
  });
  const [instrument] = world.instruments;
  const startMs = world.nowMs;
  for (let step = 1; step <= 40; step += 1) {
    world.advanceTo(startMs + (step * days * DAY_MS) / 40);
    if (instrument === undefined) throw new Error('no instrument');
    const { lastOrderTicks } = world.market(instrument.id);
    const one = Math.round(10 ** instrument.lotDecimals);
    for (const side of ['BUY', 'SELL'] as const) {
      world.place({
        accountId: 'ann',
        instrumentId: instrument.id,
        side,
        type: step % 4 === 0 ? 'MARKET' : 'LIMIT',
        timeInForce: 'GTC',
        ticks: Math.round(lastOrderTicks * (side === 'BUY' ? 0.995 : 1.005)),
        lots: Math.max(1, Math.round(one / 100)),
        quoteBudget: 0n,
        clientOrderId: `${side}${String(step)}`,
      });
    }
  }
  return world;
}

/** The bars of a world that the file also has, but the one still open. */
function compare(
  world: World,
  timeframe: Timeframe,
  rows: readonly number[][],
): { equal: number; different: unknown[] } {
  const symbol = world.instruments[0]?.id ?? '';
  const made = new Map(world.candles(symbol, timeframe).map((bar) => [bar.timestampMs, bar]));
  const openMs = [...made.keys()].at(-1) ?? 0;
  let equal = 0;
  const different: unknown[] = [];
  for (const row of rows) {
    const bar = made.get(row[0] ?? 0);
    if (bar === undefined || (bar.timestampMs === openMs && !world.isEnded)) continue;
    const { timestampMs, open, high, low, close, volume } = bar;
    if (JSON.stringify([timestampMs, open, high, low, close, volume]) === JSON.stringify(row))
      equal += 1;
    else different.push([row, bar]);
  }
  return { equal, different };
}

whereThere('a replay of recorded trades', () => {
  it('gives the bars that the same trades gave elsewhere, and keeps its own books straight', () => {
    const world = replay('trades/binance_XRPETH_trades_2019-10-11_13.csv.gz', 4);
    expect(world.isEnded).toBe(true);
    const minutes = compare(world, '1m', rowsOf('candles/binance_XRPETH_1m_2019-10.csv.gz'));
    expect(minutes).toEqual({ equal: 2469, different: [] });
    const fives = compare(world, '5m', rowsOf('candles/binance_XRPETH_5m_2019-10.csv.gz'));
    expect(fives).toEqual({ equal: 706, different: [] });
    expect(selfCheck(world.engine)).toEqual([]);
    expect(world.engine.accounts.get('ann')?.trades.length).toBeGreaterThan(20);
  });
});

whereThere('a replay of recorded candles', () => {
  it.each([
    ['candles/binance_BTCUSDT_5m_2024-01_2024-09.csv.gz', '5m', 3, 1000],
    ['candles/binance_BTCUSDT_1h_2017-08_2024-04.csv.gz', '1h', 10, 400],
    ['candles/bitfinex_ETHUSD_1m_2017-12_2018-02.csv.gz', '1m', 1, 1500],
  ] as const)('gives the candles of %s back', (file, timeframe, days, atLeast) => {
    const world = replay(file, days);
    const { equal, different } = compare(world, timeframe, rowsOf(file));
    expect(different).toEqual([]);
    expect(equal).toBeGreaterThan(atLeast);
    expect(selfCheck(world.engine)).toEqual([]);
  });
});
