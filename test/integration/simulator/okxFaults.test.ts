/** The faults of the control API on an OKX venue, and what outlives a restart, as unmodified ccxt.pro.okx sees it. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import { control } from './controlClient.ts';
import type { Okx } from './okxClient.ts';
import { OKX_ACCOUNT, connectOkx, errorOf } from './okxClient.ts';

const SYMBOL = 'BTC/USDT';
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;

let folder: string;
let simulator: Simulator;
let exchange: Okx;

async function start(): Promise<void> {
  simulator = await startSimulator({
    venue: 'okx',
    port: 0,
    seed: 8,
    speed: 20,
    historyBars: 10,
    statePath: folder,
    accounts: [{ ...OKX_ACCOUNT, balances: { USDT: '10000' } }],
  });
  exchange = await connectOkx(simulator.okxUrls);
  await exchange.loadMarkets();
}

async function stop(): Promise<void> {
  await exchange.close();
  await simulator.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'okx-'));
  await start();
}, SETUP_MS);

afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function watchBook(): Promise<never> {
  for (;;) await exchange.watchOrderBook(SYMBOL);
}

const rule = (document: object): Promise<unknown> => control(simulator, 'POST /rules', document);

it('an order that was taken but not answered is found by its client id', async () => {
  await rule({
    match: { path: '/api/v5/trade/batch-orders', clientOrderId: 'lost1', symbol: 'BTCUSDT' },
    phase: 'after-accept',
    times: 1,
    action: { type: 'reset' },
  });
  const lost = exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 50_000, {
    clientOrderId: 'lost1',
  });
  expect(await errorOf(lost)).toBe('NetworkError');
  const found = await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'lost1' });
  expect(found).toMatchObject({ status: 'open', clientOrderId: 'lost1' });
});

it('a status alone is answered in the words of the venue', async () => {
  for (const [status, name] of [
    [429, 'RateLimitExceeded'],
    [503, 'OnMaintenance'],
    [500, 'ExchangeNotAvailable'],
    [504, 'RequestTimeout'],
  ] as const) {
    await rule({
      match: { path: '/api/v5/market/ticker' },
      times: 1,
      action: { type: 'reply', status },
    });
    expect(await errorOf(exchange.fetchTicker(SYMBOL))).toBe(name);
  }
});

it('a lost update of a book is noticed, by the name of its stream', async () => {
  await exchange.watchOrderBook(SYMBOL);
  const failure = errorOf(watchBook());
  // Three in a row: one alone may be the repetition of a quiet book, which leaves no gap.
  await rule({ match: { stream: 'books:BTC-USDT' }, times: 3, action: { type: 'drop-event' } });
  expect(await failure).toBe('InvalidNonce');
});

it('orders, their fees and their fills outlive a restart', async () => {
  const { id } = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
  const order = await exchange.fetchOrder(String(id), SYMBOL);
  const fills = await exchange.fetchMyTrades(SYMBOL);
  expect(Number(order.fee?.cost)).toBeGreaterThan(0);
  await stop();
  await start();
  expect(await exchange.fetchOrder(String(id), SYMBOL)).toEqual(order);
  expect(await exchange.fetchMyTrades(SYMBOL)).toEqual(fills);
});
