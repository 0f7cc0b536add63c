/** Markets in which nobody trades for a while, and a symbol that is halted beside others that are not. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bench } from './binanceHarness.ts';
import { BENCH_MS, SYMBOL, letPass, startBench } from './binanceHarness.ts';
import { control } from './controlClient.ts';

const OTHER = 'ETH/USDT';
const MINUTE_MS = 60_000;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
}, BENCH_MS);
afterEach(async () => {
  await set({ flow: 'normal', status: 'TRADING' });
  expect(bench.simulator.state().violations).toEqual([]);
});
afterAll(async () => {
  await bench.close();
});

async function set(symbol: object): Promise<void> {
  const document = { symbols: { BTCUSDT: symbol } };
  const { status, body } = await control(bench.simulator, 'POST /conditions', document);
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** How many prints a symbol has seen by now. */
async function printsOf(symbol: string): Promise<number> {
  const trades = await bench.exchange.fetchTrades(symbol, undefined, 1_000);
  return Number(trades.at(-1)?.id ?? 0);
}

async function bookOf(symbol: string): Promise<string> {
  const { bids, asks } = await bench.exchange.fetchOrderBook(symbol, 5);
  return JSON.stringify([bids, asks]);
}

describe('a market in which nobody takes', () => {
  it('has no trade for minutes while its book goes on moving, and others trade', async () => {
    await set({ flow: 'no-trades' });
    const [prints, others, book] = [
      await printsOf(SYMBOL),
      await printsOf(OTHER),
      await bookOf(SYMBOL),
    ];
    letPass(bench.simulator, 5 * MINUTE_MS);
    expect(await printsOf(SYMBOL)).toBe(prints);
    expect(await printsOf(OTHER)).toBeGreaterThan(others);
    expect(await bookOf(SYMBOL)).not.toBe(book);
    const bars = await bench.exchange.fetchOHLCV(SYMBOL, '1m', undefined, 4);
    expect(bars.map(([, , , , , volume]) => volume)).toEqual([0, 0, 0, 0]);
    await set({ flow: 'normal' });
    letPass(bench.simulator, MINUTE_MS);
    expect(await printsOf(SYMBOL)).toBeGreaterThan(prints);
  });
});

describe('a market that stands still', () => {
  it('keeps its book as it is, and users still trade with it', async () => {
    await set({ flow: 'still' });
    const book = await bookOf(SYMBOL);
    const prints = await printsOf(SYMBOL);
    letPass(bench.simulator, 5 * MINUTE_MS);
    expect(await bookOf(SYMBOL)).toBe(book);
    const bought = await bench.exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    expect(bought.status).toBe('closed');
    expect(await printsOf(SYMBOL)).toBe(prints + 1);
    const { body } = await control(bench.simulator, 'GET /conditions');
    expect(body).toMatchObject({ symbols: { BTCUSDT: { flow: 'still' } } });
  });
});

it('a halt of one symbol leaves the others alone', async () => {
  await set({ status: 'HALT' });
  const [prints, others] = [await printsOf(SYMBOL), await printsOf(OTHER)];
  letPass(bench.simulator, 3 * MINUTE_MS);
  expect(await printsOf(SYMBOL)).toBe(prints);
  expect(await printsOf(OTHER)).toBeGreaterThan(others);
  await expect(bench.exchange.createOrder(SYMBOL, 'market', 'buy', 0.01)).rejects.toThrow(
    'Market is closed',
  );
  expect((await bench.exchange.createOrder(OTHER, 'market', 'buy', 0.01)).status).toBe('closed');
});

describe('fees in a third coin', () => {
  it('are taken for all markets from the moment at which they are asked for', async () => {
    const [account] = bench.simulator.state().accounts;
    const feeAssets = { [account?.id ?? '']: { asset: 'BNB', prices: { USDT: '600' } } };
    const { world } = bench.simulator;
    world.deposit(account?.id ?? '', 'BNB', '1');
    const buy = (symbol: string): Promise<unknown> =>
      bench.exchange.createOrder(symbol, 'market', 'buy', 0.1).then(({ fee }) => fee?.currency);
    expect(await buy(OTHER)).toBe('ETH');
    expect((await control(bench.simulator, 'POST /conditions', { feeAssets })).status).toBe(200);
    expect([await buy(OTHER), await buy(SYMBOL)]).toEqual(['BNB', 'BNB']);
    const none = { feeAssets: { [account?.id ?? '']: null } };
    await control(bench.simulator, 'POST /conditions', none);
    expect(await buy(OTHER)).toBe('ETH');
    const bad = { feeAssets: { [account?.id ?? '']: { asset: 'BNB', prices: { USDT: '0' } } } };
    expect((await control(bench.simulator, 'POST /conditions', bad)).status).toBe(400);
  });
});
