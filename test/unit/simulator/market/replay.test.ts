import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CANDLES, QUOTES, TRADES, writeRows } from '../../../builders/recordings.ts';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import type { Order, OrderRequest } from '../../../../src/simulator/engine/types.ts';
import type { RecordedFile } from '../../../../src/simulator/market/replay.ts';
import { World } from '../../../../src/simulator/market/world.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-replay-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A world that replays trades: rows of [seconds, price, amount, side]; one historic print at 1000 before them. */
function replay(rows: readonly (readonly [number, string, string, string])[]): World {
  const lines = [
    ['0', '1000', '0.001', 'buy', '1'],
    ['1', '1000.51', '0.001', 'buy', '2'],
  ];
  for (const [index, [seconds, price, amount, side]] of rows.entries()) {
    lines.push([String(60_000 + seconds * 1000), price, amount, side, String(index + 3)]);
  }
  const file = join(folder, 'x_BTCUSDT_trades.csv');
  writeFileSync(
    file,
    `timestamp_ms,price,amount,side,id\n${lines.map((line) => line.join(',')).join('\n')}\n`,
  );
  return new World({
    seed: 1,
    startAtMs: 0,
    historyBars: 1,
    accounts: [{ id: 'ann', balances: { USDT: '100000', BTC: '10' } }],
    replay: { files: [{ file }] },
  });
}

function place(world: World, order: Partial<OrderRequest>): Order {
  const result = world.place({
    accountId: 'ann',
    instrumentId: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    ticks: 99_000,
    lots: 100,
    quoteBudget: 0n,
    clientOrderId: 'c',
    ...order,
  });
  if (!result.ok) throw new Error(result.refusal);
  return result.order;
}

describe('a quiet market in a replay', () => {
  it('passes its prints over: they fill nothing, move nothing and are on no tape', () => {
    const world = replay([
      [1, '1000', '1', 'sell'],
      [2, '980', '0.06', 'sell'],
      [4, '990', '1', 'sell'],
    ]);
    const order = place(world, { ticks: 98_500, lots: 200 });
    world.advanceTo(61_500);
    const before = world.trades('BTCUSDT').length;
    world.setFlow('BTCUSDT', 'no-trades');
    world.advanceTo(63_000);
    expect([order.filledLots, world.trades('BTCUSDT').length]).toEqual([0, before]);
    world.setFlow('BTCUSDT', 'normal');
    world.advanceTo(64_000);
    expect(world.trades('BTCUSDT').at(-1)).toMatchObject({ price: '990.00' });
    expect(selfCheck(world.engine)).toEqual([]);
  });
});

describe('a resting order in a replay', () => {
  it('fills when a print goes through its price, for no more than the print', () => {
    const world = replay([
      [1, '1000', '1', 'sell'],
      [2, '980', '0.06', 'sell'],
      [3, '985', '0.5', 'buy'],
      [4, '1000', '1', 'buy'],
    ]);
    const order = place(world, { ticks: 99_000, lots: 200 });
    world.advanceTo(61_000);
    expect(order.filledLots).toBe(0);
    world.advanceTo(62_000);
    expect(order.filledLots).toBe(60);
    world.advanceTo(63_000);
    expect([order.filledLots, order.status]).toEqual([200, 'FILLED']);
    expect(order.filledQuote).toBe(990n * 200n * 100_000n);
    expect(selfCheck(world.engine)).toEqual([]);
  });

  it('at its own price fills only after the volume queued ahead of it has traded', () => {
    const world = replay([
      [1, '999', '0.2', 'sell'],
      [2, '999', '0.2', 'sell'],
      [3, '999', '500', 'sell'],
      [4, '1000', '1', 'buy'],
    ]);
    world.advanceTo(61_000);
    const ahead = world.market('BTCUSDT').book.bids.level(99_900)?.lots ?? 0;
    expect(ahead).toBeGreaterThan(200);
    const order = place(world, { ticks: 99_900, lots: 100 });
    world.advanceTo(62_000);
    expect(order.filledLots).toBe(0);
    world.advanceTo(63_000);
    expect(order.filledLots).toBe(100);
  });

  it('is not filled by a buyer who pays its price', () => {
    const world = replay([
      [1, '1000', '0.2', 'sell'],
      [2, '995', '100', 'buy'],
      [3, '1000', '1', 'buy'],
    ]);
    const order = place(world, { ticks: 99_500, lots: 100 });
    world.advanceTo(65_000);
    expect(order.filledLots).toBe(0);
  });

  it('on the ask side fills when the print is above it', () => {
    const world = replay([
      [1, '1000', '0.2', 'sell'],
      [2, '1010', '0.05', 'buy'],
      [3, '1011', '0.5', 'sell'],
      [4, '1000', '1', 'buy'],
    ]);
    const order = place(world, { side: 'SELL', ticks: 100_800, lots: 100 });
    world.advanceTo(62_000);
    expect(order.filledLots).toBe(50);
    world.advanceTo(63_000);
    expect(order.status).toBe('FILLED');
  });

  it('is never filled by the quotes that the house puts up between prints', () => {
    const world = replay([
      [1, '900', '0.001', 'sell'],
      [2, '905', '0.001', 'buy'],
      [3, '900', '0.001', 'sell'],
      [4, '1000', '1', 'buy'],
    ]);
    const order = place(world, { ticks: 99_000, lots: 1000 });
    world.advanceTo(63_500);
    expect(order.filledLots).toBe(3);
    const { bid, ask } = world.market('BTCUSDT').touch();
    expect([bid?.ticks, (ask?.ticks ?? 0) > 99_000]).toEqual([99_000, true]);
  });
});

describe('the public tape of a replay', () => {
  it('is the recording, whatever users trade', () => {
    const rows = [
      [1, '1000', '1', 'sell'],
      [2, '980', '0.06', 'sell'],
      [70, '985.25', '0.5', 'buy'],
    ] as const;
    const quiet = replay(rows);
    const busy = replay(rows);
    place(busy, { ticks: 99_000, lots: 200 });
    place(busy, { type: 'MARKET', ticks: 0, lots: 500, clientOrderId: 'm' });
    for (const world of [quiet, busy]) world.advanceTo(world.nowMs + 600_000);
    expect(busy.candles('BTC/USDT', '1m')).toEqual(quiet.candles('BTC/USDT', '1m'));
    expect(busy.trades('BTC/USDT')).toEqual(quiet.trades('BTC/USDT'));
    expect(quiet.trades('BTC/USDT').at(-1)).toEqual({
      id: 5,
      timestampMs: 130_000,
      price: '985.25',
      amount: '0.500',
      takerSide: 'buy',
    });
  });

  it('stands still at the end, with the last bar closed', () => {
    const world = replay([[1, '990', '1', 'sell']]);
    expect(world.isEnded).toBe(false);
    world.advanceTo(10 * 3_600_000);
    expect([world.isEnded, world.nowMs]).toEqual([true, 120_000]);
    expect(world.candles('BTC/USDT', '1m').map((bar) => bar.close)).toEqual([1000.51, 990, 990]);
  });
});

describe('the grid of a replay', () => {
  it('keeps the recording exact even where users may only give coarser prices', () => {
    const file = join(folder, 'fine_BTCUSD_trades.csv');
    const rows = [
      '0,10000.12345678,0.5,buy,1',
      '60000,10001.00000001,0.5,sell,2',
      '120000,9999.5,2,sell,3',
    ];
    writeFileSync(file, `timestamp_ms,price,amount,side,id\n${rows.join('\n')}\n`);
    const world = new World({
      seed: 1,
      startAtMs: 0,
      historyBars: 1,
      accounts: [{ id: 'ann', balances: { USD: '100000' } }],
      replay: { files: [{ file }] },
    });
    const { instrument } = world.market('BTCUSD');
    expect(instrument.priceDecimals + instrument.lotDecimals).toBeLessThanOrEqual(8);
    expect(instrument.lotDecimals).toBeGreaterThan(0);
    const ticks = 10_000 * 10 ** instrument.priceDecimals;
    const order = place(world, { instrumentId: 'BTCUSD', ticks, lots: 1 });
    world.advanceTo(100_000);
    expect(order.status).toBe('NEW');
    world.advanceTo(200_000);
    expect(order.status).toBe('FILLED');
    expect(world.trades('BTCUSD').map((trade) => trade.price)).toEqual([
      '10001.00000001',
      '9999.50000000',
    ]);
  });

  it('needs to know the symbol', () => {
    const file = join(folder, 'nameless.csv');
    writeFileSync(file, 'timestamp_ms,price,amount,side,id\n0,10,1,buy,1\n60000,10,1,buy,2\n');
    const options = { seed: 1, startAtMs: 0, accounts: [] };
    expect(() => new World({ ...options, replay: { files: [{ file }] } })).toThrow(
      'does not tell the symbol',
    );
    const named = new World({ ...options, replay: { files: [{ file, symbol: 'SOL/EUR' }] } });
    expect(named.instruments[0]).toMatchObject({ id: 'SOLEUR', base: 'SOL', quote: 'EUR' });
  });
});

describe('a replay of several recordings', () => {
  const sides = ['buy', 'sell'] as const;
  const trades = (name: string, price: number, atMs: readonly number[]): string =>
    writeRows(
      folder,
      name,
      TRADES,
      atMs.map((ms, index) => [ms, price + index, '1', sides[index % 2] ?? 'buy', index + 1]),
    );
  const world = (files: readonly RecordedFile[], isStrict = false): World =>
    new World({
      seed: 1,
      startAtMs: 0,
      historyBars: 1,
      accounts: [{ id: 'ann', balances: { USDT: '100000', BTC: '10', ETH: '10' } }],
      replay: { files, isStrict },
    });

  it('lists each symbol and merges their prints by time, then by the order of the files', () => {
    const btc = trades('x_BTCUSDT_trades', 1000, [0, 60_000, 61_000, 62_000]);
    const eth = trades('x_ETHUSDT_trades', 50, [10, 60_500, 61_000, 62_000, 190_000]);
    const order = (files: readonly string[]): string[] => {
      const both = world(files.map((file) => ({ file })));
      const seen: string[] = [];
      both.observe({
        onPublicTrade: (market, { timeMs, ticks }) =>
          seen.push(`${market.instrument.id} ${String(timeMs)} ${String(ticks)}`),
      });
      both.advanceTo(1_000_000);
      expect([both.isEnded, both.nowMs]).toEqual([true, 240_000]);
      return seen;
    };
    expect(order([btc, eth])).toEqual([
      'BTCUSDT 60000 1001',
      'ETHUSDT 60500 51',
      'BTCUSDT 61000 1002',
      'ETHUSDT 61000 52',
      'BTCUSDT 62000 1003',
      'ETHUSDT 62000 53',
      'ETHUSDT 190000 54',
    ]);
    expect(order([eth, btc]).slice(2, 4)).toEqual(['ETHUSDT 61000 52', 'BTCUSDT 61000 1002']);
  });

  it('starts where all have their past, on the grid of the coarsest candles', () => {
    const btc = trades('x_BTCUSDT_trades', 1000, [0, 60_000, 61_000, 700_000]);
    const candles = [0, 300_000, 600_000, 900_000].map((ms) => [ms, 50, 52, 49, 51, 7]);
    const eth = writeRows(folder, 'x_ETHUSDT_5m', CANDLES, candles);
    const both = world([{ file: btc }, { file: eth }]);
    expect(both.nowMs).toBe(300_000);
    both.advanceTo(2_000_000);
    expect(both.candles('ETHUSDT', '5m').map((bar) => bar.volume)).toEqual([7, 7, 7, 7, 0]);
  });

  it('quotes what was recorded as best bid and ask, sizes included', () => {
    const file = trades('x_BTCUSDT_trades', 1000, [0, 60_000, 70_000, 80_000]);
    const rows = [
      ['', 59_000, '999.50', '1.5', '1000.50', 2, 1],
      ['', 60_500, '1000.25', '3', '1001.75', 4, 2],
      ['', 70_500, '990', '1', '991', 1, 3],
    ];
    const quotes = writeRows(folder, 'x_BTCUSDT_bookticker', QUOTES, rows);
    const quoted = world([{ file }, { file: quotes }]);
    const touch = (): (number | undefined)[] => {
      const { bid, ask } = quoted.market('BTCUSDT').touch();
      return [bid?.ticks, bid?.lots, ask?.ticks, ask?.lots];
    };
    expect(quoted.instruments[0]).toMatchObject({ priceDecimals: 0, lotDecimals: 0 });
    expect(touch()).toEqual([999, 1, 1001, 2]);
    quoted.advanceTo(60_500);
    expect(touch()).toEqual([1000, 3, 1002, 4]);
    const order = place(quoted, { ticks: 1000, lots: 1 });
    quoted.advanceTo(70_500);
    expect([order.status, touch()]).toEqual(['NEW', [1000, 4, 1001, expect.anything()]]);
    expect(selfCheck(quoted.engine)).toEqual([]);
  });

  it('fires triggers at recorded prices, though nobody traded in the book', () => {
    const stopped = replay([
      [1, '1000', '1', 'sell'],
      [2, '990', '0.001', 'sell'],
      [3, '1000', '1', 'buy'],
    ]);
    const order = place(stopped, {
      side: 'SELL',
      type: 'STOP_LOSS_LIMIT',
      ticks: 98_000,
      triggerTicks: 99_100,
    });
    stopped.advanceTo(61_500);
    expect(order.isTriggered).toBe(false);
    stopped.advanceTo(62_500);
    expect([order.isTriggered, order.status]).toEqual([true, 'FILLED']);
  });

  it('passes a gap as a market without prints, or refuses it', () => {
    const rows = [0, 60_000, 120_000, 360_000].map((ms) => [ms, 50, 52, 49, 51, 7]);
    const file = writeRows(folder, 'x_ETHUSDT_1m', CANDLES, rows);
    const gapped = world([{ file }]);
    expect(gapped.gaps).toMatchObject([{ line: 5, missing: 3, fromMs: 180_000 }]);
    gapped.advanceTo(1_000_000);
    expect(gapped.candles('ETHUSDT', '1m', 180_000, 300_000)).toMatchObject([
      { open: 51, close: 51, volume: 0 },
      { volume: 0 },
      { volume: 0 },
    ]);
    expect(() => world([{ file }], true)).toThrow(
      /x_ETHUSDT_1m\.csv:5: 3 bars missing before this line, 180 s from 1970.*; give a recording without gaps/,
    );
  });

  it('refuses files that do not go together, and says which and why', () => {
    const btc = trades('x_BTCUSDT_trades', 1000, [0, 60_000, 61_000, 62_000]);
    const later = trades('x_ETHUSDT_trades', 50, [9_000_000, 9_060_000, 9_120_000]);
    const quotes = writeRows(folder, 'x_BTCUSDT_bookticker', QUOTES, [['', 5, 10, 1, 11, 1, 1]]);
    expect(() => world([])).toThrow('at least one recorded file');
    expect(() => world([{ file: btc }, { file: btc }])).toThrow(
      'prints of BTCUSDT are given already by',
    );
    expect(() => world([{ file: quotes }])).toThrow('quotes of BTCUSDT without prints');
    expect(() => world([{ file: btc }, { file: later }])).toThrow(
      /x_BTCUSDT_trades\.csv: ends at 1970-01-01T00:02:00\.000Z, before the replay starts/,
    );
    const renamed = world([{ file: btc }, { file: btc, symbol: 'BNB/USDT' }]);
    expect(renamed.instruments.map(({ id }) => id)).toEqual(['BTCUSDT', 'BNBUSDT']);
  });
});
