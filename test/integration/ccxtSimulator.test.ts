/** The exchange adapter against the simulated exchange: real sockets, signed requests, a real matching engine. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCcxtFeed } from '../../src/adapters/ccxt/feed.ts';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { openGenericStreams } from '../../src/adapters/ccxt/genericStreams.ts';
import { Session } from '../../src/adapters/ccxt/session.ts';
import type { CcxtOptions } from '../../src/adapters/ccxt/types.ts';
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { dec, divide, floorToStep, sumOf } from '../../src/core/domain/decimal.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import { marketSymbol } from '../../src/core/domain/ids.ts';
import type { OrderReport } from '../../src/core/domain/order.ts';
import type { ExchangeGateway } from '../../src/ports/exchangeGateway.ts';
import type { MarketEvent, MarketFeed } from '../../src/ports/marketFeed.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import {
  aMarketOrder,
  anApproved,
  BTC,
  CREDENTIALS,
  ETH,
  keepingLogger,
  until,
} from '../builders/ccxt.ts';

const SPEED = 60;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let gateway: ExchangeGateway;
let feed: MarketFeed;
const events: MarketEvent[] = [];
const fills: Fill[] = [];
const reports: OrderReport[] = [];
let isUp = false;

const options = (): CcxtOptions => ({
  exchangeId: 'binance',
  credentials: CREDENTIALS,
  endpoints: { http: `http://127.0.0.1:${simulator.port}`, ws: `ws://127.0.0.1:${simulator.port}` },
  symbols: [BTC, ETH],
  logger: keepingLogger(),
  clock: systemClock,
});

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 7,
    speed: SPEED,
    historyBars: 300,
    accounts: [{ ...CREDENTIALS, balances: { USDT: '10000', BTC: '0.5' } }],
  });
  gateway = createCcxtGateway(options());
  feed = createCcxtFeed(options());
  await gateway.open({
    report: (report) => reports.push(report),
    fill: (fill) => fills.push(fill),
    balances: () => undefined,
    stream: (up) => {
      isUp = up;
    },
  });
  await feed.open(
    { symbols: [BTC, ETH], series: [{ symbol: BTC, timeframe: '1m' }] },
    { event: (event) => events.push(event), connected: () => undefined },
  );
  await until(() => isUp, 'the private stream is up');
});

afterAll(async () => {
  await feed.close();
  await gateway.close();
  await simulator.close();
});

/** A price far below the market, on a tick. */
const lowPrice = async () => {
  const bars = await feed.history({ symbol: BTC, timeframe: '1m' }, { limit: 1 });
  return floorToStep(dec(bars[0]?.close ?? 1).times('0.8'), dec('0.01'));
};

describe('reading', () => {
  it("knows the trading rules and the account's fees", async () => {
    expect(await gateway.instruments([BTC])).toEqual([
      {
        symbol: BTC,
        base: 'BTC',
        quote: 'USDT',
        tickSize: dec('0.01'),
        lotSize: dec('0.00001'),
        minAmount: expect.anything(),
        maxAmount: expect.anything(),
        minNotional: dec('5'),
        minNotionalAtMarket: true,
        maxNotional: dec('9000000000'),
        marketMaxAmount: dec('9000000000'),
        maxOrders: 200,
        maxTriggerOrders: 5,
        minPrice: dec('0.01'),
        maxPrice: dec('1000000'),
        priceBand: { buy: { down: 0.2, up: 5 }, sell: { down: 0.2, up: 5 } },
        makerFee: dec('0.001'),
        takerFee: dec('0.001'),
        triggers: 'oco' as const,
      },
    ]);
  });

  it('names near symbols of one that is not there', async () => {
    await expect(gateway.instruments([marketSymbol('BTC/USD')])).rejects.toThrow(
      /^SYMBOL_UNKNOWN: .*Near ones: BTC\/USDT/,
    );
  });

  it('reads exact balances', async () => {
    const rows = await gateway.balances();
    expect(rows.find(({ asset }) => asset === 'BTC')).toMatchObject({
      free: dec('0.5'),
      locked: dec('0'),
    });
  });

  it('measures a clock that is on this machine as right', async () => {
    expect(Math.abs(await gateway.clockOffsetMs())).toBeLessThan(100);
  });

  it('serves closed bars without gaps, the forming one left out', async () => {
    const bars = await feed.history({ symbol: BTC, timeframe: '1m' }, { limit: 100 });
    expect(bars).toHaveLength(100);
    const first = bars[0]?.openTime ?? 0;
    expect(bars.map(({ openTime }) => openTime)).toEqual(
      Array.from({ length: 100 }, (_, i) => first + i * 60_000),
    );
    const between = await feed.history(
      { symbol: BTC, timeframe: '1m' },
      { from: first, to: first + 10 * 60_000, limit: 1_000 },
    );
    expect(between).toEqual(bars.slice(0, 10));
    const before = await feed.history(
      { symbol: BTC, timeframe: '1m' },
      { to: first + 10 * 60_000, limit: 10 },
    );
    expect(before).toEqual(bars.slice(0, 10));
  });
});

describe('streaming', () => {
  it('brings trades, quotes and final bars in market time', async () => {
    const seen = (test: (event: MarketEvent) => boolean) => () => events.some(test);
    await until(
      seen(({ kind }) => kind === 'trade'),
      'a trade arrived',
    );
    await until(
      seen(({ kind }) => kind === 'quote'),
      'a quote arrived',
    );
    await until(
      seen((event) => event.kind === 'candle' && event.closed),
      'a final bar arrived',
    );
    const final = events.find((event) => event.kind === 'candle' && event.closed);
    const [served] = await feed.history(
      { symbol: BTC, timeframe: '1m' },
      { from: final?.kind === 'candle' ? final.openTime : 0, limit: 1 },
    );
    expect(final).toMatchObject({ ...served, at: (served?.openTime ?? 0) + 60_000 });
  });
});

describe("streaming through ccxt's own watch calls", () => {
  it('brings the same kinds of events, for exchanges without a fast path', async () => {
    const session = new Session(options());
    const seen = new Set<string>();
    const streams = openGenericStreams(
      session,
      { symbols: [BTC, ETH], series: [{ symbol: BTC, timeframe: '1m' }] },
      { event: ({ kind, symbol }) => seen.add(`${kind} ${symbol}`), connected: () => undefined },
    );
    await streams.asked;
    await until(() => seen.size === 5, 'trades and quotes of both, and bars, arrived');
    expect([...seen].toSorted()).toEqual([
      'candle BTC/USDT',
      'quote BTC/USDT',
      'quote ETH/USDT',
      'trade BTC/USDT',
      'trade ETH/USDT',
    ]);
    await Promise.all([streams.close(), session.close()]);
  });
});

describe('trading', () => {
  it('fills a market order, and REST, stream and answer agree on the executions', async () => {
    const order = aMarketOrder(1, { side: 'buy', amount: dec('0.01') });
    const outcome = await gateway.place(order);
    if (outcome.kind !== 'acked') throw new Error(outcome.message);
    expect(outcome.report).toMatchObject({ status: 'closed', filled: dec('0.01') });
    expect(sumOf(outcome.report.fills.map(({ amount }) => amount))).toEqual(dec('0.01'));
    await until(
      () =>
        reports.some(
          ({ clientOrderId, status }) =>
            clientOrderId === order.clientOrderId && status === 'closed',
        ),
      'the stream told the end',
    );
    const { clientOrderId, ...plain } = fills[0] ?? {};
    expect(clientOrderId).toBe(order.clientOrderId);
    expect(outcome.report.fills[0]).toEqual(plain);
    const { rows: byRest } = await gateway.fills(BTC, outcome.report.at - 60_000);
    expect(byRest).toEqual(outcome.report.fills);
  });

  it('rests a limit order, finds it in every place, and cancels it', async () => {
    const order = anApproved(2, {
      price: await lowPrice(),
      amount: dec('0.001'),
      type: 'limit_maker',
    });
    const ref = { symbol: BTC, clientOrderId: order.clientOrderId };
    expect(await gateway.place(order)).toMatchObject({ kind: 'acked', report: { status: 'open' } });
    expect((await gateway.openOrders([BTC])).rows).toMatchObject([
      { clientOrderId: order.clientOrderId, status: 'open' },
    ]);
    expect(await gateway.lookup(ref)).toMatchObject({
      kind: 'found',
      report: { status: 'open', filled: dec('0') },
    });
    expect(await gateway.cancel(ref)).toMatchObject({
      kind: 'cancelled',
      report: { clientOrderId: order.clientOrderId },
    });
    expect(await gateway.cancel(ref)).toMatchObject({ kind: 'notFound' });
    expect(await gateway.lookup(ref)).toMatchObject({
      kind: 'found',
      report: { status: 'canceled' },
    });
    expect((await gateway.openOrders([BTC])).rows).toEqual([]);
    await until(
      () =>
        reports.some(
          (report) => report.clientOrderId === order.clientOrderId && report.status === 'canceled',
        ),
      'the stream told the cancel',
    );
  });

  it('takes a duplicate id of an open order for unknown, and one that was never sent for absent', async () => {
    const order = anApproved(3, { price: await lowPrice(), amount: dec('0.001') });
    expect(await gateway.place(order)).toMatchObject({ kind: 'acked' });
    expect(await gateway.place(order)).toMatchObject({ kind: 'unknown' });
    await gateway.cancel(order);
    expect(await gateway.lookup(anApproved(4))).toMatchObject({ kind: 'absent' });
  });

  it("is refused what it cannot pay, with the exchange's code", async () => {
    const price = await lowPrice();
    const amount = divide(dec(20_000), price, 5, 'floor');
    expect(await gateway.place(anApproved(5, { price, amount }))).toMatchObject({
      kind: 'rejected',
      code: '-2010',
    });
    expect(await gateway.place(anApproved(6, { price, amount: dec('0.00001') }))).toMatchObject({
      kind: 'rejected',
      code: '-1013',
    });
  });

  it('is not let in with a wrong secret', async () => {
    const stranger = createCcxtGateway({
      ...options(),
      credentials: { ...CREDENTIALS, secret: 'some-other-secret' },
    });
    await expect(stranger.balances()).rejects.toThrow(/^KEY_REFUSED: balances: /);
    expect(
      await stranger.place(anApproved(7, { price: await lowPrice(), amount: dec('0.001') })),
    ).toMatchObject({ kind: 'rejected', code: '-1022' });
    await stranger.close();
  });
});
