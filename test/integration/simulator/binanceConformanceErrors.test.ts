/** Unmodified ccxt.pro.binance over real sockets: every refusal, by the class ccxt gives it and by the venue's own words. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Bench } from './binanceHarness.ts';
import { BENCH_MS, SYMBOL, failureOf, startBench } from './binanceHarness.ts';
import { errorOf } from './outcomes.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { KEY } from './signedClient.ts';

let bench: Bench;
let simulator: Simulator;
let exchange: Binance;
let bid = 0;
let accountId = '';

beforeAll(async () => {
  bench = await startBench();
  ({ simulator, exchange } = bench);
  bid = Number(simulator.world.market(SYMBOL).touch().bid?.ticks) / 100;
  accountId = String(simulator.state().accounts[0]?.id);
}, BENCH_MS);
afterEach(async () => {
  await exchange.cancelAllOrders(SYMBOL).catch(() => undefined);
  expect(simulator.state().violations).toEqual([]);
});
afterAll(() => bench.close());

function limit(factor: number, over: Record<string, unknown> = {}, amount = 0.01): Promise<Order> {
  return exchange.createOrder(SYMBOL, 'limit', 'buy', amount, bid * factor, over);
}

/** A request ccxt would not let through by itself, since it rounds first. */
function raw(over: Record<string, unknown>): Promise<unknown> {
  return exchange.privatePostOrder({
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.01',
    price: (bid * 0.9).toFixed(2),
    ...over,
  });
}

describe('an order is refused', () => {
  it.each([
    ['off the tick', { price: '50000.001' }, 'InvalidOrder', 'Filter failure: PRICE_FILTER'],
    ['off the lot', { quantity: '0.0100001' }, 'InvalidOrder', 'Filter failure: LOT_SIZE'],
    ['too small', { quantity: '0.00001' }, 'BadRequest', 'Filter failure: NOTIONAL'],
    ['far below', { price: '100.00' }, 'InvalidOrder', 'Filter failure: PERCENT_PRICE_BY_SIDE'],
    ['far above', { price: '900000' }, 'InvalidOrder', 'Filter failure: PERCENT_PRICE_BY_SIDE'],
    ['of nothing', { quantity: '0' }, 'BadRequest', 'Invalid quantity.'],
    ['too precise', { quantity: '0.010000001' }, 'BadRequest', "'quantity' has too much precision"],
    ['too dear', { quantity: '50' }, 'InsufficientFunds', 'insufficient balance'],
    ['of no side', { side: 'HOLD' }, 'BadRequest', 'Invalid side.'],
    ['of no kind', { type: 'STOP' }, 'BadRequest', 'Invalid orderType.'],
    ['of no time', { timeInForce: 'DAY' }, 'BadRequest', 'Invalid timeInForce.'],
    ['without its time', { timeInForce: undefined }, 'BadRequest', "'timeInForce' was not sent"],
    ['without its stop', { type: 'STOP_LOSS_LIMIT' }, 'BadRequest', "'stopPrice' was not sent"],
    ['with a stop', { stopPrice: '1' }, 'BadRequest', "'stopPrice' sent when not required"],
    ['with an unknown word', { colour: 'red' }, 'BadRequest', 'Not all sent parameters were read'],
    ['as an iceberg', { icebergQty: '0.001' }, 'BadRequest', 'Iceberg orders are not supported'],
    ['of no symbol', { symbol: 'NOPE' }, 'BadSymbol', 'Invalid symbol.'],
  ])('%s', async (_name, over, name, text) => {
    const failure = await failureOf(raw(over));
    expect(failure.name).toBe(name);
    expect(failure.message).toContain(text);
  });

  it('when it would take though it may not, or trigger at once', async () => {
    expect(await errorOf(limit(1.1, { postOnly: true }))).toBe('OrderImmediatelyFillable');
    expect(await errorOf(limit(0.9, { stopLossPrice: bid * 0.95 }))).toBe(
      'OrderImmediatelyFillable',
    );
    expect(await errorOf(limit(0.9, { takeProfitPrice: bid * 1.05 }))).toBe(
      'OrderImmediatelyFillable',
    );
  });

  it('when its client id is on an open order, and only then', async () => {
    const first = await limit(0.8, { clientOrderId: 'same' });
    expect(await failureOf(limit(0.8, { clientOrderId: 'same' }))).toMatchObject({
      name: 'InvalidOrder',
      message: expect.stringContaining('Duplicate order sent.'),
    });
    await exchange.cancelOrder(String(first.id), SYMBOL);
    const second = await limit(0.8, { clientOrderId: 'same' });
    expect(second.id).not.toBe(first.id);
    const found = await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'same' });
    expect(found.id).toBe(second.id);
  });

  it('when the account has too many with a trigger, or too many at all', async () => {
    const stop = (): Promise<Order> => limit(1.1, { stopLossPrice: bid * 1.05 });
    for (let count = 0; count < 5; count += 1) await stop();
    expect((await failureOf(stop())).message).toContain('Filter failure: MAX_NUM_ALGO_ORDERS');
    for (let count = 0; count < 195; count += 1) await limit(0.5, {}, 0.001);
    expect((await failureOf(limit(0.5))).message).toContain('Filter failure: MAX_NUM_ORDERS');
    expect(await exchange.cancelAllOrders(SYMBOL)).toHaveLength(200);
  });
});

describe('a question or a cancel is refused', () => {
  it('for an order that is not there, or not open any more', async () => {
    const order = await limit(0.8);
    await exchange.cancelOrder(String(order.id), SYMBOL);
    expect(await errorOf(exchange.cancelOrder(String(order.id), SYMBOL))).toBe('OrderNotFound');
    expect(await errorOf(exchange.cancelOrder('999999999', SYMBOL))).toBe('OrderNotFound');
    expect(await errorOf(exchange.cancelAllOrders(SYMBOL))).toBe('OrderNotFound');
    expect(await errorOf(exchange.fetchOrder('999999999', SYMBOL))).toBe('OrderNotFound');
    expect(await errorOf(exchange.fetchOrder(String(order.id), 'ETH/USDT'))).toBe('OrderNotFound');
    expect(await errorOf(exchange.privateGetOrder({ symbol: 'BTCUSDT' }))).toBe('BadRequest');
  });

  it.each([
    [{ startTime: 0, endTime: 90_000_000 }, 'More than 24 hours between startTime and endTime.'],
    [{ fromId: 1, startTime: 0 }, 'Combination of optional parameters invalid.'],
    [{ limit: 'many' }, "Illegal characters found in parameter 'limit'"],
  ])('for trades of %j', async (params, text) => {
    const asked = exchange.privateGetMyTrades({ symbol: 'BTCUSDT', ...params });
    expect((await failureOf(asked)).message).toContain(text);
  });
});

describe('a client is refused', () => {
  it('with a wrong key, a wrong secret, a wrong clock or too long a window', async () => {
    const wrongSecret = await connectCcxt(simulator.urls, { ...KEY, secret: 'wrong' });
    expect(await errorOf(wrongSecret.fetchBalance())).toBe('AuthenticationError');
    const wrongKey = await connectCcxt(simulator.urls, { ...KEY, apiKey: 'wrong' });
    expect(await errorOf(wrongKey.fetchBalance())).toBe('AuthenticationError');
    const late = await connectCcxt(simulator.urls, KEY);
    late.nonce = () => Date.now() - 60_000;
    expect(await errorOf(late.fetchBalance())).toBe('InvalidNonce');
    late.nonce = () => Date.now() + 60_000;
    expect((await failureOf(late.fetchBalance())).message).toContain('1000ms ahead');
    expect(await errorOf(exchange.fetchBalance({ recvWindow: 90_000 }))).toBe('BadRequest');
  });

  it('with a key that may only read: reading goes on, trading does not', async () => {
    await control(simulator, 'POST /conditions', { keys: { [accountId]: 'read-only' } });
    const fresh = await connectCcxt(simulator.urls, KEY);
    await fresh.loadMarkets();
    expect(await errorOf(fresh.createOrder(SYMBOL, 'market', 'buy', 0.01))).toBe(
      'AuthenticationError',
    );
    expect((await fresh.fetchBalance())['BTC']?.total).toBeGreaterThan(0);
    expect(await fresh.sapiGetAccountApiRestrictions()).toMatchObject({
      enableSpotAndMarginTrading: false,
    });
    await control(simulator, 'POST /conditions', { keys: { [accountId]: 'ok' } });
    await fresh.close();
  });

  it('after too much weight, and banned when it goes on: 429, then 418, with how long to wait', async () => {
    await control(simulator, 'POST /conditions', { weightLimitPerMinute: 1 });
    const retryAfter = (): number =>
      Number((exchange.last_response_headers as Record<string, string>)['Retry-After']);
    const first = await failureOf(exchange.fetchBalance());
    expect(first.name).toBe('DDoSProtection');
    expect(first.message).toContain('current limit is 1 request weight per 1 MINUTE');
    expect(retryAfter()).toBeGreaterThan(0);
    expect(retryAfter()).toBeLessThanOrEqual(60);
    let last = first;
    for (let count = 0; count < 12 && !last.message.includes('banned'); count += 1)
      last = await failureOf(exchange.fetchBalance());
    expect(last.name).toBe('DDoSProtection');
    expect(last.message).toMatch(/IP banned until \d{13}\./);
    expect(retryAfter()).toBeGreaterThan(100);
    await control(simulator, 'POST /conditions', { weightLimitPerMinute: null, bans: { '*': 0 } });
    expect(await errorOf(exchange.fetchBalance())).toBe('no error');
  });

  it('after too many orders', async () => {
    await control(simulator, 'POST /conditions', { orderLimitPer10s: 1 });
    const failures = [await failureOf(limit(0.8)), await failureOf(limit(0.8))];
    expect(failures[1]).toMatchObject({
      name: 'DDoSProtection',
      message: expect.stringContaining(
        '"code":-1015,"msg":"Too many new orders; current limit is 1 orders per 10 SECOND."',
      ),
    });
    await control(simulator, 'POST /conditions', { orderLimitPer10s: null });
  });

  it('while the venue is maintained', async () => {
    await control(simulator, 'POST /conditions', { maintenance: true });
    expect(await errorOf(exchange.fetchTime())).toBe('OnMaintenance');
    await control(simulator, 'POST /conditions', { maintenance: false });
  });
});

describe('a symbol that is not trading', () => {
  const setStatus = (status: string): Promise<unknown> =>
    control(simulator, 'POST /conditions', { symbols: { BTCUSDT: { status } } });

  it.each(['HALT', 'BREAK'])('in %s takes cancels and no orders, and says so', async (status) => {
    const order = await limit(0.8);
    await setStatus(status);
    expect(await errorOf(limit(0.8))).toBe('MarketClosed');
    await exchange.loadMarkets(true);
    expect(exchange.market(SYMBOL)).toMatchObject({ active: false, info: { status } });
    expect(await exchange.cancelOrder(String(order.id), SYMBOL)).toMatchObject({
      status: 'canceled',
    });
    await setStatus('TRADING');
    await exchange.loadMarkets(true);
    expect(exchange.market(SYMBOL).active).toBe(true);
  });

  it('when delisted has no open orders left', async () => {
    const order = await limit(0.8);
    await setStatus('DELISTED');
    expect(await exchange.fetchOrder(String(order.id), SYMBOL)).toMatchObject({
      status: 'expired',
    });
    expect(await errorOf(limit(0.8))).toBe('MarketClosed');
    await setStatus('TRADING');
  });

  it('or whose filters have changed is seen so by who loads the markets again', async () => {
    const symbols = { BTCUSDT: { tickSize: '0.1', stepSize: '0.001', minNotional: '20' } };
    await control(simulator, 'POST /conditions', { symbols });
    expect((await failureOf(raw({ price: '50000.01' }))).message).toContain('PRICE_FILTER');
    expect((await failureOf(raw({ price: '50000.1', quantity: '0.0101' }))).message).toContain(
      'LOT_SIZE',
    );
    await exchange.loadMarkets(true);
    expect(exchange.market(SYMBOL)).toMatchObject({
      precision: { price: 0.1, amount: 0.001 },
      limits: { cost: { min: 20 } },
    });
  });
});
