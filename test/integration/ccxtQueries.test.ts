/** Asking about the account: an answer that is none must never read as "nothing there". Real sockets, a fake exchange. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCcxtGateway, createCcxtPublicExchange } from '../../src/adapters/ccxt/gateway.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import type { ExchangeGateway } from '../../src/ports/exchangeGateway.ts';
import {
  anApproved,
  BTC,
  CREDENTIALS,
  hurriedClock,
  keepingLogger,
  until,
} from '../builders/ccxt.ts';
import { raw, refusal, startFakeBinance } from '../fixtures/fakeBinance.ts';
import type { Answer, FakeBinance } from '../fixtures/fakeBinance.ts';

const T = 1_704_164_700_000;
const ref = { symbol: BTC, clientOrderId: anApproved(1).clientOrderId };
const order = (over: Readonly<Record<string, unknown>> = {}) => ({
  symbol: 'BTCUSDT',
  orderId: 28,
  clientOrderId: ref.clientOrderId,
  price: '42000.5',
  origQty: '0.0125',
  executedQty: '0',
  cummulativeQuoteQty: '0',
  status: 'NEW',
  type: 'LIMIT',
  side: 'BUY',
  time: T,
  updateTime: T,
  ...over,
});
/** Trade n at T + n/2 ms: two in each millisecond. */
const trade = (n: number, orderId = 28) => ({
  symbol: 'BTCUSDT',
  id: 1_000 + 3 * n,
  orderId,
  price: '42000.5',
  qty: '0.001',
  commission: '0.042',
  commissionAsset: 'USDT',
  time: T + Math.floor(n / 2),
  isBuyer: false,
  isMaker: n % 2 === 0,
});
const notThere = refusal(400, -2013, 'Order does not exist.');

let exchange: FakeBinance;
let gateway: ExchangeGateway;
let logger: ReturnType<typeof keepingLogger>;

beforeEach(async () => {
  exchange = await startFakeBinance();
  logger = keepingLogger();
  gateway = createCcxtGateway({
    exchangeId: 'binance',
    credentials: CREDENTIALS,
    endpoints: exchange.endpoints,
    symbols: [BTC],
    logger,
    clock: hurriedClock(10),
  });
});

afterEach(async () => {
  await gateway.close();
  await exchange.close();
});

const junk: readonly (readonly [string, Answer])[] = [
  ['a web page', raw(200, '<html>maintenance</html>')],
  ['nothing', raw(200, '')],
  ['{}', () => ({})],
  ['a list of strings', () => ['a', 'b']],
  ['502', raw(502, '')],
  ['524', raw(524, '<html>')],
  ['a stalled body', (_request, response) => void response.write('[')],
  ['a reset', (_request, response) => void response.destroy()],
];

describe('an answer that is none', () => {
  it.each(junk)('proves nothing: %s', async (_name, answer) => {
    for (const path of ['account', 'openOrders', 'myTrades', 'allOrders'])
      exchange.on(`GET /api/v3/${path}`, answer);
    await expect(gateway.balances()).rejects.toThrow(/^GATEWAY_FAILED/);
    await expect(gateway.openOrders([BTC])).rejects.toThrow(/^GATEWAY_FAILED/);
    await expect(gateway.fills(BTC, T)).rejects.toThrow(/^GATEWAY_FAILED/);
    exchange.on('GET /api/v3/order', notThere);
    exchange.on('GET /api/v3/openOrders', () => []);
    expect(await gateway.lookup(ref)).toMatchObject({ kind: 'failed' });
  });
});

describe('a look-up', () => {
  it('finds an order by our id', async () => {
    exchange.on('GET /api/v3/order', () =>
      order({ status: 'PARTIALLY_FILLED', executedQty: '0.01' }),
    );
    expect(await gateway.lookup(ref)).toMatchObject({
      kind: 'found',
      report: { status: 'open', filled: dec('0.01'), at: T },
    });
    expect(exchange.sent('GET /api/v3/order')[0]?.params.get('origClientOrderId')).toBe(
      ref.clientOrderId,
    );
  });

  it.each([
    ['among the open ones', 'GET /api/v3/openOrders', 'GET /api/v3/allOrders'],
    ['in the history', 'GET /api/v3/allOrders', 'GET /api/v3/openOrders'],
  ])('finds an order that is not served by id yet, %s', async (_name, there, notHere) => {
    exchange.on('GET /api/v3/order', notThere);
    exchange.on(there, () => [order({ clientOrderId: 'another', orderId: 27 }), order()]);
    exchange.on(notHere, () => []);
    expect(await gateway.lookup(ref)).toMatchObject({
      kind: 'found',
      report: { exchangeOrderId: '28' },
    });
  });

  it('takes an order for absent only when every place says so', async () => {
    exchange.on('GET /api/v3/order', notThere);
    exchange.on('GET /api/v3/openOrders', () => []);
    exchange.on('GET /api/v3/allOrders', () => [order({ clientOrderId: 'another' })]);
    expect(await gateway.lookup(ref)).toMatchObject({ kind: 'failed' });
    exchange.on('GET /api/v3/myTrades', () => []);
    expect(await gateway.lookup(ref)).toEqual({
      kind: 'absent',
      places: ['order', 'open orders', 'history', 'own trades'],
    });
  });

  it('finds an order behind an own trade that the history does not list yet', async () => {
    exchange.on('GET /api/v3/order', (request, response) =>
      request.params.get('orderId') === '29'
        ? order({ orderId: 29, status: 'FILLED', executedQty: '0.0125' })
        : notThere(request, response),
    );
    exchange.on('GET /api/v3/openOrders', () => []);
    exchange.on('GET /api/v3/allOrders', () => [order({ clientOrderId: 'another' })]);
    exchange.on('GET /api/v3/myTrades', () => [trade(0, 28), trade(1, 29)]);
    expect(await gateway.lookup({ ...ref, since: T })).toMatchObject({
      kind: 'found',
      report: { exchangeOrderId: '29', status: 'closed' },
    });
  });

  it('does not ask about trades of orders that the books have as others, however many they are', async () => {
    exchange.on('GET /api/v3/order', notThere);
    exchange.on('GET /api/v3/openOrders', () => []);
    exchange.on('GET /api/v3/allOrders', () => []);
    const trades = Array.from({ length: 300 }, (_, n) => trade(n, 1_000 + n));
    exchange.on('GET /api/v3/myTrades', ({ params }) => {
      const from = Number(params.get('fromId') ?? 0);
      return trades.filter(({ id }) => id >= from).slice(0, Number(params.get('limit')));
    });
    const old = { ...ref, since: T };
    expect(await gateway.lookup(old)).toMatchObject({ kind: 'failed' });
    const asked = exchange.sent('GET /api/v3/order').length;
    const isOther = (id: string): boolean => Number(id) >= 1_000;
    expect(await gateway.lookup({ ...old, isOther })).toMatchObject({ kind: 'absent' });
    expect(exchange.sent('GET /api/v3/order')).toHaveLength(asked + 1);
  });

  it('does not take an order for absent that a row it cannot read may be', async () => {
    exchange.on('GET /api/v3/order', notThere);
    exchange.on('GET /api/v3/openOrders', () => [order({ status: 'LIMBO' })]);
    exchange.on('GET /api/v3/allOrders', () => [order({ clientOrderId: 'another' })]);
    exchange.on('GET /api/v3/myTrades', () => []);
    expect(await gateway.lookup(ref)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('cannot be read'),
    });
    exchange.on('GET /api/v3/openOrders', () => [
      order({ status: 'LIMBO', clientOrderId: 'another', orderId: 27 }),
    ]);
    expect(await gateway.lookup(ref)).toMatchObject({ kind: 'absent' });
  });

  it('asks after the order of an own trade that cannot be read', async () => {
    exchange.on('GET /api/v3/order', (request, response) =>
      request.params.get('orderId') === '29'
        ? order({ orderId: 29, status: 'FILLED', executedQty: '0.0125' })
        : notThere(request, response),
    );
    for (const path of ['openOrders', 'allOrders']) exchange.on(`GET /api/v3/${path}`, () => []);
    exchange.on('GET /api/v3/myTrades', () => [{ ...trade(1, 29), commission: undefined }]);
    expect(await gateway.lookup({ ...ref, since: T })).toMatchObject({ kind: 'found' });
  });

  it('does not take the answer about another order', async () => {
    exchange.on('GET /api/v3/order', () => order({ clientOrderId: 'another' }));
    expect(await gateway.lookup(ref)).toMatchObject({ kind: 'failed' });
  });
});

describe('open orders', () => {
  it('are each of them read, whatever the others are', async () => {
    exchange.on('GET /api/v3/openOrders', () => [
      order({ orderId: 27, clientOrderId: '' }),
      null,
      order({ orderId: 29, status: 'LIMBO' }),
      order(),
    ]);
    const { rows, unreadable } = await gateway.openOrders([BTC]);
    expect(rows.map((report) => [report.exchangeOrderId, report.clientOrderId])).toEqual([
      ['27', undefined],
      ['28', ref.clientOrderId],
    ]);
    expect(unreadable.map(({ name, problem }) => [name, problem])).toEqual([
      ['null', 'no id'],
      ['29', 'an unknown status "LIMBO"'],
    ]);
  });
});

describe('own executions', () => {
  const serve = (count: number) => {
    const all = Array.from({ length: count }, (_, n) => trade(n));
    exchange.on('GET /api/v3/myTrades', ({ params }) => {
      const limit = Number(params.get('limit'));
      const fromId = params.get('fromId');
      if (fromId === null) return all.slice(-limit);
      return all.filter(({ id }) => id >= Number(fromId)).slice(0, limit);
    });
  };

  it('are complete over several pages, each once, in order', async () => {
    serve(2_500);
    const { rows: fills } = await gateway.fills(BTC, T + 10);
    expect(fills.map(({ tradeId }) => tradeId)).toEqual(
      Array.from({ length: 2_480 }, (_, i) => String(1_000 + 3 * (i + 20))),
    );
    expect(fills[1]).toMatchObject({
      side: 'sell',
      fee: dec('0.042'),
      feeAsset: 'USDT',
      liquidity: 'taker',
      exchangeOrderId: '28',
    });
  });

  it('that cannot be read hide none of the others, also where ccxt would drop or refuse them', async () => {
    exchange.on('GET /api/v3/myTrades', () => [
      trade(0),
      { ...trade(1), commission: undefined },
      { ...trade(2), time: undefined },
      { ...trade(3), price: null },
      trade(4),
    ]);
    const { rows, unreadable } = await gateway.fills(BTC, T);
    expect(rows.map(({ tradeId }) => tradeId)).toEqual(['1000', '1012']);
    expect(unreadable.map(({ name, problem }) => [name, problem])).toEqual([
      ['1003', 'no fee'],
      ['1006', 'no time'],
      ['1009', 'no price'],
    ]);
  });

  it('take one request when the newest page reaches back far enough', async () => {
    serve(2_500);
    expect((await gateway.fills(BTC, T + 1_000)).rows).toHaveLength(500);
    expect(exchange.sent('GET /api/v3/myTrades')).toHaveLength(1);
  });
});

describe('permissions', () => {
  it('are those of the key', async () => {
    exchange.on('GET /sapi/v1/account/apiRestrictions', () => ({
      enableSpotAndMarginTrading: true,
      enableWithdrawals: false,
      permitsUniversalTransfer: false,
      enableInternalTransfer: false,
    }));
    expect(await gateway.permissions()).toEqual({
      trading: true,
      withdrawals: false,
      transfers: false,
    });
  });

  it('are unknown where the exchange does not serve them', async () => {
    expect(await gateway.permissions()).toEqual({
      trading: 'unknown',
      withdrawals: 'unknown',
      transfers: 'unknown',
    });
  });

  it('fail when the key is refused', async () => {
    exchange.on(
      'GET /sapi/v1/account/apiRestrictions',
      refusal(401, -2015, 'Invalid API-key, IP, or permissions for action.'),
    );
    await expect(gateway.permissions()).rejects.toThrow(/^KEY_REFUSED/);
  });
});

describe('the clock', () => {
  it("is measured, and requests are signed with the exchange's time", async () => {
    exchange.on('GET /api/v3/time', () => ({ serverTime: Date.now() + 90_000 }));
    exchange.on('GET /api/v3/openOrders', () => []);
    expect(Math.abs((await gateway.clockOffsetMs()) - 90_000)).toBeLessThan(500);
    await gateway.openOrders([BTC]);
    const [request] = exchange.sent('GET /api/v3/openOrders');
    expect(
      Math.abs(Number(request?.params.get('timestamp')) - (request?.at ?? 0) - 90_000),
    ).toBeLessThan(500);
  });

  it('is measured again when a request is refused for its time, and the request is not repeated', async () => {
    exchange.on(
      'GET /api/v3/openOrders',
      refusal(400, -1021, 'Timestamp for this request is outside of the recvWindow.'),
    );
    await expect(gateway.openOrders([BTC])).rejects.toThrow(/^GATEWAY_FAILED/);
    await until(() => exchange.sent('GET /api/v3/time').length === 3, 'three samples were taken');
    expect(exchange.sent('GET /api/v3/openOrders')).toHaveLength(1);
  });
});

describe('markets', () => {
  it('that could not be loaded once are loaded at the next call', async () => {
    exchange.on('GET /api/v3/exchangeInfo', raw(503, ''));
    await expect(gateway.instruments([BTC])).rejects.toThrow(/^GATEWAY_FAILED/);
    exchange.restore('GET /api/v3/exchangeInfo');
    expect(await gateway.instruments([BTC])).toMatchObject([
      { makerFee: dec('0.0007'), takerFee: dec('0.0009'), minNotional: dec('5') },
    ]);
  });

  it("have the listed fees, with a warning, when the account's own are not served", async () => {
    exchange.on('GET /sapi/v1/asset/tradeFee', raw(404, '{}'));
    expect(await gateway.instruments([BTC])).toMatchObject([
      { makerFee: dec('0.001'), takerFee: dec('0.001') },
    ]);
    expect(logger.lines).toMatchObject([{ level: 'warn', fields: { symbol: BTC } }]);
  });

  it('are known without a key', async () => {
    const open = createCcxtPublicExchange({
      exchangeId: 'binance',
      endpoints: exchange.endpoints,
      symbols: [BTC],
      logger,
      clock: hurriedClock(10),
    });
    expect(await open.instruments([BTC])).toMatchObject([{ symbol: BTC, takerFee: dec('0.001') }]);
    await open.close();
    // ccxt keeps the markets and drops the filters of the exchange as a whole: these are asked for with one symbol.
    expect(exchange.requests.map(({ path, params }) => [path, params.get('symbol')])).toEqual([
      ['/api/v3/exchangeInfo', null],
      ['/api/v3/exchangeInfo', 'BTCUSDT'],
    ]);
  });
});

describe('secrets', () => {
  it('are in no message', async () => {
    exchange.on('GET /api/v3/account', (_request, response) => void response.destroy());
    const error: unknown = await gateway.balances().catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/^Error: GATEWAY_FAILED: .*signature=\*\*\*/);
    expect(String(error)).not.toMatch(/signature=[0-9a-f]/);
  });
});
