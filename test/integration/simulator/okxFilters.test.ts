/** Filters as the control API sets them, as unmodified ccxt.pro.okx reads them, and as orders run into them. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Order } from 'ccxt';
import { startSimulator, type Simulator } from '../../../src/simulator/server.ts';
import { control } from './controlClient.ts';
import { OKX_ACCOUNT, connectOkx, type Okx } from './okxClient.ts';
import { thrownBy } from './outcomes.ts';

const SYMBOL = 'BTC/USDT';
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;

let simulator: Simulator;
let exchange: Okx;
let price: number;

beforeAll(async () => {
  simulator = await startSimulator({
    ...{ port: 0, seed: 5, venue: 'okx', paused: true, historyBars: 400 },
    accounts: [{ ...OKX_ACCOUNT, balances: { USDT: '5000000', BTC: '40' } }],
  });
  simulator.world.advanceTo(simulator.world.nowMs + 120_000);
  exchange = await connectOkx(simulator.okxUrls);
  await exchange.loadMarkets();
  price = Math.round(Number((await exchange.fetchTicker(SYMBOL)).last));
}, SETUP_MS);
afterEach(() => {
  const { world } = simulator;
  for (const id of world.engine.accounts.keys()) if (id !== 'house') world.cancelAll(id);
  expect(simulator.state().violations).toEqual([]);
});
afterAll(async () => {
  await exchange.close();
  await simulator.close();
});

async function set(symbol: object, over: object = {}): Promise<void> {
  const document = { symbols: { BTCUSDT: symbol }, exchange: over };
  const { body, status } = await control(simulator, 'POST /conditions', document);
  if (status !== 200) throw new Error(JSON.stringify(body));
  await exchange.loadMarkets(true);
}

function order(type: string, side: 'buy' | 'sell', amount: number, params = {}): Promise<Order> {
  const limit = type === 'limit' ? Math.round(price * (side === 'buy' ? 0.9 : 1.1)) : undefined;
  return exchange.createOrder(SYMBOL, type, side, amount, limit, params);
}

async function refusal(call: Promise<unknown>): Promise<string> {
  const { thrown, message } = await thrownBy(call);
  return `${thrown} ${/"sCode":"(\d+)"/u.exec(message)?.[1] ?? message}`;
}

const stop = (): object => ({ stopLossPrice: Math.round(price * 0.8) });

it('a market maximum is one of value, apart from that of limit orders', async () => {
  await set({
    minAmount: '0.001',
    maxAmount: '20',
    maxNotional: '500000',
    marketMaxNotional: '100000',
  });
  expect(exchange.market(SYMBOL)).toMatchObject({
    limits: { amount: { min: 0.001, max: 20 } },
    info: { maxLmtAmt: '500000', maxMktSz: '100000', maxMktAmt: '100000', maxStopSz: '100000' },
  });
  expect(await refusal(order('market', 'sell', 3))).toBe('InvalidOrder 51202');
  expect(await refusal(order('market', 'sell', 3, stop()))).toBe('InvalidOrder 51202');
  expect((await order('limit', 'sell', 3)).id).toBeDefined();
  expect(await refusal(order('limit', 'sell', 9))).toBe('InvalidOrder 51005');
  expect(await refusal(order('limit', 'sell', 0.0005))).toBe('InvalidOrder 51020');
  expect((await order('market', 'sell', 1)).id).toBeDefined();
  await set({ minAmount: '0', maxAmount: '0', maxNotional: '0', marketMaxNotional: '0' });
});

it('limits of open orders, of prices and of a position', async () => {
  await set({ maxAlgoOrders: 1 }, { maxOrders: 2 });
  await order('market', 'sell', 0.01, stop());
  expect(await refusal(order('market', 'sell', 0.01, stop()))).toBe('InvalidOrder 51261');
  await order('limit', 'buy', 0.01);
  expect(await refusal(order('limit', 'buy', 0.01))).toBe('InvalidOrder 51174');
  await set({ maxAlgoOrders: 0, maxOrders: 1 }, { maxOrders: 0 });
  expect(await refusal(order('limit', 'buy', 0.01))).toBe('InvalidOrder 51174');
  await set({
    maxOrders: 0,
    percentPriceBySide: { bidUp: 1.05, bidDown: 0, askUp: 0, askDown: 0.95 },
  });
  const far = (side: 'buy' | 'sell', share: number): Promise<Order> =>
    exchange.createOrder(SYMBOL, 'limit', side, 0.01, Math.round(price * share));
  expect(await refusal(far('buy', 1.2))).toBe('InvalidOrder 51137');
  expect(await refusal(far('sell', 0.8))).toBe('InvalidOrder 51138');
  const limits = await exchange.publicGetPublicPriceLimit({ instId: 'BTC-USDT' });
  expect(limits).toMatchObject({ data: [{ enabled: true, instId: 'BTC-USDT' }] });
  await set({ percentPriceBySide: null, maxPosition: '10' });
  expect(await refusal(order('limit', 'buy', 0.01))).toBe('InvalidOrder 51129');
  await set({ maxPosition: '0' });
  expect((await order('limit', 'buy', 0.01)).id).toBeDefined();
});

it('a filter that OKX does not have is refused by name', async () => {
  const answer = await control(simulator, 'POST /conditions', {
    symbols: { BTCUSDT: { marketMaxAmount: '1' } },
  });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain('OKX has no such filter');
});
