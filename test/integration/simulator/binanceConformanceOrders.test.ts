/** Unmodified ccxt.pro.binance over real sockets: orders of every type, their lists, the account. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, Trade } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Bench } from './binanceHarness.ts';
import { BENCH_MS, SYMBOL, letPass, moveLastPrice, startBench } from './binanceHarness.ts';
import type { Binance } from './ccxtClient.ts';

let bench: Bench;
let simulator: Simulator;
let exchange: Binance;
/** Best prices of the standing market. */
let bid = 0;
let ask = 0;

beforeAll(async () => {
  bench = await startBench();
  ({ simulator, exchange } = bench);
  const touch = simulator.world.market(SYMBOL).touch();
  [bid, ask] = [Number(touch.bid?.ticks) / 100, Number(touch.ask?.ticks) / 100];
}, BENCH_MS);
afterEach(() => {
  expect(simulator.state().violations).toEqual([]);
});
afterAll(() => bench.close());

/** A price so far from the market, to the cent. */
const away = (factor: number): number => Math.round(bid * factor * 100) / 100;

async function fetched(order: Order): Promise<Order> {
  return exchange.fetchOrder(String(order.id), SYMBOL);
}

describe('a resting order', () => {
  it('is found by either id, is listed, locks its cost, and is cancelled', async () => {
    const price = away(0.8);
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, {
      clientOrderId: 'rests-1',
    });
    const expected = { status: 'open', type: 'limit', side: 'buy', price, amount: 0.01, filled: 0 };
    expect(order).toMatchObject({ ...expected, clientOrderId: 'rests-1', timeInForce: 'GTC' });
    expect(await fetched(order)).toMatchObject({ ...expected, id: order.id });
    const byClientId = await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'rests-1' });
    expect(byClientId.id).toBe(order.id);
    expect((await exchange.fetchOpenOrders()).map(({ id }) => id)).toEqual([order.id]);
    expect(await exchange.fetchOpenOrders('ETH/USDT')).toEqual([]);
    expect((await exchange.fetchBalance())['USDT']?.used).toBeCloseTo(price * 0.01, 8);
    const canceled = await exchange.cancelOrder(String(order.id), SYMBOL);
    expect(canceled).toMatchObject({ id: order.id, status: 'canceled', filled: 0 });
    expect((await exchange.fetchBalance())['USDT']).toMatchObject({ used: 0, free: 100_000 });
    expect((await exchange.fetchCanceledOrders(SYMBOL)).at(-1)?.id).toBe(order.id);
  });

  it('is a maker when it may only be one', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'sell', 0.01, away(1.2), {
      postOnly: true,
      newOrderRespType: 'FULL',
    });
    expect(await fetched(order)).toMatchObject({ status: 'open', postOnly: true, side: 'sell' });
    await exchange.cancelAllOrders(SYMBOL);
  });

  it('is told of as briefly as asked', async () => {
    const place = (newOrderRespType: string): Promise<Order> =>
      exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, away(0.8), { newOrderRespType });
    const ack = await place('ACK');
    expect(Object.keys(ack.info as object).sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'clientOrderId',
      'orderId',
      'orderListId',
      'symbol',
      'transactTime',
    ]);
    expect((await place('RESULT')).info).not.toHaveProperty('fills');
    expect((await place('FULL')).info).toHaveProperty('fills', []);
    expect(await exchange.cancelAllOrders(SYMBOL)).toHaveLength(3);
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
  });
});

describe('an order that trades', () => {
  it('at market brings its trades and moves the balance by exactly that', async () => {
    const before = await exchange.fetchBalance();
    const bought = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.02);
    expect(bought).toMatchObject({ status: 'closed', type: 'market', filled: 0.02, remaining: 0 });
    const fee = bought.trades.reduce((sum, trade) => sum + Number(trade.fee?.cost), 0);
    expect(fee).toBeCloseTo(0.00002, 10);
    expect(bought.trades.every((trade) => trade.fee?.currency === 'BTC')).toBe(true);
    expect(bought.trades[0]).toMatchObject({ price: ask, symbol: SYMBOL });
    const after = await exchange.fetchBalance();
    expect(Number(after['BTC']?.free) - Number(before['BTC']?.free)).toBeCloseTo(0.02 - fee, 9);
    expect(Number(before['USDT']?.free) - Number(after['USDT']?.free)).toBeCloseTo(
      Number(bought.cost),
      7,
    );
    const trades = await exchange.fetchOrderTrades(String(bought.id), SYMBOL);
    expect(trades.map(({ id }) => id)).toEqual(bought.trades.map(({ id }) => id));
    expect((await exchange.fetchClosedOrders(SYMBOL)).at(-1)).toMatchObject({
      id: bought.id,
      average: bought.average,
    });
  });

  it('at market by cost spends at most the cost, either way', async () => {
    const bought = await exchange.createMarketOrderWithCost(SYMBOL, 'buy', 100);
    expect(Number(bought.cost)).toBeLessThanOrEqual(100);
    expect(Number(bought.cost)).toBeGreaterThan(100 - ask * 0.00001);
    expect((await fetched(bought)).info).toMatchObject({ origQuoteOrderQty: '100.00000000' });
    const sold = await exchange.createMarketOrderWithCost(SYMBOL, 'sell', 100);
    expect(Number(sold.cost)).toBeLessThanOrEqual(100);
    expect(sold.trades[0]?.fee?.currency).toBe('USDT');
  });

  it('in a price’s reach is the taker of what is there, within its limit', async () => {
    const sold = await exchange.createOrder(SYMBOL, 'limit', 'sell', 0.01, away(0.99));
    expect(sold).toMatchObject({ status: 'closed', filled: 0.01 });
    expect(Number(sold.average)).toBeGreaterThanOrEqual(away(0.99));
  });

  it('with IOC or FOK does not rest', async () => {
    const limit = (amount: number, price: number, timeInForce: string): Promise<Order> =>
      exchange.createOrder(SYMBOL, 'limit', 'buy', amount, price, { timeInForce });
    expect(await limit(0.01, away(0.8), 'IOC')).toMatchObject({ status: 'expired', filled: 0 });
    expect(await limit(0.01, away(1.01), 'FOK')).toMatchObject({ status: 'closed', filled: 0.01 });
    const asked = [...simulator.world.market(SYMBOL).book.asks.levels()];
    const first = Number(asked[0]?.lots) / 100_000;
    const partly = await limit(first + 0.01, Number(asked[0]?.ticks) / 100, 'IOC');
    expect(partly).toMatchObject({ status: 'expired', filled: first });
    const [now] = [...simulator.world.market(SYMBOL).book.asks.levels()];
    const tooMuch = Number(now?.lots) / 100_000 + 0.01;
    expect(await limit(tooMuch, Number(now?.ticks) / 100, 'FOK')).toMatchObject({
      status: 'expired',
      filled: 0,
    });
  });

  it('may only be tested', async () => {
    const orders = simulator.state().accounts[0]?.orders;
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { test: true });
    expect(simulator.state().accounts[0]?.orders).toBe(orders);
  });
});

describe('an order with a trigger', () => {
  it('waits, then sells at the market: stop loss', async () => {
    const stop = away(0.95);
    const order = await exchange.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, {
      stopLossPrice: stop,
      newOrderRespType: 'RESULT',
    });
    expect(order.info).toMatchObject({ type: 'STOP_LOSS', status: 'NEW', workingTime: -1 });
    expect(await fetched(order)).toMatchObject({ status: 'open', triggerPrice: stop, filled: 0 });
    expect((await fetched(order)).info).toMatchObject({ isWorking: false });
    moveLastPrice(simulator, stop + 0.01);
    expect((await fetched(order)).status).toBe('open');
    moveLastPrice(simulator, stop);
    expect(await fetched(order)).toMatchObject({ status: 'closed', filled: 0.01 });
    moveLastPrice(simulator, bid);
  });

  it('waits, then rests or trades at its limit: stop loss limit', async () => {
    const stop = away(1.05);
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, away(0.9), {
      stopLossPrice: stop,
    });
    expect(order.info).toMatchObject({ type: 'STOP_LOSS_LIMIT', stopPrice: stop.toFixed(8) });
    expect((await exchange.fetchBalance())['USDT']?.used).toBeCloseTo(away(0.9) * 0.01, 8);
    moveLastPrice(simulator, stop);
    const triggered = await fetched(order);
    expect(triggered).toMatchObject({ status: 'open', price: away(0.9) });
    expect(triggered.info).toMatchObject({ isWorking: true });
    await exchange.cancelOrder(String(order.id), SYMBOL);
    moveLastPrice(simulator, bid);
  });

  it('waits, then takes profit at the market or at its limit', async () => {
    const profit = away(1.05);
    const market = await exchange.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, {
      takeProfitPrice: profit,
      newOrderRespType: 'RESULT',
    });
    const limit = await exchange.createOrder(SYMBOL, 'limit', 'sell', 0.01, away(1.1), {
      takeProfitPrice: profit,
    });
    expect([market, limit].map(({ info }) => (info as { type: string }).type)).toEqual([
      'TAKE_PROFIT',
      'TAKE_PROFIT_LIMIT',
    ]);
    moveLastPrice(simulator, profit);
    expect(await fetched(market)).toMatchObject({ status: 'closed', filled: 0.01 });
    expect(await fetched(limit)).toMatchObject({ status: 'open', filled: 0 });
    await exchange.cancelOrder(String(limit.id), SYMBOL);
    moveLastPrice(simulator, bid);
  });
});

describe('an edited order', () => {
  it('is cancelled and replaced in one request', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, away(0.8));
    const edited = await exchange.editOrder(
      String(order.id),
      SYMBOL,
      'limit',
      'buy',
      0.02,
      away(0.81),
    );
    expect(edited).toMatchObject({ status: 'open', amount: 0.02, price: away(0.81) });
    expect(edited.id).not.toBe(order.id);
    expect(await fetched(order)).toMatchObject({ status: 'canceled' });
    await exchange.cancelAllOrders(SYMBOL);
  });
});

describe('the account', () => {
  it('has fees, rights of its key, and a count of its orders', async () => {
    expect(await exchange.fetchTradingFee(SYMBOL)).toMatchObject({ maker: 0.001, taker: 0.001 });
    expect(Object.keys(await exchange.fetchTradingFees())).toHaveLength(3);
    expect(await exchange.sapiGetAccountApiRestrictions()).toMatchObject({
      enableSpotAndMarginTrading: true,
      enableWithdrawals: false,
    });
    const commission = await exchange.privateGetAccountCommission({ symbol: 'BTCUSDT' });
    expect(commission).toMatchObject({ standardCommission: { maker: '0.00100000' } });
    const [perTen, perDay] = (await exchange.privateGetRateLimitOrder()) as {
      interval: string;
      count: number | string;
    }[];
    expect([perTen?.interval, perDay?.interval]).toEqual(['SECOND', 'DAY']);
    expect(Number(perDay?.count)).toBeGreaterThan(10);
    const headers = exchange.last_response_headers as Record<string, string>;
    expect(Number(headers['X-Mbx-Used-Weight-1m'])).toBeGreaterThan(40);
  });

  it('leaves out what it does not hold when asked to', async () => {
    const held = async (params: object): Promise<string[]> =>
      (
        (await exchange.privateGetAccount(params)) as { balances: { asset: string }[] }
      ).balances.map(({ asset }) => asset);
    await exchange.createOrder('ETH/USDT', 'limit', 'buy', 0.01, 1_000);
    await exchange.cancelAllOrders('ETH/USDT');
    expect(await held({ omitZeroBalances: 'true' })).toEqual(['USDT', 'BTC']);
  });

  it('pages through trades of the same millisecond without losing or repeating one', async () => {
    for (let count = 0; count < 7; count += 1)
      await exchange.createOrder('SOL/USDT', 'market', 'buy', 1 + count / 100);
    const all = await exchange.fetchMyTrades('SOL/USDT');
    expect(all.length).toBeGreaterThanOrEqual(7);
    expect(new Set(all.map(({ timestamp }) => timestamp)).size).toBe(1);
    const seen: Trade[] = [];
    let fromId = Number(all[0]?.id);
    for (;;) {
      const page = await exchange.fetchMyTrades('SOL/USDT', undefined, 3, { fromId });
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(3);
      seen.push(...page);
      fromId = Number(page.at(-1)?.id) + 1;
    }
    expect(seen.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    const since = Number(all[0]?.timestamp);
    expect(await exchange.fetchMyTrades('SOL/USDT', since, 2)).toEqual(all.slice(0, 2));
    letPass(simulator, 1_000);
    expect(await exchange.fetchMyTrades('SOL/USDT', since + 1)).toEqual([]);
  });

  it('lists orders from an id on, from a time on, or the latest', async () => {
    const all = await exchange.fetchOrders('SOL/USDT');
    const ids = all.map(({ id }) => id);
    expect(ids).toHaveLength(7);
    const from = await exchange.fetchOrders('SOL/USDT', undefined, 2, { orderId: ids[2] });
    expect(from.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    const latest = await exchange.fetchOrders('SOL/USDT', undefined, 2);
    expect(latest.map(({ id }) => id)).toEqual(ids.slice(-2));
    const since = await exchange.fetchOrders('SOL/USDT', Number(all[0]?.timestamp) + 1);
    expect(since).toEqual([]);
  });
});
