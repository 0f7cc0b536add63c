/** Unmodified ccxt.pro.okx with orders that wait for a price: stop-loss, take-profit, both, and triggers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from 'ccxt';
import type { Okx } from './okxClient.ts';
import { connectOkx } from './okxClient.ts';
import { errorOf } from './outcomes.ts';
import type { OkxVenueServer } from './okxVenueServer.ts';
import { startOkxVenue } from './okxVenueServer.ts';

const SYMBOL = 'BTC/USDT';
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;
const CONDITIONAL = { trigger: true, ordType: 'conditional' };

let server: OkxVenueServer;
let exchange: Okx;

beforeAll(async () => {
  server = await startOkxVenue();
  server.advance(60_000);
  exchange = await connectOkx(server.urls);
  await exchange.loadMarkets();
}, SETUP_MS);

afterAll(async () => {
  await exchange.close();
  await server.close();
});

/** Last price in quote units, and whole prices around it. */
function around(share: number): number {
  const market = server.world.market(SYMBOL);
  return Math.round((market.lastTicks / 100) * share);
}

function sell(over: Record<string, unknown>, price?: number): Promise<Order> {
  const type = price === undefined ? 'market' : 'limit';
  return exchange.createOrder(SYMBOL, type, 'sell', 0.01, price, over);
}

/** A pair needs ccxt's type "oco": with any other it sends the pair where ordinary orders go, and OKX refuses it. */
function sellPair(over: Record<string, unknown>): Promise<Order> {
  return exchange.createOrder(SYMBOL, 'oco', 'sell', 0.01, undefined, over);
}

/** Lets the last price reach a value, as a print elsewhere would. */
function print(price: number): void {
  server.world.engine.onLastPrice('BTCUSDT', price * 100, server.world.nowMs);
}

function ask(call: string, order: Order, over: Record<string, unknown> = {}): Promise<Order> {
  return call === 'algo'
    ? exchange.fetchOrder(String(order.id), SYMBOL, { trigger: true, ...over })
    : exchange.fetchOrder(String(order.id), SYMBOL, over);
}

describe('a stop-loss', () => {
  it('waits, is none of the ordinary orders, and locks what it would sell', async () => {
    const stop = await sell({ stopLossPrice: around(0.9), clientOrderId: 'stop1' });
    expect(stop).toMatchObject({ clientOrderId: 'stop1' });
    expect(await ask('algo', stop)).toMatchObject({
      id: stop.id,
      status: 'open',
      stopLossPrice: around(0.9),
      amount: 0.01,
    });
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
    expect(await errorOf(ask('plain', stop))).toBe('OrderNotFound');
    const waiting = await exchange.fetchOpenOrders(SYMBOL, undefined, undefined, CONDITIONAL);
    expect(waiting.map(({ id }) => id)).toEqual([stop.id]);
    expect((await exchange.fetchBalance())['BTC']?.used).toBe(0.01);
    const cancelled = await exchange.cancelOrder(String(stop.id), SYMBOL, { trigger: true });
    expect(cancelled.id).toBe(stop.id);
    expect((await ask('algo', stop)).status).toBe('canceled');
    expect((await exchange.fetchBalance())['BTC']?.used).toBe(0);
    const again = exchange.cancelOrder(String(stop.id), SYMBOL, { trigger: true });
    expect(await errorOf(again)).toBe('OrderNotFound');
  });

  it('sells at the market when the last price comes to it', async () => {
    const price = around(0.99);
    const stop = await sell({ stopLossPrice: price, clientOrderId: 'stop2' });
    print(price);
    expect(await ask('algo', stop)).toMatchObject({ status: 'closed', id: stop.id });
    const order = await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'stop2' });
    expect(order).toMatchObject({ status: 'closed', type: 'market', side: 'sell', filled: 0.01 });
    expect((order.info as { algoId: string }).algoId).toBe(stop.id);
    const trades = await exchange.fetchOrderTrades(String(order.id), SYMBOL);
    expect(trades.reduce((sum, { amount }) => sum + Number(amount), 0)).toBeCloseTo(0.01, 10);
    const history = await exchange.fetchClosedOrders(SYMBOL, undefined, undefined, CONDITIONAL);
    expect(history.map(({ id }) => id)).toEqual([stop.id]);
  });

  it('with a limit becomes an order that rests', async () => {
    const price = around(0.98);
    const stop = await sell({ stopLossPrice: price }, around(1.02));
    print(price);
    const [resting] = await exchange.fetchOpenOrders(SYMBOL);
    expect(resting).toMatchObject({ type: 'limit', side: 'sell', amount: 0.01, status: 'open' });
    expect((resting?.info as { algoId: string } | undefined)?.algoId).toBe(stop.id);
    await exchange.cancelOrder(String(resting?.id), SYMBOL);
  });
});

describe('a pair of stop-loss and take-profit', () => {
  it('is one algo; when one side is triggered the other is gone', async () => {
    const [low, high] = [around(0.97), around(1.03)];
    const pair = await sellPair({
      stopLossPrice: low,
      takeProfitPrice: high,
      clientOrderId: 'pair1',
    });
    const over = { trigger: true, ordType: 'oco' };
    const [waiting] = await exchange.fetchOpenOrders(SYMBOL, undefined, undefined, over);
    expect(waiting).toMatchObject({ id: pair.id, stopLossPrice: low, takeProfitPrice: high });
    expect((await exchange.fetchBalance())['BTC']?.used).toBe(0.01);
    print(high);
    const done = await ask('algo', pair);
    expect(done.status).toBe('closed');
    expect((done.info as { actualSide: string }).actualSide).toBe('tp');
    expect((await exchange.fetchBalance())['BTC']?.used).toBe(0);
    expect(await exchange.fetchOpenOrders(SYMBOL, undefined, undefined, over)).toEqual([]);
  });

  it('is cancelled as one', async () => {
    const pair = await sellPair({ stopLossPrice: around(0.9), takeProfitPrice: around(1.1) });
    await exchange.cancelOrder(String(pair.id), SYMBOL, { trigger: true });
    expect((await ask('algo', pair)).status).toBe('canceled');
    expect((await exchange.fetchBalance())['BTC']?.used).toBe(0);
  });
});

describe('a trigger', () => {
  it('fires from either side, and is listed as what it is', async () => {
    const over = around(1.05);
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, around(0.9), {
      triggerPrice: over,
    });
    const [waiting] = await exchange.fetchOpenOrders(SYMBOL, undefined, undefined, {
      trigger: true,
    });
    expect(waiting).toMatchObject({ id: order.id, triggerPrice: over, price: around(0.9) });
    expect(await exchange.fetchOpenOrders(SYMBOL, undefined, undefined, CONDITIONAL)).toEqual([]);
    print(over);
    const [resting] = await exchange.fetchOpenOrders(SYMBOL);
    expect(resting).toMatchObject({ side: 'buy', status: 'open' });
    await exchange.cancelOrder(String(resting?.id), SYMBOL);
  });
});

describe('an algo is refused', () => {
  it.each<[string, () => Promise<Order>, string]>([
    ['a stop above the price', () => sell({ stopLossPrice: around(1.5) }), '51280'],
    ['a profit below the price', () => sell({ takeProfitPrice: around(0.5) }), '51279'],
    [
      'a pair with both on one side',
      () => sellPair({ stopLossPrice: around(1.2), takeProfitPrice: around(1.5) }),
      '51280',
    ],
  ])('for %s', async (_name, call, code) => {
    const refusal = await call().catch((error: unknown) => error as Error);
    expect((refusal as Error).constructor.name).toBe('InvalidOrder');
    expect((refusal as Error).message).toContain(`"sCode":"${code}"`);
  });

  it('for a client id that is in use, and for more than there is', async () => {
    const stop = await sell({ stopLossPrice: around(0.9), clientOrderId: 'used1' });
    const twice = sell({ stopLossPrice: around(0.9), clientOrderId: 'used1' });
    expect(await errorOf(twice)).toBe('ExchangeError');
    await exchange.cancelOrder(String(stop.id), SYMBOL, { trigger: true });
    const greedy = exchange.createOrder(SYMBOL, 'market', 'sell', 5, undefined, {
      stopLossPrice: around(0.9),
    });
    expect(await errorOf(greedy)).toBe('InsufficientFunds');
  });
});

describe('the channel of algos', () => {
  it('tells of placing and triggering; the order it becomes is on the channel of orders', async () => {
    const algos = exchange.watchOrders(SYMBOL, undefined, undefined, { trigger: true });
    const orders = exchange.watchOrders(SYMBOL);
    const hasSubscribed = (address: string, hash: string): boolean =>
      hash in (exchange.clients[`${server.urls.ws}/${address}`]?.subscriptions ?? {});
    const end = Date.now() + 10_000;
    while (
      !hasSubscribed('business', 'orders-algo:BTC-USDT') ||
      !hasSubscribed('private', 'orders:BTC-USDT')
    ) {
      if (Date.now() > end) throw new Error('the channels did not come up');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const price = around(0.97);
    const stop = await sell({ stopLossPrice: price, clientOrderId: 'stop3' });
    expect((await algos)[0]).toMatchObject({ id: stop.id, status: 'open', stopLossPrice: price });
    const triggered = exchange.watchOrders(SYMBOL, undefined, undefined, { trigger: true });
    print(price);
    expect((await triggered)[0]).toMatchObject({ id: stop.id, status: 'closed' });
    expect((await orders)[0]).toMatchObject({ clientOrderId: 'stop3', side: 'sell' });
  });
});
