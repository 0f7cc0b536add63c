/** REST faults as unmodified ccxt.pro.binance meets them: what the fault table does not show, and what only Binance has. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Exchange } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { errorOf, thrownBy } from './outcomes.ts';
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

it('a client id that is open is told by the text of its InvalidOrder alone', async () => {
  const id = freshId();
  await limitBuy(id);
  const { message } = await thrownBy(limitBuy(id));
  expect(message).toContain('Duplicate order sent.');
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
});

describe('connections that break', () => {
  it('nobody listens: NetworkError', async () => {
    const other = await startSimulator({ port: 0, paused: true, historyBars: 1, accounts: [] });
    const { urls } = other;
    await other.close();
    const lonely = await connectCcxt(urls, KEY, { timeout: TIMEOUT_MS });
    expect(await errorOf(lonely.fetchTime())).toBe('NetworkError');
    await lonely.close();
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
    ['-1007', { type: 'reply', status: 504, body: { code: -1007, msg: '' } }, 'RequestTimeout'],
    ['429', { type: 'reply', status: 429, body: { code: -1003, msg: '' } }, 'DDoSProtection'],
  ])('%s: the order stands, and is found by its client id', async (_name, action, thrown) => {
    const id = freshId();
    await fault(action, { method: 'POST', clientOrderId: id }, { phase: 'after-accept' });
    expect(await errorOf(limitBuy(id))).toBe(thrown);
    const found = await exchange.fetchOrder('', SYMBOL, { clientOrderId: id });
    expect(found).toMatchObject({ clientOrderId: id, status: 'open' });
    expect(ordersOf(id)).toBe(1);
  });

  it('accepted late after an error: the error is no proof', async () => {
    const id = freshId();
    const action = { type: 'late-accept', ms: 300, status: 503 };
    await fault(action, { method: 'POST', clientOrderId: id });
    expect(await errorOf(limitBuy(id))).toBe('OperationFailed');
    await control(simulator, 'POST /barrier');
    expect(ordersOf(id)).toBe(1);
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
