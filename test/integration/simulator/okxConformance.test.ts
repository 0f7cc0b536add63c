/** Unmodified ccxt.pro.okx over real sockets, through every REST method the venue serves: the values, not only the absence of errors. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, Trade } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Okx } from './okxClient.ts';
import { OKX_ACCOUNT, connectOkx } from './okxClient.ts';
import { errorOf } from './outcomes.ts';

const SYMBOL = 'BTC/USDT';
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;

let simulator: Simulator;
let exchange: Okx;

beforeAll(async () => {
  simulator = await startSimulator({
    venue: 'okx',
    port: 0,
    seed: 5,
    // The market stands still, but for what the tests let happen.
    speed: 0.0001,
    historyBars: 400,
    accounts: [{ ...OKX_ACCOUNT, balances: { USDT: '100000', BTC: '1' } }],
  });
  simulator.world.advanceTo(simulator.world.nowMs + 120_000);
  exchange = await connectOkx(simulator.okxUrls);
  await exchange.loadMarkets();
}, SETUP_MS);

afterAll(async () => {
  await simulator.close();
  await exchange.close();
});

/** What the venue itself wrote. */
function infoOf(unified: { info?: unknown }): Record<string, string> {
  return unified.info as Record<string, string>;
}

function limitBuy(price: number, over: Record<string, unknown> = {}): Promise<Order> {
  return exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, over);
}

async function fetched(acknowledged: Order): Promise<Order> {
  return exchange.fetchOrder(String(acknowledged.id), SYMBOL);
}

describe('public methods', () => {
  it('load the markets with their grid and limits, in two requests', () => {
    expect(exchange.symbols).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
    expect(exchange.market(SYMBOL)).toMatchObject({
      id: 'BTC-USDT',
      spot: true,
      margin: false,
      active: true,
      precision: { price: 0.01, amount: 0.00001 },
      limits: { cost: { max: 1_000_000 } },
    });
    // The smallest notional of 5 USDT at about 60,000, in whole lots.
    expect(exchange.market(SYMBOL).limits.amount?.min).toBeCloseTo(0.00009, 10);
    expect(simulator.log().map(({ path }) => path)).toEqual([
      '/api/v5/asset/currencies',
      '/api/v5/public/instruments',
    ]);
    expect(exchange.currencies['SOL']?.id).toBe('SOL');
  });

  it('tell the wall clock, and that all is well', async () => {
    const before = Date.now();
    const serverMs = (await exchange.fetchTime()) ?? 0;
    expect(serverMs).toBeGreaterThanOrEqual(before);
    expect(serverMs).toBeLessThanOrEqual(Date.now());
    expect(await exchange.fetchStatus()).toMatchObject({ status: 'ok' });
  });

  it('serve bars: the latest, from a start, up to an end, from the history, as the world has them', async () => {
    const latest = await exchange.fetchOHLCV(SYMBOL, '5m', undefined, 4);
    expect(latest).toHaveLength(4);
    const since = Number(latest[0]?.[0]);
    expect(await exchange.fetchOHLCV(SYMBOL, '5m', since, 2)).toEqual(latest.slice(0, 2));
    const until = await exchange.fetchOHLCV(SYMBOL, '5m', undefined, 3, { until: since });
    expect(until.at(-1)?.[0]).toBe(since - 300_000);
    const history = await exchange.fetchOHLCV(SYMBOL, '5m', since, 2, { type: 'HistoryCandles' });
    expect(history).toEqual(latest.slice(0, 2));
    for (const timeframe of ['1m', '1h', '4h', '1d'] as const) {
      const bars = await exchange.fetchOHLCV(SYMBOL, timeframe, undefined, 3);
      const first = Number(bars[0]?.[0]);
      const own = simulator.world.candles(SYMBOL, timeframe, first, Number(bars.at(-1)?.[0]));
      expect(bars).toEqual(
        own.map((bar) => [bar.timestampMs, bar.open, bar.high, bar.low, bar.close, bar.volume]),
      );
    }
  });

  it('serve bars longer than the market keeps them, joined from its hours', async () => {
    const hours = simulator.world.candles(SYMBOL, '1h', 0);
    for (const timeframe of ['2h', '6h', '12h', '1w', '1M'] as const) {
      const [, latest] = await exchange.fetchOHLCV(SYMBOL, timeframe, undefined, 2);
      const openMs = Number(latest?.[0]);
      const within = hours.filter(({ timestampMs }) => timestampMs >= openMs);
      expect(latest?.slice(0, 5)).toEqual([
        openMs,
        within[0]?.open,
        Math.max(...within.map(({ high }) => high)),
        Math.min(...within.map(({ low }) => low)),
        within.at(-1)?.close,
      ]);
      expect(latest?.[5]).toBeCloseTo(
        within.reduce((sum, { volume }) => sum + volume, 0),
        6,
      );
    }
  });

  it('open days at midnight in UTC+8 unless UTC is asked for, as ccxt does', async () => {
    const day = 86_400_000;
    const [utc] = await exchange.fetchOHLCV(SYMBOL, '1d', undefined, 1);
    expect(Number(utc?.[0]) % day).toBe(0);
    const raw = (await exchange.publicGetMarketCandles({
      instId: 'BTC-USDT',
      bar: '1D',
      limit: 1,
    })) as { data: string[][] };
    expect(Number(raw.data[0]?.[0]) % day).toBe(day - 8 * 3_600_000);
  });

  it('serve tickers as the market has them', async () => {
    const market = simulator.world.market(SYMBOL);
    const day = market.day();
    const ticker = await exchange.fetchTicker(SYMBOL);
    expect(ticker).toMatchObject({
      bid: Number(market.touch().bid?.ticks) / 100,
      bidVolume: Number(market.touch().bid?.lots) / 100_000,
      ask: Number(market.touch().ask?.ticks) / 100,
      last: market.lastTicks / 100,
      open: day.open / 100,
      high: day.high / 100,
      low: day.low / 100,
      baseVolume: day.volume / 100_000,
    });
    expect(Number(ticker.quoteVolume)).toBeCloseTo(day.quoteVolume / 10 ** 7, 2);
    const all = await exchange.fetchTickers();
    expect(Object.keys(all)).toEqual(exchange.symbols);
    expect(all[SYMBOL]).toMatchObject({ bid: ticker.bid, ask: ticker.ask });
  });

  it('serve the book, shallow and whole', async () => {
    const { book } = simulator.world.market(SYMBOL);
    const shallow = await exchange.fetchOrderBook(SYMBOL, 3);
    const whole = await exchange.fetchOrderBook(SYMBOL, 5_000, {
      method: 'publicGetMarketBooksFull',
    });
    const bids = [...book.bids.levels()].map(({ ticks, lots }) => [ticks / 100, lots / 100_000]);
    const priceAndAmount = (rows: readonly unknown[]): unknown[] =>
      rows.map((row) => (row as number[]).slice(0, 2));
    expect(priceAndAmount(shallow.bids)).toEqual(bids.slice(0, 3));
    expect(priceAndAmount(whole.bids)).toEqual(bids);
    expect(whole.asks).toHaveLength(book.asks.levelCount);
  });

  it('serve public trades, and page back through them by id', async () => {
    const tape = simulator.world.trades(SYMBOL);
    const ids = (trades: readonly Trade[]): number[] => trades.map(({ id }) => Number(id));
    const latest = await exchange.fetchTrades(SYMBOL, undefined, 5);
    expect(ids(latest)).toEqual(tape.slice(-5).map(({ id }) => id));
    expect(latest[0]).toMatchObject({
      price: Number(tape.at(-5)?.price),
      amount: Number(tape.at(-5)?.amount),
      side: tape.at(-5)?.takerSide,
      timestamp: tape.at(-5)?.timestampMs,
    });
    const older = await exchange.fetchTrades(SYMBOL, undefined, 3, {
      method: 'publicGetMarketHistoryTrades',
      after: latest[0]?.id,
    });
    expect(ids(older)).toEqual(tape.slice(-8, -5).map(({ id }) => id));
  });
});

describe('the account', () => {
  it('has fees that the venue writes as negative rates', async () => {
    const fee = await exchange.fetchTradingFee(SYMBOL);
    expect(fee).toMatchObject({ maker: 0.001, taker: 0.001 });
    expect(infoOf(fee)).toMatchObject({ maker: '-0.001', taker: '-0.001' });
  });

  it('has a configuration and a balance', async () => {
    const [account] = await exchange.fetchAccounts();
    expect(account?.id).toMatch(/^\d{12}$/);
    const balance = await exchange.fetchBalance();
    expect(balance['USDT']).toEqual({ free: 100_000, used: 0, total: 100_000 });
    expect(balance['BTC']).toEqual({ free: 1, used: 0, total: 1 });
    expect(await exchange.fetchBalance({ type: 'funding' })).not.toHaveProperty('USDT');
    const only = await exchange.fetchBalance({ ccy: 'BTC' });
    expect(only).not.toHaveProperty('USDT');
  });
});

describe('orders', () => {
  it('are acknowledged with nothing but their ids', async () => {
    const order = await limitBuy(50_000, { clientOrderId: 'ack1' });
    expect(order).toMatchObject({ clientOrderId: 'ack1' });
    expect(order.id).toMatch(/^\d+$/);
    expect([order.status, order.filled, order.amount]).toEqual([undefined, undefined, undefined]);
    await exchange.cancelOrder(String(order.id), SYMBOL);
  });

  it('rest, are found by either id, are listed, lock money, and are cancelled by either id', async () => {
    const order = await limitBuy(50_000, { clientOrderId: 'rests1' });
    const byId = await fetched(order);
    expect(byId).toMatchObject({
      id: order.id,
      clientOrderId: 'rests1',
      status: 'open',
      type: 'limit',
      side: 'buy',
      price: 50_000,
      amount: 0.01,
      filled: 0,
      remaining: 0.01,
    });
    const byClientId = await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'rests1' });
    expect(byClientId).toEqual(byId);
    expect((await exchange.fetchOpenOrders()).map(({ id }) => id)).toEqual([order.id]);
    expect(await exchange.fetchOpenOrders('ETH/USDT')).toEqual([]);
    expect((await exchange.fetchBalance())['USDT']).toMatchObject({ used: 500, free: 99_500 });
    const cancelled = await exchange.cancelOrder('', SYMBOL, { clientOrderId: 'rests1' });
    expect(cancelled.id).toBe(order.id);
    expect(infoOf(await fetched(order))).toMatchObject({ state: 'canceled', cancelSource: '1' });
    const listed = await exchange.fetchCanceledOrders(SYMBOL);
    expect(listed.some(({ id }) => id === order.id)).toBe(true);
    expect((await exchange.fetchBalance())['USDT']).toMatchObject({ used: 0, free: 100_000 });
  });

  it('at market fill; fees are taken from what is received and move the balance by exactly that', async () => {
    const before = await exchange.fetchBalance();
    const acknowledged = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.02);
    const order = await fetched(acknowledged);
    expect(order).toMatchObject({ status: 'closed', filled: 0.02, remaining: 0, amount: 0.02 });
    expect(order.fee).toEqual({ currency: 'BTC', cost: 0.00002 });
    expect(infoOf(order)['fee']).toBe('-0.00002');
    const trades = await exchange.fetchOrderTrades(String(acknowledged.id), SYMBOL);
    expect(trades.reduce((sum, { amount }) => sum + Number(amount), 0)).toBeCloseTo(0.02, 10);
    expect(trades.every(({ takerOrMaker }) => takerOrMaker === 'taker')).toBe(true);
    expect(trades.every((trade) => Number(infoOf(trade)['fee']) < 0)).toBe(true);
    const cost = trades.reduce((sum, trade) => sum + Number(trade.cost), 0);
    expect(Number(order.cost)).toBeCloseTo(cost, 7);
    expect(Number(order.average)).toBeCloseTo(cost / 0.02, 6);
    const after = await exchange.fetchBalance();
    expect(Number(after['BTC']?.free) - Number(before['BTC']?.free)).toBeCloseTo(0.01998, 9);
    expect(Number(before['USDT']?.free) - Number(after['USDT']?.free)).toBeCloseTo(cost, 7);
  });

  it('at market by cost spend at most the cost; sells bring quote currency', async () => {
    const bought = await fetched(await exchange.createMarketBuyOrderWithCost(SYMBOL, 100));
    expect(infoOf(bought)).toMatchObject({ tgtCcy: 'quote_ccy', sz: '100', state: 'filled' });
    const spent = Number(bought.average) * Number(bought.filled);
    expect(spent).toBeLessThanOrEqual(100);
    expect(spent).toBeGreaterThan(99);
    const sold = await fetched(await exchange.createOrder(SYMBOL, 'market', 'sell', 0.001));
    expect(sold).toMatchObject({ status: 'closed', side: 'sell', filled: 0.001 });
    expect(sold.fee?.currency).toBe('USDT');
  });

  it('a maker pays the fee of a maker', async () => {
    const market = simulator.world.market(SYMBOL);
    const ticks = Number(market.touch().bid?.ticks) + 1;
    const price = ticks / 100;
    const resting = await limitBuy(price, { clientOrderId: 'maker1' });
    simulator.world.openAccount({ id: 'taker', balances: { BTC: '1' } });
    simulator.world.place({
      accountId: 'taker',
      instrumentId: market.instrument.id,
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      ticks,
      lots: 1_000,
      quoteBudget: 0n,
      clientOrderId: 'taker1',
    });
    const trades = await exchange.fetchOrderTrades(String(resting.id), SYMBOL);
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({ takerOrMaker: 'maker', price, fee: { currency: 'BTC' } });
  });

  it('that must not wait are cancelled by the exchange, which says why', async () => {
    const ioc = await fetched(await limitBuy(50_000, { timeInForce: 'IOC' }));
    expect(ioc).toMatchObject({ status: 'canceled', filled: 0, timeInForce: 'IOC' });
    const fok = await fetched(await limitBuy(50_000, { timeInForce: 'FOK' }));
    const taking = await fetched(await limitBuy(90_000, { postOnly: true }));
    expect(taking).toMatchObject({ status: 'canceled', filled: 0, postOnly: true });
    expect([ioc, fok, taking].map((order) => infoOf(order)['cancelSource'])).toEqual([
      '14',
      '13',
      '31',
    ]);
    const filled = await fetched(await limitBuy(90_000, { timeInForce: 'FOK' }));
    expect(filled).toMatchObject({ status: 'closed', filled: 0.01 });
    const resting = await fetched(await limitBuy(50_000, { postOnly: true }));
    expect(resting).toMatchObject({ status: 'open', postOnly: true });
    await exchange.cancelOrder(String(resting.id), SYMBOL);
  });

  it('of a batch succeed or fail each for itself', async () => {
    const order = { symbol: SYMBOL, type: 'limit', side: 'buy', amount: 0.01 } as const;
    const [good, bad] = await exchange.createOrders([
      { ...order, price: 50_000, params: { clientOrderId: 'batch1' } },
      { ...order, price: 50_000, params: { clientOrderId: 'batch1' } },
    ]);
    expect(good?.clientOrderId).toBe('batch1');
    expect(bad?.status).toBe('rejected');
    expect(infoOf(bad ?? {})).toMatchObject({ sCode: '51016', ordId: '' });
    const second = await limitBuy(50_100);
    const cancelled = await exchange.cancelOrders([String(good?.id), String(second.id)], SYMBOL);
    expect(cancelled.map(({ id }) => id)).toEqual([good?.id, second.id]);
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
  });

  it('may use a client id again once it is not pending; the latest user of it is found', async () => {
    const first = await limitBuy(50_000, { clientOrderId: 'again1' });
    expect(await errorOf(limitBuy(50_000, { clientOrderId: 'again1' }))).toBe('InvalidOrder');
    const elsewhere = exchange.createOrder('ETH/USDT', 'limit', 'buy', 0.1, 2_000, {
      clientOrderId: 'again1',
    });
    expect(await errorOf(elsewhere)).toBe('InvalidOrder');
    await exchange.cancelOrder(String(first.id), SYMBOL);
    const second = await limitBuy(50_000, { clientOrderId: 'again1' });
    const found = await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'again1' });
    expect(found.id).toBe(second.id);
    await exchange.cancelOrder(String(second.id), SYMBOL);
  });

  it('at market are cut to the balance', async () => {
    const held = await exchange.fetchBalance();
    const sold = await fetched(await exchange.createOrder(SYMBOL, 'market', 'sell', 5));
    expect(sold.amount).toBe(Math.floor(Number(held['BTC']?.free) * 100_000) / 100_000);
    const banned = exchange.createOrder(SYMBOL, 'market', 'sell', 5, undefined, {
      banAmend: true,
    });
    expect(await errorOf(banned)).toBe('InsufficientFunds');
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.5);
  });
});

describe('lists', () => {
  const FILLS = 130;
  const placed: string[] = [];

  beforeAll(async () => {
    for (let count = 0; count < FILLS; count += 1) {
      simulator.world.advanceTo(simulator.world.nowMs + 3);
      const order = await exchange.createOrder('SOL/USDT', 'market', 'buy', 0.05);
      placed.push(String(order.id));
    }
  });

  it('of fills come a hundred at a time, newest first, and page both ways by bill id', async () => {
    const newest = await exchange.fetchMyTrades('SOL/USDT');
    expect(newest.map(({ order }) => order)).toEqual(placed.slice(-100));
    const billOf = (trade: Trade | undefined): string => infoOf(trade ?? {})['billId'] ?? '';
    const older = await exchange.fetchMyTrades('SOL/USDT', undefined, undefined, {
      after: billOf(newest[0]),
    });
    expect(older.map(({ order }) => order)).toEqual(placed.slice(0, FILLS - 100));
    const newer = await exchange.fetchMyTrades('SOL/USDT', undefined, undefined, {
      before: billOf(newest[89]),
    });
    expect(newer.map(({ order }) => order)).toEqual(placed.slice(-10));
    const few = await exchange.fetchMyTrades('SOL/USDT', undefined, 3);
    expect(few.map(({ order }) => order)).toEqual(placed.slice(-3));
    expect(new Set([...older, ...newest].map(billOf)).size).toBe(FILLS);
  });

  it('of fills are bounded by time, both ends included', async () => {
    const newest = await exchange.fetchMyTrades('SOL/USDT');
    const [begin, end] = [newest[10]?.timestamp, newest[20]?.timestamp];
    const within = await exchange.fetchMyTrades('SOL/USDT', begin, undefined, { until: end });
    expect(within).toEqual(newest.slice(10, 21));
  });

  it('of finished orders page by order id', async () => {
    const newest = await exchange.fetchClosedOrders('SOL/USDT');
    expect(newest.map(({ id }) => id)).toEqual(placed.slice(-100));
    const older = await exchange.fetchClosedOrders('SOL/USDT', undefined, undefined, {
      after: newest[0]?.id,
    });
    expect(older.map(({ id }) => id)).toEqual(placed.slice(0, FILLS - 100));
    const archive = await exchange.fetchClosedOrders('SOL/USDT', undefined, 2, {
      method: 'privateGetTradeOrdersHistoryArchive',
    });
    expect(archive.map(({ id }) => id)).toEqual(placed.slice(-2));
  });

  it('leave the exchange sound', () => {
    expect(simulator.state().violations).toEqual([]);
  });
});
