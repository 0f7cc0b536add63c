/** The exchange adapter speaking OKX's protocol with the simulated exchange: real sockets, signed requests. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import type { CcxtOptions } from '../../src/adapters/ccxt/types.ts';
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { dec, divide, floorToStep, sumOf, toText } from '../../src/core/domain/decimal.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import type { ApprovedOrder, OrderReport } from '../../src/core/domain/order.ts';
import type { ExchangeGateway, OrderRef } from '../../src/ports/exchangeGateway.ts';
import { startSimulator, type Simulator } from '../../src/simulator/server.ts';
import { accountIdOf } from '../../src/simulator/worldSetup.ts';
import {
  aMarketOrder,
  anApproved,
  BTC,
  CREDENTIALS,
  ETH,
  keepingLogger,
  until,
} from '../builders/ccxt.ts';
import { control } from './simulator/controlClient.ts';

const OKX_KEY = { ...CREDENTIALS, password: 'passphrase-of-the-test-account' } as const;
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;
const BATCH = '/api/v5/trade/batch-orders';

let simulator: Simulator;
let gateway: ExchangeGateway;
const reports: OrderReport[] = [];
let isUp = false;
let sequence = 0;

const options = (): CcxtOptions => ({
  exchangeId: 'okx',
  credentials: OKX_KEY,
  endpoints: { http: simulator.httpUrl, ws: simulator.wsUrl },
  symbols: [BTC, ETH],
  logger: keepingLogger(),
  clock: systemClock,
});

beforeAll(async () => {
  simulator = await startSimulator({
    venue: 'okx',
    port: 0,
    seed: 7,
    // The market all but stands still: what fills is what the tests send.
    speed: 0.01,
    historyBars: 30,
    accounts: [
      {
        apiKey: OKX_KEY.apiKey,
        secret: OKX_KEY.secret,
        passphrase: OKX_KEY.password,
        balances: { USDT: '10000', BTC: '0.5' },
      },
    ],
  });
  gateway = createCcxtGateway(options());
  await gateway.open({
    report: (report) => reports.push(report),
    fill: () => undefined,
    balances: () => undefined,
    stream: (up) => {
      isUp = up;
    },
  });
  await until(() => isUp, 'the private stream is up', SETUP_MS);
}, SETUP_MS);

afterAll(async () => {
  await gateway.close();
  await simulator.close();
}, SETUP_MS);

afterEach(async () => {
  await control(simulator, 'DELETE /rules');
});

/** A price far below the market, on a tick. */
const lowPrice = (): ReturnType<typeof dec> => {
  const bar = simulator.world.candles('BTCUSDT', '1m').at(-1);
  return floorToStep(dec(String(bar?.close ?? 1)).times('0.97'), dec('0.01'));
};

const aLimit = (over: Partial<ApprovedOrder> = {}): ApprovedOrder =>
  anApproved((sequence += 1), { price: lowPrice(), amount: dec('0.001'), ...over });
const aMarket = (over: Partial<ApprovedOrder>): ApprovedOrder =>
  aMarketOrder((sequence += 1), { amount: dec('0.01'), ...over });
const refOf = ({ clientOrderId }: ApprovedOrder): OrderRef => ({ symbol: BTC, clientOrderId });

/** The last thing the private stream said of an order. */
const told = ({ clientOrderId }: ApprovedOrder): OrderReport | undefined =>
  reports.findLast((report) => report.clientOrderId === clientOrderId);

async function acked(order: ApprovedOrder): Promise<OrderReport> {
  const outcome = await gateway.place(order);
  if (outcome.kind !== 'acked') throw new Error(JSON.stringify(outcome));
  return outcome.report;
}

/** The executions of an order, once the stream has told its end. */
async function fillsOf(order: ApprovedOrder): Promise<readonly Fill[]> {
  const { exchangeOrderId } = await acked(order);
  await until(() => told(order)?.status === 'closed', 'the stream told the end');
  expect(told(order)).toMatchObject({ exchangeOrderId, filled: order.amount });
  const { rows } = await gateway.fills(BTC, 0);
  return rows.filter((fill) => fill.exchangeOrderId === exchangeOrderId);
}

const NOTHING = { rows: [], unreadable: [] };

describe('reading', () => {
  it("knows the trading rules and the account's fees", async () => {
    expect(await gateway.instruments([BTC])).toMatchObject([
      {
        symbol: BTC,
        base: 'BTC',
        quote: 'USDT',
        tickSize: dec('0.01'),
        lotSize: dec('0.00001'),
        makerFee: dec('0.001'),
        takerFee: dec('0.001'),
        triggers: 'none',
      },
    ]);
    const [btc] = await gateway.instruments([BTC]);
    expect(btc?.minAmount.gte('0.00001')).toBe(true);
    expect(btc?.minAmount.lte('0.001')).toBe(true);
  });

  it('reads exact balances, and what the key may do', async () => {
    expect(await gateway.balances()).toEqual(
      expect.arrayContaining([{ asset: 'BTC', free: dec('0.5'), locked: dec('0') }]),
    );
    expect(await gateway.permissions()).toEqual({
      trading: true,
      withdrawals: false,
      transfers: false,
    });
    expect(Math.abs(await gateway.clockOffsetMs())).toBeLessThan(1_000);
  });
});

describe('trading', () => {
  it('fills a market buy, whose fee is in what was bought', async () => {
    const order = aMarket({ side: 'buy' });
    const fills = await fillsOf(order);
    expect(sumOf(fills.map(({ amount }) => amount))).toEqual(order.amount);
    for (const fill of fills) {
      expect(fill).toMatchObject({ side: 'buy', liquidity: 'taker', feeAsset: 'BTC' });
      expect(toText(fill.fee)).toBe(toText(fill.amount.times('0.001')));
    }
  });

  it('fills a market sell, whose fee is in what was paid', async () => {
    const order = aMarket({ side: 'sell' });
    const fills = await fillsOf(order);
    expect(sumOf(fills.map(({ amount }) => amount))).toEqual(order.amount);
    for (const fill of fills) {
      expect(fill).toMatchObject({ side: 'sell', liquidity: 'taker', feeAsset: 'USDT' });
      expect(toText(fill.fee)).toBe(toText(fill.amount.times(fill.price).times('0.001')));
    }
  });

  it('rests an order that must make, finds it in every place, and cancels it', async () => {
    const order = aLimit({ type: 'limit_maker' });
    expect(await acked(order)).toMatchObject({ status: 'open', filled: dec('0') });
    expect((await gateway.openOrders([BTC])).rows).toMatchObject([
      { clientOrderId: order.clientOrderId, status: 'open' },
    ]);
    expect(await gateway.lookup(refOf(order))).toMatchObject({
      kind: 'found',
      report: { status: 'open', filled: dec('0') },
    });
    // OKX answers a cancel with ids alone: what became of the order is asked or told.
    await gateway.cancel(refOf(order));
    await until(() => told(order)?.status === 'canceled', 'the stream told the cancel');
    expect(await gateway.cancel(refOf(order))).toMatchObject({ kind: 'notFound' });
    expect(await gateway.lookup(refOf(order))).toMatchObject({
      kind: 'found',
      report: { status: 'canceled' },
    });
    expect(await gateway.openOrders([BTC])).toEqual(NOTHING);
  });

  it('an order that must make and would take never trades', async () => {
    const price = floorToStep(lowPrice().times('1.04'), dec('0.01'));
    const order = aLimit({ type: 'limit_maker', price });
    await gateway.place(order);
    await until(() => told(order)?.status === 'canceled', 'the stream told the cancel');
    expect(told(order)?.filled).toEqual(dec('0'));
  });

  it('an order that was never sent is absent from every place', async () => {
    expect(await gateway.lookup(refOf(aLimit()))).toEqual({
      kind: 'absent',
      places: ['order', 'open orders', 'history', 'history', 'own trades'],
    });
  });
});

describe('what became of a request', () => {
  it("is refused what it cannot pay, with the exchange's code", async () => {
    const amount = divide(dec(20_000), lowPrice(), 5, 'floor');
    expect(await gateway.place(aLimit({ amount }))).toMatchObject({
      kind: 'rejected',
      code: '51008',
    });
  });

  it('is refused what is below the minimum', async () => {
    expect(await gateway.place(aLimit({ amount: dec('0.00001') }))).toMatchObject({
      kind: 'rejected',
      code: '51020',
    });
  });

  it('takes the id of an open order for unknown', async () => {
    const order = aLimit();
    await acked(order);
    expect(await gateway.place(order)).toMatchObject({ kind: 'unknown' });
    await gateway.cancel(refOf(order));
  });

  it('an order that was taken and whose answer is lost is unknown, and found', async () => {
    const order = aLimit();
    const { clientOrderId } = order;
    await control(simulator, 'POST /rules', {
      match: { path: BATCH, clientOrderId, symbol: 'BTCUSDT' },
      phase: 'after-accept',
      times: 1,
      action: { type: 'reset' },
    });
    expect(await gateway.place(order)).toMatchObject({ kind: 'unknown' });
    expect(await gateway.lookup(refOf(order))).toMatchObject({
      kind: 'found',
      report: { clientOrderId, status: 'open' },
    });
    await gateway.cancel(refOf(order));
  });

  it('a request that is lost on its way is unknown, and absent', async () => {
    const order = aLimit();
    await control(simulator, 'POST /rules', {
      match: { path: BATCH, clientOrderId: order.clientOrderId },
      phase: 'before',
      times: 1,
      action: { type: 'reset' },
    });
    expect(await gateway.place(order)).toMatchObject({ kind: 'unknown' });
    expect(await gateway.lookup(refOf(order))).toMatchObject({ kind: 'absent' });
  });

  it.each([
    ['secret', { ...OKX_KEY, secret: 'some-other-secret' }, '50113'],
    ['passphrase', { ...OKX_KEY, password: 'some-other' }, '50105'],
    ['key', { ...OKX_KEY, apiKey: 'some-other-key' }, '50111'],
  ])('is not let in with a wrong %s', async (_what, credentials, code) => {
    const stranger = createCcxtGateway({ ...options(), credentials });
    try {
      await expect(stranger.balances()).rejects.toThrow(new RegExp(`^KEY_REFUSED.*${code}`));
      // Not even the list of markets is had, which ccxt asks for with the key.
      expect(await stranger.place(aLimit())).toMatchObject({ kind: 'rejected', code: 'NOT_SENT' });
    } finally {
      await stranger.close();
    }
  });

  it.each([
    ['revoked', '50119'],
    ['read-only', '50120'],
  ])('a key that has become %s proves that nothing was placed', async (right, code) => {
    const id = accountIdOf(OKX_KEY.apiKey);
    await control(simulator, 'POST /conditions', { keys: { [id]: right } });
    try {
      expect(await gateway.place(aLimit())).toMatchObject({ kind: 'rejected', code });
    } finally {
      await control(simulator, 'POST /conditions', { keys: { [id]: 'ok' } });
    }
    expect(await gateway.openOrders([BTC])).toEqual(NOTHING);
  });
});
