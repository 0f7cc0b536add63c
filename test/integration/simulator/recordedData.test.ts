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

/** Data lines of a file. */
function linesOf(file: string): string[] {
  const text = gunzipSync(readFileSync(join(DATA, file))).toString('utf8');
  return text.trimEnd().split('\n').slice(1);
}

/** Rows of a candle file as the numbers it says. */
function rowsOf(file: string): number[][] {
  return linesOf(file).map((line) => line.split(',').map(Number));
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
    const rows = rowsOf('candles/binance_XRPETH_1m_2019-10.csv.gz');
    expect(rows).toHaveLength(2469);
    expect(compare(world, '1m', rows)).toEqual({ equal: 2469, different: [] });
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

/** Minute bars of a trades file from its text alone: decimals as the file writes them, sums as integers of 10^-8. */
function aggregate(file: string): Map<number, readonly string[]> {
  const bars = new Map<number, { prices: bigint[]; volume: bigint }>();
  const lines = gunzipSync(readFileSync(join(DATA, file)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  for (const line of lines.slice(1)) {
    const [time = '', price = '', amount = ''] = line.split(',');
    const openMs = Math.floor(Number(time) / 60_000) * 60_000;
    const bar = bars.get(openMs) ?? { prices: [], volume: 0n };
    bar.prices.push(units(price));
    bar.volume += units(amount);
    bars.set(openMs, bar);
  }
  const text = ({ prices, volume }: { prices: bigint[]; volume: bigint }): string[] => {
    const sorted = [...prices].sort((a, b) => (a < b ? -1 : Number(a > b)));
    const ohlc = [prices[0], sorted.at(-1), sorted[0], prices.at(-1)];
    return [...ohlc, volume].map(String);
  };
  return new Map([...bars].map(([openMs, bar]) => [openMs, text(bar)]));
}

/** A decimal text as an integer of 10^-8. */
function units(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(8, '0'));
}

/** The world's bars of the minutes that the file traded in, in the same form. */
function barsOf(world: World, id: string, minutes: Iterable<number>): Map<number, string[]> {
  const { candles, grid } = world.market(id);
  const scaled = (value: number, decimals: number): string =>
    String(BigInt(value) * 10n ** BigInt(8 - decimals));
  return new Map(
    [...minutes].map((openMs) => {
      const bar = candles.bar('1m', openMs);
      const prices = [bar?.open, bar?.high, bar?.low, bar?.close].map((ticks = 0) =>
        scaled(ticks, grid.priceDecimals),
      );
      return [openMs, [...prices, scaled(bar?.volume ?? 0, grid.volumeDecimals)]];
    }),
  );
}

const SECOND_MS = 1_000;
const DAY = 'trades/binance-spot_BTCUSDT_trades_20240808.csv.gz';
const ETH_DAY = 'trades/binance-spot_ETHUSDT_trades_20240808.csv.gz';

/** Trades next to the recording, every few seconds, in every symbol. */
function tradeAlong(world: World): void {
  for (let step = 0; !world.isEnded; step += 1) {
    world.advanceTo(world.nowMs + 5 * SECOND_MS);
    for (const { id } of world.instruments) {
      const { bid, ask } = world.market(id).touch();
      const side = step % 2 === 0 ? 'BUY' : 'SELL';
      world.place({
        accountId: 'ann',
        instrumentId: id,
        side,
        type: step % 5 === 0 ? 'MARKET' : 'LIMIT',
        timeInForce: 'GTC',
        ticks: (side === 'BUY' ? bid?.ticks : ask?.ticks) ?? 1,
        lots: 50,
        quoteBudget: 0n,
        clientOrderId: `${id}${String(step)}`,
      });
    }
  }
}

function worldOf(files: readonly string[]): World {
  return new World({
    seed: 1,
    startAtMs: 0,
    historyBars: 1,
    accounts: [{ id: 'ann', balances: { USDT: '1000000', ETH: '1000', BTC: '10' } }],
    replay: { files: files.map((file) => ({ file: join(DATA, file) })) },
  });
}

whereThere('a replay of trades with ids and sides', () => {
  it.each([
    'trades/binance-spot_BTCUSDT_trades_20240808.csv.gz',
    'trades/binance-spot_BTCUSDT_trades_20240809.csv.gz',
    'trades/binance-spot_ETHUSDT_trades_20240808.csv.gz',
    'trades/binance-spot_ETHUSDT_trades_20240809.csv.gz',
    'trades/binance-futures_BTCUSDT_trades_20240808.csv.gz',
    'trades/binance-futures_ETHUSDT_trades_20240808.csv.gz',
  ])('gives the bars that its own lines add up to: %s', (file) => {
    const world = worldOf([file]);
    expect(world.gaps).toEqual([]);
    tradeAlong(world);
    const expected = aggregate(file);
    expect(expected.size).toBeGreaterThan(5);
    const id = world.instruments[0]?.id ?? '';
    expect(barsOf(world, id, expected.keys())).toEqual(expected);
    expect(world.engine.accounts.get('ann')?.trades.length).toBeGreaterThan(10);
    expect(selfCheck(world.engine)).toEqual([]);
  });
});

whereThere('a replay of two symbols with their quotes', () => {
  const files = [
    DAY,
    ETH_DAY,
    'quotes/binance-spot_BTCUSDT_bookticker_20240808.csv.gz',
    'quotes/binance-spot_ETHUSDT_bookticker_20240808.csv.gz',
  ];

  it('stands at the recorded best bid and ask while nobody trades', () => {
    const world = worldOf(files);
    const rows = linesOf(files[2] ?? '').map((line) => line.split(','));
    let compared = 0;
    for (let row = 1_000; row + 1 < rows.length; row += 1_000) {
      const [, time = '', bid, , ask] = rows[row] ?? [];
      const isLastOfItsTime = rows[row + 1]?.[1] !== time;
      if (Number(time) < world.nowMs || !isLastOfItsTime) continue;
      world.advanceTo(Number(time));
      const touch = world.market('BTCUSDT').touch();
      const quoted = [bid, ask].map((price) => Math.round(Number(price) * 100));
      expect([touch.bid?.ticks, touch.ask?.ticks]).toEqual(quoted);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });

  it('gives both symbols their bars, whatever users do, and the same state twice', () => {
    const world = worldOf(files);
    tradeAlong(world);
    for (const [file, id] of [
      [DAY, 'BTCUSDT'],
      [ETH_DAY, 'ETHUSDT'],
    ] as const) {
      const expected = aggregate(file);
      expect(barsOf(world, id, expected.keys())).toEqual(expected);
    }
    expect(world.engine.accounts.get('ann')?.trades.length).toBeGreaterThan(20);
    expect(selfCheck(world.engine)).toEqual([]);
    const again = worldOf(files);
    tradeAlong(again);
    expect(again.stateHash()).toBe(world.stateHash());
  });
});

whereThere('a replay of candles with bars of quotes', () => {
  it('gives the candles back and stands at the quotes of each minute', () => {
    const candles = 'candles/coinbase_BTCUSD_1m_20180404.csv.gz';
    const quotes = 'quotes/coinbase_BTCUSD_1m-bidask_20180404.csv.gz';
    const world = worldOf([candles, quotes]);
    const bars = rowsOf(quotes);
    for (let row = 20; row < bars.length; row += 97) {
      const [openMs = 0, , , , bidClose = 0, , , , , askClose = 0] = bars[row] ?? [];
      world.advanceTo(openMs + 50_000);
      if (world.isEnded) break;
      const { instrument } = world.market('BTCUSD');
      const { bid, ask } = world.market('BTCUSD').touch();
      const unit = 10 ** instrument.priceDecimals;
      expect([bid?.ticks, ask?.ticks]).toEqual([
        Math.round(bidClose * unit),
        Math.round(askClose * unit),
      ]);
    }
    world.advanceTo(Number.MAX_SAFE_INTEGER);
    const { equal, different } = compare(world, '1m', rowsOf(candles));
    expect(different).toEqual([]);
    expect(equal).toBeGreaterThan(900);
  });
});
