/** What of an OKX venue outlives a restart, as unmodified ccxt.pro.okx sees it. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Okx } from './okxClient.ts';
import { OKX_ACCOUNT, connectOkx } from './okxClient.ts';

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
