import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import type { Order, OrderRequest } from '../../../../src/simulator/engine/types.ts';
import { DEFAULT_SYMBOLS } from '../../../../src/simulator/market/synthetic.ts';
import { TIMEFRAMES, TIMEFRAME_MS } from '../../../../src/simulator/market/timeframes.ts';
import { World } from '../../../../src/simulator/market/world.ts';

const START = 1_760_000_000_000;

function makeWorld(seed = 7, historyBars = 2): World {
  return new World({
    seed,
    startAtMs: START,
    historyBars,
    symbols: DEFAULT_SYMBOLS.slice(0, 2),
    accounts: [{ id: 'ann', balances: { USDT: '100000', BTC: '1' } }],
  });
}

function place(world: World, order: Partial<OrderRequest>): Order {
  const result = world.place({
    accountId: 'ann',
    instrumentId: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    ticks: 1,
    lots: 100,
    quoteBudget: 0n,
    clientOrderId: `c${String(world.engine.counters.orderId)}`,
    ...order,
  });
  if (!result.ok) throw new Error(result.refusal);
  return result.order;
}

/** Trades for twenty minutes: a grid of bids and asks around the price, and a market order now and then. */
function tradeTwentyMinutes(world: World, stepMs: number): void {
  const startMs = world.nowMs;
  for (const level of [1, 2, 3, 4]) {
    const { lastTicks } = world.market('BTCUSDT');
    place(world, { side: 'BUY', ticks: Math.round(lastTicks * (1 - level * 0.001)) });
    place(world, { side: 'SELL', ticks: Math.round(lastTicks * (1 + level * 0.001)) });
  }
  for (let minute = 1; minute <= 20; minute += 1) {
    for (let ms = startMs + (minute - 1) * 60_000; ms < startMs + minute * 60_000; ms += stepMs)
      world.advanceTo(ms);
    world.advanceTo(startMs + minute * 60_000);
    if (minute % 10 === 0) place(world, { type: 'MARKET', ticks: 0, lots: 500 });
  }
}

describe('a synthetic world', () => {
  it('is the same for the same seed and inputs, whatever the size of the steps', () => {
    const one = makeWorld();
    const two = makeWorld();
    expect(one.stateHash()).toBe(two.stateHash());
    tradeTwentyMinutes(one, 60_000);
    tradeTwentyMinutes(two, 7_919);
    expect(one.stateHash()).toBe(two.stateHash());
    expect(makeWorld(8).stateHash()).not.toBe(makeWorld(7).stateHash());
  });

  it('moves along the same path whatever users do', () => {
    const quiet = makeWorld();
    const busy = makeWorld();
    tradeTwentyMinutes(busy, 60_000);
    quiet.advanceTo(busy.nowMs);
    const closes = (world: World): number[] =>
      world.candles('ETH/USDT', '1m', START).map((bar) => bar.close);
    expect(closes(busy)).toEqual(closes(quiet));
    const { lastTicks: busyTicks } = busy.market('BTCUSDT');
    const { lastTicks: quietTicks } = quiet.market('BTCUSDT');
    expect(Math.abs(busyTicks / quietTicks - 1)).toBeLessThan(0.001);
  });

  it('is the same whoever looks on: readers of its past and observers shift nothing', () => {
    const alone = makeWorld(7, 3);
    const watched = makeWorld(7, 3);
    let seen = 0;
    watched.observe({ onPublicTrade: () => (seen += 1), onLevel: () => (seen += 1) });
    for (let minute = 1; minute <= 5; minute += 1) {
      watched.candles('BTC/USDT', '1h');
      watched.market('ETHUSDT').day();
      watched.stateHash();
      for (const world of [alone, watched]) world.advanceTo(START + minute * 60_000);
    }
    expect(seen).toBeGreaterThan(100);
    expect(watched.stateHash()).toBe(alone.stateHash());
  });

  it('stands still while it is halted and quotes again when it goes on', () => {
    const world = makeWorld();
    world.advanceTo(START + 10_000);
    world.setStatus('BTCUSDT', 'HALT');
    const { tradeId } = world.market('BTCUSDT').book;
    world.advanceTo(START + 600_000);
    expect(world.market('BTCUSDT').book.tradeId).toBe(tradeId);
    world.setStatus('BTCUSDT', 'DELISTED');
    expect(world.market('BTCUSDT').touch()).toEqual({ bid: undefined, ask: undefined });
    world.setStatus('BTCUSDT', 'TRADING');
    world.advanceTo(START + 660_000);
    const { book } = world.market('BTCUSDT');
    expect(Math.min(book.bids.levelCount, book.asks.levelCount)).toBeGreaterThanOrEqual(19);
    expect(book.tradeId).toBeGreaterThan(tradeId);
    expect(selfCheck(world.engine)).toEqual([]);
  });

  it('keeps its books straight and fills a grid several times an hour', () => {
    const world = makeWorld();
    tradeTwentyMinutes(world, 60_000);
    expect(selfCheck(world.engine)).toEqual([]);
    const trades = [...(world.engine.accounts.get('ann')?.trades.select() ?? [])];
    expect(trades.filter(({ isMaker }) => isMaker).length).toBeGreaterThan(1);
  });

  it('has a past of every interval that the present continues', () => {
    const world = makeWorld(7, 100);
    for (const timeframe of TIMEFRAMES) {
      const bars = world.candles('ETH/USDT', timeframe);
      expect(bars.length).toBeGreaterThan(100);
      const gaps = bars
        .slice(1)
        .filter(
          (bar, index) =>
            bar.timestampMs - (bars[index]?.timestampMs ?? 0) !== TIMEFRAME_MS[timeframe],
        );
      expect(gaps).toEqual([]);
      const broken = bars.filter(
        (bar) =>
          bar.high < Math.max(bar.open, bar.close) ||
          bar.low > Math.min(bar.open, bar.close) ||
          bar.low <= 0,
      );
      expect(broken).toEqual([]);
    }
    const before = world.market('ETHUSDT').lastTicks;
    world.advanceTo(START + 10_000);
    expect(Math.abs(world.market('ETHUSDT').lastTicks / before - 1)).toBeLessThan(0.005);
  });

  it('tells observers of each minute when market time passes its end', () => {
    const world = makeWorld();
    const ends: number[] = [];
    world.observe({
      onMinute: (market, closed, endMs) => {
        if (market.instrument.id === 'BTCUSDT') ends.push(endMs);
        expect(closed.openMs).toBe(endMs - 60_000);
        expect(world.nowMs).toBe(endMs);
      },
    });
    world.advanceTo(START + 180_000);
    const first = (Math.floor(START / 60_000) + 1) * 60_000;
    expect(ends).toEqual([first, first + 60_000, first + 120_000]);
  });

  it('makes bars that are exactly the prints of its tape', () => {
    const world = makeWorld();
    world.advanceTo(START + 300_000);
    const fromMs = (Math.floor(START / 60_000) + 1) * 60_000;
    const trades = world.trades('BTC/USDT', fromMs, fromMs + 59_999);
    const [bar] = world.candles('BTC/USDT', '1m', fromMs, fromMs);
    const prices = trades.map((trade) => Number(trade.price));
    expect(trades.length).toBeGreaterThan(5);
    expect(bar).toMatchObject({
      open: prices[0],
      close: prices.at(-1),
      high: Math.max(...prices),
      low: Math.min(...prices),
    });
    expect(bar?.volume).toBeCloseTo(
      trades.reduce((sum, trade) => sum + Number(trade.amount), 0),
      8,
    );
  });

  it('refuses fee rates and balances that are not what they should be', () => {
    const options = { seed: 1, startAtMs: START, historyBars: 1 };
    expect(
      () => new World({ ...options, accounts: [], fees: { maker: '0.1 %', taker: '0' } }),
    ).not.toThrow();
    expect(
      () => new World({ ...options, accounts: [{ id: 'a', balances: { USDT: 'much' } }] }),
    ).toThrow('not an asset amount');
    const feed = {
      ...options,
      accounts: [{ id: 'a', balances: {} }],
      fees: { maker: '0.1 %', taker: '0' },
    };
    expect(() => new World(feed)).toThrow('fee rate "0.1 %"');
  });
});
