/** Every REST fault, as unmodified ccxt.pro.binance meets it: the class it raises, and where it raises none, what it does instead. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Exchange } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { errorOf, isPendingAfter, thrownBy } from './outcomes.ts';
import { KEY } from './signedClient.ts';

const SYMBOL = 'BTC/USDT';
const TIMEOUT_MS = 700;

let simulator: Simulator;
let exchange: Binance;

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 5,
    paused: true,
    historyBars: 5,
    accounts: [{ ...KEY, balances: { USDT: '100000', BTC: '1' } }],
  });
});
beforeEach(async () => {
  exchange = await connectCcxt(simulator.urls, KEY, { timeout: TIMEOUT_MS });
  await exchange.loadMarkets();
});
afterEach(async () => {
  await control(simulator, 'DELETE /rules');
  await control(simulator, 'POST /conditions', { clockSkewMs: 0 });
  await control(simulator, 'POST /barrier');
  const open = simulator.state().accounts[0]?.open_orders ?? [];
  if (open.length > 0) await exchange.cancelAllOrders(SYMBOL);
  await exchange.close();
  expect(simulator.state().violations).toEqual([]);
});
afterAll(async () => {
  await simulator.close();
});

const RAW = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '50000',
};

let ids = 0;
function freshId(): string {
  ids += 1;
  return `id-${String(ids)}`;
}

function limitBuy(clientOrderId: string, price = 50_000): ReturnType<Exchange['createOrder']> {
  return exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, { clientOrderId });
}

/** Makes the next request to a path meet a fault. */
function fault(action: object, match: object = {}, more: object = {}): Promise<unknown> {
  return control(simulator, 'POST /rules', { match, times: 1, ...more, action });
}

/** Orders that the exchange has accepted under a client id. */
function ordersOf(clientOrderId: string): number {
  const user = [...simulator.world.engine.accounts.values()].find(({ isHouse }) => !isHouse);
  return user?.ordersSince().filter((order) => order.clientOrderId === clientOrderId).length ?? 0;
}

describe('refusals of the venue', () => {
  it('a client id that is open is InvalidOrder, told by its text alone', async () => {
    const id = freshId();
    await limitBuy(id);
    const { thrown, message } = await thrownBy(limitBuy(id));
    expect(thrown).toBe('InvalidOrder');
    expect(message).toContain('Duplicate order sent.');
  });

  it('a client id whose order is over makes a second order', async () => {
    const id = freshId();
    await exchange.cancelOrder(String((await limitBuy(id)).id), SYMBOL);
    await limitBuy(id);
    expect(ordersOf(id)).toBe(2);
  });

  it.each([
    [
      'insufficient funds',
      () => exchange.createOrder(SYMBOL, 'limit', 'buy', 5, 50_000),
      'InsufficientFunds',
    ],
    [
      'min notional',
      () => exchange.createOrder(SYMBOL, 'limit', 'buy', 0.00005, 50_000),
      'BadRequest',
    ],
    [
      'price off the tick',
      () => exchange.privatePostOrder({ ...RAW, price: '50000.001' }),
      'InvalidOrder',
    ],
    [
      'amount off the lot',
      () => exchange.privatePostOrder({ ...RAW, quantity: '0.0100001' }),
      'InvalidOrder',
    ],
    [
      'below the amount step, without a request',
      () => exchange.createOrder(SYMBOL, 'limit', 'buy', 0.000001, 50_000),
      'InvalidOrder',
    ],
    [
      'post-only that would cross',
      () => exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 90_000, { postOnly: true }),
      'OrderImmediatelyFillable',
    ],
    ['cancel of the unknown', () => exchange.cancelOrder('999999', SYMBOL), 'OrderNotFound'],
    ['cancelAll with none', () => exchange.cancelAllOrders(SYMBOL), 'OrderNotFound'],
  ])('%s', async (_name, call, thrown) => {
    expect(await errorOf(call())).toBe(thrown);
  });
});

describe('answers with a status and a code', () => {
  const json = (status: number, code: number, headers = {}): object => ({
    type: 'reply',
    status,
    body: { code, msg: 'told by a rule' },
    headers,
  });

  it.each([
    ['429', json(429, -1003), ['DDoSProtection', 'NetworkError']],
    ['418', json(418, -1003), ['DDoSProtection', 'NetworkError']],
    ['-1015 at 429', json(429, -1015), ['DDoSProtection', 'NetworkError']],
    ['-1003 at 400', json(400, -1003), ['RateLimitExceeded', 'NetworkError']],
    ['-1021', json(400, -1021), ['InvalidNonce', 'NetworkError']],
    ['-1007', json(408, -1007), ['RequestTimeout', 'NetworkError']],
    ['-1016', json(400, -1016), ['BadRequest']],
    ['-1000', json(400, -1000), ['OperationFailed']],
    ['-1001', json(400, -1001), ['OperationFailed']],
    ['-1006', json(400, -1006), ['OperationFailed']],
    ['-2014', json(401, -2014), ['AuthenticationError']],
    ['-1022', json(400, -1022), ['AuthenticationError']],
    ...[403, 451, 500, 502, 503, 520, 522].map((status): [string, object, string[]] => [
      `${String(status)} with a page`,
      { type: 'html', status },
      ['ExchangeNotAvailable', 'NetworkError'],
    ]),
    ['504 with a page', { type: 'html', status: 504 }, ['RequestTimeout', 'NetworkError']],
  ])('%s', async (_name, action, classes) => {
    await fault(action);
    const { classes: seen } = await thrownBy(exchange.fetchBalance());
    expect(seen[0]).toBe(classes[0]);
    if (classes.includes('NetworkError')) expect(seen).toContain('NetworkError');
    else expect(seen).not.toContain('NetworkError');
  });

  it('Retry-After is to be read in the last headers only', async () => {
    await fault(json(429, -1003, { 'Retry-After': '7' }));
    const { message } = await thrownBy(exchange.fetchBalance());
    expect(message).not.toContain('7');
    expect(exchange.last_response_headers?.['Retry-After']).toBe('7');
  });

  it('-2015 is AuthenticationError at first, and DDoSProtection after any private success', async () => {
    const refusal = json(401, -2015);
    await fault(refusal);
    expect(await errorOf(exchange.fetchBalance())).toBe('AuthenticationError');
    await exchange.fetchBalance();
    await fault(refusal);
    expect(await errorOf(exchange.fetchBalance())).toBe('DDoSProtection');
  });

  it('a clock that is off is InvalidNonce until the difference is loaded', async () => {
    await control(simulator, 'POST /conditions', { clockSkewMs: 60_000 });
    expect(await errorOf(exchange.fetchBalance())).toBe('InvalidNonce');
    exchange.options['adjustForTimeDifference'] = true;
    await exchange.loadTimeDifference();
    expect(await errorOf(exchange.fetchBalance())).toBe('no error');
  });
});

describe('conditions of the exchange', () => {
  const set = (conditions: object): Promise<unknown> =>
    control(simulator, 'POST /conditions', conditions);
  const account = (): string => simulator.state().accounts[0]?.id ?? '';

  afterEach(async () => {
    await set({
      maintenance: false,
      weightLimitPerMinute: null,
      keys: { [account()]: 'ok' },
      bans: { '*': 0, [account()]: 0 },
      symbols: { BTCUSDT: { status: 'TRADING' } },
    });
  });

  it('a stop that would trigger at once is OrderImmediatelyFillable', async () => {
    const params = { stopLossPrice: 90_000 };
    const stop = exchange.createOrder(SYMBOL, 'limit', 'sell', 0.01, 89_000, params);
    expect(await errorOf(stop)).toBe('OrderImmediatelyFillable');
  });

  it('weight beyond the limit is DDoSProtection, with the time to wait', async () => {
    await set({ weightLimitPerMinute: 1 });
    expect(await errorOf(exchange.fetchBalance())).toBe('DDoSProtection');
    expect(Number(exchange.last_response_headers?.['Retry-After'])).toBeGreaterThan(0);
  });

  it('a ban is DDoSProtection, with the time to wait, until it is lifted', async () => {
    await set({ bans: { '*': 30 } });
    expect(await errorOf(exchange.fetchBalance())).toBe('DDoSProtection');
    expect(simulator.log().at(-1)?.status).toBe(418);
    const waitS = Number(exchange.last_response_headers?.['Retry-After']);
    expect([waitS > 0, waitS <= 30]).toEqual([true, true]);
    await set({ bans: { '*': 0 } });
    expect(await errorOf(exchange.fetchBalance())).toBe('no error');
  });

  it('a revoked key is DDoSProtection after a success, a restricted one reads but does not trade', async () => {
    await exchange.fetchBalance();
    await set({ keys: { [account()]: 'revoked' } });
    expect(await errorOf(exchange.fetchBalance())).toBe('DDoSProtection');
    await set({ keys: { [account()]: 'read-only' } });
    expect(await errorOf(exchange.fetchBalance())).toBe('no error');
    expect(await errorOf(limitBuy(freshId()))).toBe('DDoSProtection');
  });

  it('maintenance refuses everything', async () => {
    await set({ maintenance: true });
    expect(await errorOf(exchange.fetchBalance())).toBe('OnMaintenance');
  });

  it('a halt refuses orders and lets cancels through', async () => {
    const { id } = await limitBuy(freshId());
    await set({ symbols: { BTCUSDT: { status: 'HALT' } } });
    expect(await errorOf(limitBuy(freshId()))).toBe('MarketClosed');
    expect(await errorOf(exchange.cancelOrder(String(id), SYMBOL))).toBe('no error');
  });
});

describe('answers that are no answers raise nothing', () => {
  const NONE = [
    ['524 with a page', { type: 'html', status: 524 }],
    ['200 with a page', { type: 'html' }],
    ['200 with nothing', { type: 'empty' }],
  ] as const;

  it.each(NONE)('%s: balances are empty', async (_name, action) => {
    await fault(action);
    const balance = await exchange.fetchBalance();
    expect(Object.keys(balance['total'] ?? {})).toEqual([]);
  });

  it.each(NONE)('%s: orders cannot be told from a defect', async (_name, action) => {
    const id = freshId();
    await fault(action);
    expect(await errorOf(limitBuy(id))).toBe('TypeError');
    expect(ordersOf(id)).toBe(0);
  });

  it.each(NONE)('%s: bars are rows of nothing, or none', async (_name, action) => {
    await fault(action);
    const rows = await exchange.fetchOHLCV(SYMBOL, '1m');
    for (const row of rows) expect(row.some((value) => value !== undefined)).toBe(false);
  });

  it('a page: open orders are one row per character', async () => {
    await fault({ type: 'html' });
    const orders = await exchange.fetchOpenOrders(SYMBOL);
    expect(orders.length).toBeGreaterThan(100);
    expect(orders[0]?.id).toBeUndefined();
  });

  it('an empty object is an order without an id', async () => {
    const id = freshId();
    await fault({ type: 'reply', status: 200, body: {} }, {}, { phase: 'after-accept' });
    const order = await limitBuy(id);
    expect(order.id).toBeUndefined();
    expect(ordersOf(id)).toBe(1);
  });
});

describe('connections that break', () => {
  it.each([
    ['reset before the headers', 'reset', 'NetworkError'],
    ['reset in the body', 'reset-in-body', 'SocketError'],
    ['body cut short', 'truncate-body', 'SocketError'],
    ['no answer', 'hang', 'RequestTimeout'],
  ])('%s', async (_name, type, thrown) => {
    await fault({ type });
    expect(await errorOf(exchange.fetchBalance())).toBe(thrown);
  });

  it('nobody listens: NetworkError', async () => {
    const other = await startSimulator({ port: 0, paused: true, historyBars: 1, accounts: [] });
    const { urls } = other;
    await other.close();
    const lonely = await connectCcxt(urls, KEY, { timeout: TIMEOUT_MS });
    expect(await errorOf(lonely.fetchTime())).toBe('NetworkError');
    await lonely.close();
  });

  it('headers and then nothing: the timeout does not cover it', async () => {
    await fault({ type: 'stall-body' });
    const pending = exchange.fetchBalance();
    expect(await isPendingAfter(pending, 3 * TIMEOUT_MS)).toBe(true);
    pending.catch(() => undefined);
  });

  it('a delay within the timeout is only late', async () => {
    await fault({ type: 'delay', ms: 200 });
    expect(await errorOf(exchange.fetchTime())).toBe('no error');
    await fault({ type: 'delay', ms: 200 }, {}, { phase: 'after-accept' });
    expect(await errorOf(exchange.fetchTime())).toBe('no error');
    const [, , third, fourth] = simulator.log().slice(-4);
    expect(third?.engine_after_ms).toBeGreaterThanOrEqual(200);
    expect(fourth?.engine_after_ms).toBeLessThan(150);
    expect(fourth?.answered_after_ms).toBeGreaterThanOrEqual(200);
  });
});

describe('orders of which the answer is lost', () => {
  it.each([
    ['no answer', { type: 'hang' }, 'RequestTimeout'],
    ['reset', { type: 'reset' }, 'NetworkError'],
    ['502 with a page', { type: 'html', status: 502 }, 'ExchangeNotAvailable'],
    ['-1007', { type: 'reply', status: 504, body: { code: -1007, msg: '' } }, 'RequestTimeout'],
    ['429', { type: 'reply', status: 429, body: { code: -1003, msg: '' } }, 'DDoSProtection'],
    ['body cut short', { type: 'truncate-body' }, 'SocketError'],
    ['reset in the body', { type: 'reset-in-body' }, 'SocketError'],
  ])('%s: the order stands, and is found by its client id', async (_name, action, thrown) => {
    const id = freshId();
    await fault(action, { method: 'POST', clientOrderId: id }, { phase: 'after-accept' });
    expect(await errorOf(limitBuy(id))).toBe(thrown);
    const found = await exchange.fetchOrder('', SYMBOL, { clientOrderId: id });
    expect(found).toMatchObject({ clientOrderId: id, status: 'open' });
    expect(ordersOf(id)).toBe(1);
  });

  it('at market, sent again under the same id: a second execution', async () => {
    const id = freshId();
    const buy = (): Promise<unknown> =>
      exchange.createOrder(SYMBOL, 'market', 'buy', 0.001, undefined, { clientOrderId: id });
    await fault({ type: 'hang' }, { clientOrderId: id }, { phase: 'after-accept' });
    expect(await errorOf(buy())).toBe('RequestTimeout');
    await buy();
    expect(simulator.state().accounts[0]?.executions[id]).toBe(2);
  });

  it('at market, with maxRetriesOnFailure 2: three executions', async () => {
    const id = freshId();
    const match = { method: 'POST', clientOrderId: id };
    await fault({ type: 'hang' }, match, { phase: 'after-accept', times: 2 });
    exchange.options['maxRetriesOnFailure'] = 2;
    const params = { clientOrderId: id };
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.001, undefined, params);
    expect(simulator.state().accounts[0]?.executions[id]).toBe(3);
  });

  it('accepted late: not found at first, alive in the end', async () => {
    const id = freshId();
    await fault({ type: 'late-accept', ms: 1_200 }, { method: 'POST', clientOrderId: id });
    expect(await errorOf(limitBuy(id))).toBe('RequestTimeout');
    const find = (): Promise<unknown> => exchange.fetchOrder('', SYMBOL, { clientOrderId: id });
    expect(await errorOf(find())).toBe('OrderNotFound');
    await control(simulator, 'POST /barrier');
    expect(await find()).toMatchObject({ status: 'open' });
  });

  it('accepted late after an error: the error is no proof', async () => {
    const id = freshId();
    const action = { type: 'late-accept', ms: 300, status: 503 };
    await fault(action, { method: 'POST', clientOrderId: id });
    expect(await errorOf(limitBuy(id))).toBe('OperationFailed');
    await control(simulator, 'POST /barrier');
    expect(ordersOf(id)).toBe(1);
  });

  it('a cancel of which the answer is lost has been made', async () => {
    const { id } = await limitBuy(freshId());
    await fault({ type: 'hang' }, { method: 'DELETE' }, { phase: 'after-accept' });
    expect(await errorOf(exchange.cancelOrder(String(id), SYMBOL))).toBe('RequestTimeout');
    expect(await errorOf(exchange.cancelOrder(String(id), SYMBOL))).toBe('OrderNotFound');
    expect(await exchange.fetchOrder(String(id), SYMBOL)).toMatchObject({ status: 'canceled' });
  });
});

describe('rules', () => {
  it('leave alone what they do not match', async () => {
    const id = freshId();
    await fault({ type: 'reset' }, { clientOrderId: 'somebody-else' });
    await fault({ type: 'reset' }, { method: 'POST', path: '/api/v3/account*' });
    await fault({ type: 'reset' }, { symbol: 'ETHUSDT' });
    await fault({ type: 'reset' }, { account: 'nobody*' });
    await limitBuy(id);
    const rules = (await control(simulator, 'GET /rules')).body as { rules: { hits: number }[] };
    expect(rules.rules.map(({ hits }) => hits)).toEqual([0, 0, 0, 0]);
  });

  it('strike by chance as their seed says: the same requests, the same strikes', async () => {
    const strikes = async (): Promise<string> => {
      const rule = { id: 'chance', probability: 0.4, action: { type: 'empty', status: 599 } };
      await control(simulator, 'POST /rules', rule);
      let seen = '';
      for (let count = 0; count < 30; count += 1) {
        const { status } = await fetch(`${simulator.httpUrl}/api/v3/ping`);
        seen += status === 599 ? 'x' : '.';
      }
      await control(simulator, 'DELETE /rules');
      return seen;
    };
    const first = await strikes();
    expect(first).toMatch(/x.*\..*x/);
    expect(await strikes()).toBe(first);
  });
});
