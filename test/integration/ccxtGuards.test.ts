/**
 * Stops and pairs through unmodified ccxt: what leaves and what its answers mean, against a fake exchange that answers as it is
 * told, and the whole life of both against the simulated exchange.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { loadExchangeClass } from '../../src/adapters/ccxt/load.ts';
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { ceilToStep, dec, floorToStep, sumOf, toText } from '../../src/core/domain/decimal.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import type { ApprovedOrder, OrderReport } from '../../src/core/domain/order.ts';
import type { ExchangeGateway, OrderPair } from '../../src/ports/exchangeGateway.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import {
  aMarketOrder,
  anApproved,
  BTC,
  CREDENTIALS,
  hurriedClock,
  keepingLogger,
  until,
} from '../builders/ccxt.ts';
import { listing, raw, refusal, startFakeBinance } from '../fixtures/fakeBinance.ts';
import type { Answer, FakeBinance, Request } from '../fixtures/fakeBinance.ts';
import { control } from './simulator/controlClient.ts';

const ORDER = 'POST /api/v3/order';
const OCO = 'POST /api/v3/orderList/oco';
const EXIT = { side: 'sell', purpose: 'exit' } as const;

const aStop = (n: number, trigger = '40000.5'): ApprovedOrder =>
  aMarketOrder(n, { ...EXIT, type: 'stop', trigger: dec(trigger), referencePrice: dec(trigger) });

/** The stop is order n, its target order n + 1. */
function aPair(n: number, trigger = '40000.5', price = '45000.5'): OrderPair {
  const stop = aStop(n, trigger);
  const target = anApproved(n + 1, { ...EXIT, type: 'limit_maker', price: dec(price) });
  return {
    stop: { ...stop, pairId: target.intentId },
    target: { ...target, pairId: stop.intentId },
  };
}

const refOf = ({ symbol, clientOrderId }: ApprovedOrder) => ({ symbol, clientOrderId });

beforeAll(async () => {
  await loadExchangeClass('binance');
});

describe('at an exchange that answers as it is told', () => {
  let exchange: FakeBinance;
  let gateway: ExchangeGateway;

  const holds = (types: readonly string[], ocoAllowed: boolean): Answer => {
    const market = { ...listing('BTC'), orderTypes: types, ocoAllowed };
    return () => ({ symbols: [market] });
  };
  const ALL = ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS'];

  beforeEach(async () => {
    exchange = await startFakeBinance();
    exchange.on('GET /api/v3/exchangeInfo', holds(ALL, true));
    gateway = createCcxtGateway({
      exchangeId: 'binance',
      credentials: CREDENTIALS,
      endpoints: exchange.endpoints,
      symbols: [BTC],
      logger: keepingLogger(),
      clock: hurriedClock(10),
    });
  });
  afterEach(async () => {
    await gateway.close();
    await exchange.close();
  });

  const accepted =
    (changes: Readonly<Record<string, unknown>> = {}): Answer =>
    ({ params }: Request) => ({
      orderListId: 7,
      contingencyType: 'OCO',
      listStatusType: 'EXEC_STARTED',
      listOrderStatus: 'EXECUTING',
      transactionTime: 1_704_164_700_000,
      symbol: 'BTCUSDT',
      orders: [
        { symbol: 'BTCUSDT', orderId: 12, clientOrderId: params.get('belowClientOrderId') },
        { symbol: 'BTCUSDT', orderId: 13, clientOrderId: params.get('aboveClientOrderId') },
      ],
      orderReports: [
        {
          orderId: 12,
          clientOrderId: params.get('belowClientOrderId'),
          status: 'NEW',
          executedQty: '0.00000000',
        },
        {
          orderId: 13,
          clientOrderId: params.get('aboveClientOrderId'),
          status: 'NEW',
          executedQty: '0.00000000',
        },
      ],
      ...changes,
    });

  it.each([
    ['oco', ALL, true],
    ['stop', ALL, false],
    ['stop', ['LIMIT', 'MARKET', 'STOP_LOSS'], true],
    ['none', ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS_LIMIT'], true],
  ])('the market says what can be held: %s', async (triggers, types, ocoAllowed) => {
    exchange.on('GET /api/v3/exchangeInfo', holds(types, ocoAllowed));
    expect(await gateway.instruments([BTC])).toMatchObject([{ triggers }]);
  });

  it('a stop leaves as a STOP_LOSS without a price, under our id', async () => {
    expect(await gateway.place(aStop(1))).toMatchObject({ kind: 'acked' });
    const [sent] = exchange.sent(ORDER);
    const given = Object.fromEntries(sent?.params ?? []);
    expect(given).toMatchObject({
      type: 'STOP_LOSS',
      side: 'SELL',
      quantity: '0.0125',
      stopPrice: '40000.5',
      newClientOrderId: aStop(1).clientOrderId,
    });
    expect(given).not.toHaveProperty('price');
    expect(given).not.toHaveProperty('quoteOrderQty');
  });

  it('a stop off the tick size does not leave', async () => {
    expect(await gateway.place(aStop(1, '40000.555'))).toMatchObject({
      kind: 'rejected',
      code: 'NOT_SENT',
    });
    expect(exchange.sent(ORDER)).toEqual([]);
  });

  it('a pair leaves in one request, and each leg is taken under its own id', async () => {
    exchange.on(OCO, accepted());
    const pair = aPair(1);
    expect(await gateway.placePair(pair)).toMatchObject({
      stop: {
        kind: 'acked',
        report: { clientOrderId: pair.stop.clientOrderId, exchangeOrderId: '12', status: 'open' },
      },
      target: {
        kind: 'acked',
        report: {
          clientOrderId: pair.target.clientOrderId,
          exchangeOrderId: '13',
          at: 1_704_164_700_000,
        },
      },
    });
    expect(exchange.sent(OCO)).toHaveLength(1);
    expect(Object.fromEntries(exchange.sent(OCO)[0]?.params ?? [])).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.0125',
      aboveType: 'LIMIT_MAKER',
      abovePrice: '45000.5',
      aboveClientOrderId: pair.target.clientOrderId,
      belowType: 'STOP_LOSS',
      belowStopPrice: '40000.5',
      belowClientOrderId: pair.stop.clientOrderId,
    });
  });

  it('a pair is taken by its list of orders when there are no reports', async () => {
    exchange.on(OCO, accepted({ orderReports: undefined }));
    const { stop, target } = await gateway.placePair(aPair(1));
    expect([stop.kind, target.kind]).toEqual(['acked', 'acked']);
  });

  it('a leg that the answer does not name is unknown, the other is taken', async () => {
    exchange.on(OCO, (request, response) => {
      const answer = accepted()(request, response) as {
        orders: unknown[];
        orderReports: unknown[];
      };
      return {
        ...answer,
        orders: answer.orders.slice(0, 1),
        orderReports: answer.orderReports.slice(0, 1),
      };
    });
    const { stop, target } = await gateway.placePair(aPair(1));
    expect([stop.kind, target.kind]).toEqual(['acked', 'unknown']);
  });

  it('a refusal is one of both legs', async () => {
    exchange.on(OCO, refusal(400, -2010, 'Account has insufficient balance for requested action.'));
    const { stop, target } = await gateway.placePair(aPair(1));
    expect([stop, target]).toMatchObject([
      { kind: 'rejected', code: '-2010' },
      { kind: 'rejected', code: '-2010' },
    ]);
  });

  it.each<[string, Answer]>([
    ['a web page', raw(200, '<html>busy</html>')],
    ['an empty answer', () => ({})],
    ['a server error', refusal(503, -1001, 'Internal error')],
    [
      'an answer that stalls',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"orderListId":');
      },
    ],
  ])('%s leaves both legs unknown, and nothing is sent again', async (_name, answer) => {
    exchange.on(OCO, answer);
    const { stop, target } = await gateway.placePair(aPair(1));
    expect([stop.kind, target.kind]).toEqual(['unknown', 'unknown']);
    expect(exchange.sent(OCO)).toHaveLength(1);
  });
});

describe('at the simulated exchange', () => {
  let simulator: Awaited<ReturnType<typeof startSimulator>>;
  let gateway: ExchangeGateway;
  const fills: Fill[] = [];
  const reports: OrderReport[] = [];
  let isUp = false;

  beforeAll(async () => {
    simulator = await startSimulator({
      port: 0,
      seed: 11,
      speed: 60,
      historyBars: 10,
      accounts: [{ ...CREDENTIALS, balances: { USDT: '10000', BTC: '1' } }],
    });
    const address = `127.0.0.1:${simulator.port}`;
    gateway = createCcxtGateway({
      exchangeId: 'binance',
      credentials: CREDENTIALS,
      endpoints: { http: `http://${address}`, ws: `ws://${address}` },
      symbols: [BTC],
      logger: keepingLogger(),
      clock: systemClock,
    });
    await gateway.open({
      report: (report) => reports.push(report),
      fill: (fill) => fills.push(fill),
      balances: () => undefined,
      stream: (up) => {
        isUp = up;
      },
    });
    await until(() => isUp, 'the private stream is up');
  });
  afterAll(async () => {
    await gateway.close();
    await simulator.close();
  });

  /** The last price moved by a factor, on a tick. */
  const priceAt = (factor: number): string => {
    const [candle] = simulator.world.candles('BTC/USDT', '1m').slice(-1);
    return toText(ceilToStep(dec(candle?.close ?? 1).times(factor), dec('0.01')));
  };
  const lastOf = ({ clientOrderId }: ApprovedOrder): OrderReport | undefined =>
    reports.findLast((report) => report.clientOrderId === clientOrderId);
  const lockedBtc = async (): Promise<string | undefined> =>
    (await gateway.balances()).find(({ asset }) => asset === 'BTC')?.locked.toString();

  it('a stop rests, is found by our id and among the open orders, and can be cancelled', async () => {
    const stop = aStop(21, priceAt(0.8));
    expect(await gateway.place(stop)).toMatchObject({ kind: 'acked', report: { status: 'open' } });
    expect(await lockedBtc()).toBe('0.0125');
    expect(await gateway.lookup(refOf(stop))).toMatchObject({
      kind: 'found',
      report: { status: 'open', clientOrderId: stop.clientOrderId },
    });
    const { rows: open } = await gateway.openOrders([BTC]);
    expect(open.map(({ clientOrderId }) => clientOrderId)).toEqual([stop.clientOrderId]);
    expect(await gateway.cancel(refOf(stop))).toMatchObject({ kind: 'cancelled' });
    expect(await lockedBtc()).toBe('0');
  });

  it('a stop that would trigger at once is refused by its code', async () => {
    expect(await gateway.place(aStop(22, priceAt(1.2)))).toMatchObject({
      kind: 'rejected',
      code: '-2010',
    });
  });

  it('a pair locks its amount once, and cancelling one leg ends both', async () => {
    const pair = aPair(31, priceAt(0.8), priceAt(1.2));
    expect(await gateway.placePair(pair)).toMatchObject({
      stop: { kind: 'acked', report: { status: 'open' } },
      target: { kind: 'acked', report: { status: 'open' } },
    });
    expect(await lockedBtc()).toBe('0.0125');
    expect((await gateway.openOrders([BTC])).rows).toHaveLength(2);
    await gateway.cancel(refOf(pair.stop));
    await until(
      () => [pair.stop, pair.target].every((leg) => lastOf(leg)?.status === 'canceled'),
      'both legs are reported cancelled',
    );
    expect(await gateway.lookup(refOf(pair.target))).toMatchObject({
      kind: 'found',
      report: { status: 'canceled' },
    });
    // The exchange does not know it any more: not "cancelled", but to be looked up.
    expect(await gateway.cancel(refOf(pair.target))).toMatchObject({ kind: 'notFound' });
    expect(await lockedBtc()).toBe('0');
  });

  it('a pair that is refused leaves nothing behind', async () => {
    const pair = aPair(41, priceAt(1.1), priceAt(1.2));
    expect(await gateway.placePair(pair)).toMatchObject({
      stop: { kind: 'rejected' },
      target: { kind: 'rejected' },
    });
    expect(await gateway.lookup(refOf(pair.stop))).toMatchObject({ kind: 'absent' });
    expect((await gateway.openOrders([BTC])).rows).toEqual([]);
  });

  it('a stop sells when the price is there: its target expires, its fills add up, each once', async () => {
    // The market moves a few hundredths of a percent a minute, which is a second here: it stands still until the pair is there.
    await control(simulator, 'POST /time', { do: 'pause' });
    const trigger = toText(floorToStep(dec(priceAt(0.9999)), dec('0.01')));
    const pair = aPair(51, trigger, priceAt(1.2));
    const placed = await gateway.placePair(pair);
    expect([placed.stop.kind, placed.target.kind]).toEqual(['acked', 'acked']);
    await control(simulator, 'POST /time', { do: 'resume' });
    await until(() => lastOf(pair.stop)?.status === 'closed', 'the stop has sold', 60_000);
    await until(() => lastOf(pair.target)?.status === 'expired', 'the target has expired');
    const own = fills.filter(({ clientOrderId }) => clientOrderId === pair.stop.clientOrderId);
    expect(sumOf(own.map(({ amount }) => amount))).toEqual(dec('0.0125'));
    expect(own.every(({ side, liquidity }) => side === 'sell' && liquidity === 'taker')).toBe(true);
    const { rows: rest } = await gateway.fills(BTC, 0);
    expect(new Set(rest.map(({ tradeId }) => tradeId))).toEqual(
      new Set(own.map(({ tradeId }) => tradeId)),
    );
  }, 90_000);
});
