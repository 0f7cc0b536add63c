/**
 * ccxt.pro.binance with its own addresses and its own error map: only the transport below it is led to the simulated
 * exchange, in plain text. Relies on internals of the pinned ccxt: its dispatcher and the socket option of its streams.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Simulator } from '../../../src/simulator/server.ts';
import { BENCH_MS, SYMBOL, letPass, startBench } from './binanceHarness.ts';
import { errorOf } from './outcomes.ts';
import type { Bench } from './binanceHarness.ts';
import type { Binance } from './ccxtClient.ts';
import { loadBinance } from './ccxtClient.ts';
import { KEY } from './signedClient.ts';

type Connected = (error: Error | null, socket?: Socket) => void;

/** What ccxt keeps of its transport. */
interface Transport {
  fetchDispatcher: unknown;
  options: { ws?: object };
  readonly undiciModule: {
    Agent: new (options: { connect: (options: unknown, done: Connected) => void }) => unknown;
  };
  loadFetchImplementation(): Promise<unknown>;
}

let bench: Bench;
let simulator: Simulator;
let exchange: Binance;
let beat: NodeJS.Timeout;

beforeAll(async () => {
  bench = await startBench();
  ({ simulator } = bench);
  const loaded = await loadBinance<Transport>(KEY);
  exchange = loaded;
  const transport: Transport = loaded;
  const dial = (): Socket => connect(simulator.port, '127.0.0.1');
  await transport.loadFetchImplementation();
  transport.fetchDispatcher = new transport.undiciModule.Agent({
    connect: (_options, done) => {
      const socket = dial();
      socket.once('connect', () => {
        done(null, socket);
      });
      socket.once('error', done);
    },
  });
  transport.options.ws = { ...transport.options.ws, options: { createConnection: dial } };
  beat = setInterval(() => {
    letPass(simulator, 1_200);
  }, 20);
}, BENCH_MS);
afterAll(async () => {
  clearInterval(beat);
  await exchange.close();
  await bench.close();
});

it('loads, trades and is told of it at the addresses of the real venue', async () => {
  await exchange.loadMarkets();
  const { public: address } = exchange.urls.api;
  expect(address).toBe('https://api.binance.com/api/v3');
  expect(exchange.symbols).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
  const book = await exchange.watchOrderBook(SYMBOL);
  expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
  const order = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
  expect(order).toMatchObject({ status: 'closed', filled: 0.01 });
  const [first] = await exchange.fetchMyTrades(SYMBOL);
  expect(first?.order).toBe(order.id);
});

it('raises the classes of the spot error map by itself', async () => {
  const limit = (amount: number, price: number, over = {}): Promise<unknown> =>
    exchange.createOrder(SYMBOL, 'limit', 'buy', amount, price, over);
  expect(await errorOf(limit(100, 50_000))).toBe('InsufficientFunds');
  expect(await errorOf(limit(0.00005, 50_000))).toBe('BadRequest');
  expect(await errorOf(limit(0.01, 70_000, { postOnly: true }))).toBe('OrderImmediatelyFillable');
  expect(await errorOf(exchange.fetchOrder('999', SYMBOL))).toBe('OrderNotFound');
});
