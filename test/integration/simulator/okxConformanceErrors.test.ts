/** What OKX refuses, in its own words, and the class that unmodified ccxt.pro.okx makes of each. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import type { Okx } from './okxClient.ts';
import { OKX_KEY, connectOkx } from './okxClient.ts';
import type { OkxVenueServer } from './okxVenueServer.ts';
import { ACCOUNT_ID, startOkxVenue } from './okxVenueServer.ts';

const SYMBOL = 'BTC/USDT';
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;

let server: OkxVenueServer;
let exchange: Okx;

beforeAll(async () => {
  server = await startOkxVenue();
  exchange = await connectOkx(server.urls);
  await exchange.loadMarkets();
}, SETUP_MS);

afterEach(() => {
  const { conditions } = server;
  conditions.clockSkewMs = 0;
  conditions.maintenance = false;
  conditions.weightLimitPerMinute = undefined;
  conditions.setKey(ACCOUNT_ID, 'ok');
  conditions.ban(ACCOUNT_ID, 0);
});

afterAll(async () => {
  await exchange.close();
  await server.close();
});

/** The class and the code a call is refused with; of an order the code that stands with it. */
async function refused(call: () => Promise<unknown>): Promise<readonly (string | undefined)[]> {
  try {
    await call();
    return ['no error'];
  } catch (error) {
    const { constructor, message } = error as Error;
    const code = /"sCode":"(\d+)"/.exec(message) ?? /"code":"(\d+)"/.exec(message);
    return [constructor.name, code?.[1]];
  }
}

const GOOD = {
  instId: 'BTC-USDT',
  tdMode: 'cash',
  side: 'buy',
  ordType: 'limit',
  px: '50000',
  sz: '0.01',
} as const;

describe('an order is refused', () => {
  it.each<[string, Record<string, string | undefined>, string, string]>([
    ['without an instrument', { instId: undefined }, 'BadRequest', '50014'],
    ['on an unknown instrument', { instId: 'NO-PE' }, 'BadSymbol', '51001'],
    ['without a trade mode', { tdMode: undefined }, 'BadRequest', '50014'],
    ['on margin', { tdMode: 'cross' }, 'AccountNotEnabled', '51010'],
    ['with an unknown side', { side: 'hold' }, 'BadRequest', '51000'],
    ['of an unknown type', { ordType: 'iceberg' }, 'BadRequest', '51000'],
    ['without a price', { px: undefined }, 'InvalidOrder', '51204'],
    ['at a price of nothing', { px: '0' }, 'BadRequest', '51000'],
    ['at a price that is no number', { px: '5e4' }, 'BadRequest', '51000'],
    ['at a price between two ticks', { px: '50000.001' }, 'ExchangeError', '51150'],
    ['without a size', { sz: undefined }, 'BadRequest', '50014'],
    ['of no size', { sz: '0' }, 'InvalidOrder', '51020'],
    ['of less than the smallest value', { sz: '0.00009' }, 'InvalidOrder', '51020'],
    ['of a size between two lots', { sz: '0.010001' }, 'InvalidOrder', '51121'],
    ['of a size beyond all bounds', { sz: '99999999999' }, 'InvalidOrder', '51005'],
    ['for more than the balance', { sz: '1' }, 'InsufficientFunds', '51008'],
    ['to sell more than the balance', { side: 'sell', sz: '2' }, 'InsufficientFunds', '51008'],
    ['with a client id that is none', { clOrdId: 'no-dashes' }, 'BadRequest', '51000'],
    ['with a client id of 33 characters', { clOrdId: 'x'.repeat(33) }, 'BadRequest', '51000'],
    ['in an unknown currency', { ordType: 'market', tgtCcy: 'EUR' }, 'BadRequest', '51000'],
  ])('%s', async (_name, over, name, code) => {
    const place = (): Promise<unknown> => exchange.privatePostTradeOrder({ ...GOOD, ...over });
    expect(await refused(place)).toEqual([name, code]);
  });

  it('at market when the whole balance is worth no lot', async () => {
    const sell = { ...GOOD, instId: 'SOL-USDT', side: 'sell', ordType: 'market', sz: '1' };
    const place = (): Promise<unknown> => exchange.privatePostTradeOrder(sell);
    expect(await refused(place)).toEqual(['InsufficientFunds', '51008']);
  });

  it('while its instrument is halted, and the instrument says so', async () => {
    server.world.engine.setStatus('ETHUSDT', 'HALT', server.world.nowMs);
    const order = { ...GOOD, instId: 'ETH-USDT', px: '2000' };
    expect(await refused(() => exchange.privatePostTradeOrder(order))).toEqual([
      'ContractUnavailable',
      '51022',
    ]);
    const markets = await exchange.fetchMarkets();
    expect(markets.find((market) => market?.id === 'ETH-USDT')?.active).toBe(false);
    server.world.engine.setStatus('ETHUSDT', 'TRADING', server.world.nowMs);
  });
});

describe('a request about orders is refused', () => {
  it.each<[string, () => Promise<unknown>, string, string]>([
    ['for an unknown order', () => exchange.fetchOrder('999', SYMBOL), 'OrderNotFound', '51603'],
    [
      'for an order of another instrument',
      () => exchange.fetchOrder('1', 'ETH/USDT'),
      'OrderNotFound',
      '51603',
    ],
    [
      'without an id',
      () => exchange.privateGetTradeOrder({ instId: 'BTC-USDT' }),
      'BadRequest',
      '51003',
    ],
    [
      'to cancel an unknown order',
      () => exchange.cancelOrder('999', SYMBOL),
      'OrderNotFound',
      '51400',
    ],
    [
      'to cancel without an id',
      () => exchange.privatePostTradeCancelOrder({ instId: 'BTC-USDT' }),
      'BadRequest',
      '51407',
    ],
    [
      'with a page that is too large',
      () => exchange.fetchMyTrades(SYMBOL, undefined, 101),
      'BadRequest',
      '51000',
    ],
    [
      'of more than twenty orders',
      () => exchange.cancelOrders(Array.from({ length: 21 }, String), SYMBOL),
      'BadRequest',
      '51111',
    ],
    [
      'without its instrument type',
      () => exchange.privateGetTradeFillsHistory({}),
      'BadRequest',
      '50014',
    ],
    [
      'for an interval that is not served',
      () => exchange.fetchOHLCV(SYMBOL, '3M'),
      'BadRequest',
      '51000',
    ],
  ])('%s', async (_name, call, name, code) => {
    expect(await refused(call)).toEqual([name, code]);
  });

  it('to cancel what is filled or cancelled already', async () => {
    const filled = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.001);
    const cancelled = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 50_000);
    await exchange.cancelOrder(String(cancelled.id), SYMBOL);
    for (const { id } of [filled, cancelled]) {
      const again = (): Promise<unknown> => exchange.cancelOrder(String(id), SYMBOL);
      expect(await refused(again)).toEqual(['OrderNotFound', '51400']);
    }
  });

  it('for an order that its questions do not show yet', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 50_000, {
      clientOrderId: 'lagging1',
    });
    server.conditions.hide(Number(order.id), 60_000);
    const look = (): Promise<unknown> => exchange.fetchOrder(String(order.id), SYMBOL);
    expect(await refused(look)).toEqual(['OrderNotFound', '51603']);
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
    expect((await exchange.fetchBalance())['USDT']?.used).toBe(50);
    await exchange.cancelOrder(String(order.id), SYMBOL);
  });
});

describe('a signed request is refused', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['with an unknown key', { apiKey: 'unknown' }, 'AuthenticationError', '50111'],
    ['with a wrong secret', { secret: 'wrong' }, 'AuthenticationError', '50113'],
    ['with a wrong passphrase', { password: 'wrong' }, 'AuthenticationError', '50105'],
  ])('%s', async (_name, over, name, code) => {
    const stranger = await connectOkx(server.urls, { ...OKX_KEY, ...over });
    const ask = (): Promise<unknown> => stranger.privateGetAccountBalance();
    expect(await refused(ask)).toEqual([name, code]);
    await stranger.close();
  });

  it.each([
    ['OK-ACCESS-KEY', '50103'],
    ['OK-ACCESS-PASSPHRASE', '50104'],
    ['OK-ACCESS-SIGN', '50106'],
    ['OK-ACCESS-TIMESTAMP', '50107'],
  ])('without %s', async (missing, code) => {
    const names = [
      'OK-ACCESS-KEY',
      'OK-ACCESS-PASSPHRASE',
      'OK-ACCESS-SIGN',
      'OK-ACCESS-TIMESTAMP',
    ];
    const headers = names
      .filter((name) => name !== missing)
      .map((name): [string, string] => [name, 'x']);
    const url = `${server.urls.rest}/api/v5/account/balance`;
    const response = await fetch(url, { headers: Object.fromEntries(headers) });
    expect([response.status, await response.json()]).toEqual([
      401,
      { code, data: [], msg: `Request header "${missing}" cannot be empty.` },
    ]);
  });

  it('with a clock more than thirty seconds off either way', async () => {
    for (const skewMs of [31_000, -31_000]) {
      server.conditions.clockSkewMs = skewMs;
      expect(await refused(() => exchange.fetchBalance())).toEqual(['InvalidNonce', '50102']);
    }
    server.conditions.clockSkewMs = 29_000;
    expect((await exchange.fetchBalance())['USDT']).toBeDefined();
  });

  it('with a key that has been deleted: a class that ccxt does not know for it', async () => {
    server.conditions.setKey(ACCOUNT_ID, 'revoked');
    expect(await refused(() => exchange.fetchBalance())).toEqual(['ExchangeError', '50119']);
  });

  it('with a key that may only read, when it asks to trade', async () => {
    server.conditions.setKey(ACCOUNT_ID, 'read-only');
    const trade = (): Promise<unknown> => exchange.createOrder(SYMBOL, 'market', 'buy', 0.001);
    expect(await refused(trade)).toEqual(['ExchangeError', '50120']);
    expect((await exchange.fetchBalance())['USDT']).toBeDefined();
    const config = (await exchange.privateGetAccountConfig()) as { data: { perm: string }[] };
    expect(config.data[0]?.perm).toBe('read_only');
  });
});

describe('any request is refused', () => {
  it('during maintenance, which the status tells', async () => {
    server.conditions.maintenance = true;
    expect(await refused(() => exchange.fetchTicker(SYMBOL))).toEqual(['OnMaintenance', '50001']);
    expect(exchange.last_http_response).toContain('Service temporarily unavailable');
    expect(await exchange.fetchStatus()).toMatchObject({ status: 'maintenance' });
  });

  it('beyond the limit of requests, and while banned', async () => {
    server.conditions.weightLimitPerMinute = 0;
    expect(await refused(() => exchange.fetchBalance())).toEqual(['RateLimitExceeded', '50011']);
    server.conditions.weightLimitPerMinute = undefined;
    server.conditions.ban(ACCOUNT_ID, Date.now() + 60_000);
    expect(await refused(() => exchange.fetchBalance())).toEqual(['RateLimitExceeded', '50011']);
  });

  it('with another method than the path wants, and on an unknown path', async () => {
    const wrong = await fetch(`${server.urls.rest}/api/v5/market/ticker`, { method: 'POST' });
    expect([wrong.status, await wrong.json()]).toMatchObject([405, { code: '50115' }]);
    const unknown = await fetch(`${server.urls.rest}/api/v5/trade/one-click-repay`);
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: '404' }]);
  });
});

describe('a frame is refused', () => {
  /** Sends frames over a fresh connection; what comes back, and the code it is closed with. */
  async function talk(address: string, frames: readonly (object | string)[]): Promise<unknown[]> {
    const socket = new WebSocket(`${server.urls.ws}/${address}`);
    const answers: unknown[] = [];
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      answers.push(text === 'pong' ? text : JSON.parse(text));
      // The pong that follows the frames: all before it has been answered.
      if (text === 'pong') socket.close();
    });
    await new Promise((resolve) => socket.once('open', resolve));
    for (const frame of frames)
      socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    socket.send('ping');
    const code = await new Promise((resolve) => socket.once('close', resolve));
    return code === 1005
      ? answers.slice(0, -1)
      : [...answers.filter((one) => one !== 'pong'), code];
  }
  const subscribe = (arg: object): object => ({ id: '7', op: 'subscribe', args: [arg] });

  it.each<[string, string, object | string, string]>([
    ['that is no JSON', 'public', '{', '60012'],
    ['without an operation', 'public', { args: [] }, '60012'],
    ['of an unknown operation', 'public', { op: 'dance', args: [] }, '60019'],
    ['for a channel without a name', 'public', subscribe({}), '60027'],
    ['for an unknown channel', 'public', subscribe({ channel: 'x', instId: 'BTC-USDT' }), '60018'],
    [
      'for an unknown instrument',
      'public',
      subscribe({ channel: 'trades', instId: 'NO-PE' }),
      '60018',
    ],
    [
      'for bars at the wrong address',
      'public',
      subscribe({ channel: 'candle1m', instId: 'BTC-USDT' }),
      '64001',
    ],
    [
      'for trades at the wrong address',
      'business',
      subscribe({ channel: 'trades', instId: 'BTC-USDT' }),
      '64002',
    ],
    [
      'for a book above its tier',
      'public',
      subscribe({ channel: 'books-l2-tbt', instId: 'BTC-USDT' }),
      '64003',
    ],
    ['for orders without login', 'private', subscribe({ channel: 'orders' }), '60011'],
    ['to trade without login', 'private', { id: '7', op: 'order', args: [GOOD] }, '60011'],
    ['to trade at the wrong address', 'public', { id: '7', op: 'order', args: [GOOD] }, '60028'],
  ])('%s', async (_name, address, frame, code) => {
    const [answer] = await talk(address, [frame]);
    expect(answer).toMatchObject({ event: 'error', code, connId: expect.any(String) });
  });

  it('and so is a login, which ends the connection', async () => {
    const login = { apiKey: 'unknown', passphrase: 'x', timestamp: '1', sign: 'x' };
    const late = await talk('private', [{ op: 'login', args: [login] }]);
    expect(late).toMatchObject([{ event: 'error', code: '60006' }, 4001]);
    const now = String(Math.floor(Date.now() / 1_000));
    const unknown = await talk('private', [{ op: 'login', args: [{ ...login, timestamp: now }] }]);
    expect(unknown).toMatchObject([{ event: 'error', code: '60005' }, 4001]);
  });

  it('no more once the key is deleted: the connection ends', async () => {
    const listener = await connectOkx(server.urls);
    await listener.watchBalance();
    const next = listener.watchBalance();
    server.conditions.setKey(ACCOUNT_ID, 'revoked');
    server.idle(1);
    const refusal = await next.catch((error: unknown) => error as Error);
    expect((refusal as Error).message).toContain('4007');
    await listener.close();
  });

  it('by nobody, but the connection is closed, when it stays silent for half a minute', async () => {
    const socket = new WebSocket(`${server.urls.ws}/public`);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    server.idle(1);
    server.idle(31_000);
    expect(await closed).toBe(4004);
  });
});
