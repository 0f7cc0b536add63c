/** Unmodified ccxt.pro.binance over real sockets, through every method the venue serves; and the errors it must see. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Exchange, Order, Trade } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt } from './ccxtClient.ts';
import { KEY } from './signedClient.ts';

const SYMBOL = 'BTC/USDT';
const DEADLINE_MS = 15_000;

let simulator: Simulator;
let exchange: Binance;

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 5,
    speed: 60,
    historyBars: 100,
    accounts: [{ ...KEY, balances: { USDT: '10000', BTC: '1' } }],
  });
  exchange = await connectCcxt(simulator.urls, KEY);
  await exchange.loadMarkets();
});

afterAll(async () => {
  await simulator.close();
  await exchange.close();
});

/** Repeats a watch call until it gives what is wanted. */
async function watchUntil<T>(watch: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await watch();
    if (isWanted(value)) return value;
    if (Date.now() > end) throw new Error(`not seen in ${String(DEADLINE_MS)} ms`);
  }
}

/** The name of the class a call rejects with. */
async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'no error';
  } catch (error) {
    return (error as { constructor: { name: string } }).constructor.name;
  }
}

function limitBuy(
  price: number,
  over: Record<string, unknown> = {},
): ReturnType<Exchange['createOrder']> {
  return exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, over);
}

describe('public methods', () => {
  it('load the markets with their grid and limits', () => {
    expect(exchange.symbols).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
    expect(exchange.market(SYMBOL)).toMatchObject({
      id: 'BTCUSDT',
      spot: true,
      active: true,
      precision: { price: 0.01, amount: 0.00001 },
      limits: { amount: { min: 0.00001 }, cost: { min: 5 } },
    });
  });

  it('tell the wall clock as the server time', async () => {
    const before = Date.now();
    const serverMs = (await exchange.fetchTime()) ?? 0;
    expect(serverMs).toBeGreaterThanOrEqual(before);
    expect(serverMs).toBeLessThanOrEqual(Date.now());
  });

  it('serve bars: the latest, from a start, and the same as the world has them', async () => {
    const latest = await exchange.fetchOHLCV(SYMBOL, '5m', undefined, 4);
    expect(latest).toHaveLength(4);
    const since = Number(latest[0]?.[0]);
    const again = await exchange.fetchOHLCV(SYMBOL, '5m', since, 2);
    expect(again).toEqual(latest.slice(0, 2));
    const bars = simulator.world.candles(SYMBOL, '5m', since, since);
    expect(
      bars.map((bar) => [bar.timestampMs, bar.open, bar.high, bar.low, bar.close, bar.volume]),
    ).toEqual(latest.slice(0, 1));
    const until = await exchange.fetchOHLCV(SYMBOL, '5m', undefined, 3, { until: since });
    expect(until.at(-1)?.[0]).toBe(since);
  });

  it('serve tickers, best quotes, the book and trades that agree', async () => {
    const [ticker, tickers, quotes, book, trades] = await Promise.all([
      exchange.fetchTicker(SYMBOL),
      exchange.fetchTickers([SYMBOL, 'ETH/USDT']),
      exchange.fetchBidsAsks([SYMBOL]),
      exchange.fetchOrderBook(SYMBOL, 10),
      exchange.fetchTrades(SYMBOL, undefined, 5),
    ]);
    expect(Object.keys(tickers)).toEqual([SYMBOL, 'ETH/USDT']);
    expect(Number(ticker.bid)).toBeLessThan(Number(ticker.ask));
    // The market moves between two requests, but not far.
    expect(Math.abs(Number(quotes[SYMBOL]?.bid) / Number(book.bids[0]?.[0]) - 1)).toBeLessThan(
      0.01,
    );
    expect([book.bids.length, book.asks.length]).toEqual([10, 10]);
    expect(trades.length).toBeGreaterThan(0);
    const tape = simulator.world.trades(SYMBOL);
    const first = tape.find((trade) => String(trade.id) === trades[0]?.id);
    expect(trades[0]).toMatchObject({
      price: Number(first?.price),
      amount: Number(first?.amount),
      side: first?.takerSide,
    });
  });

  it('serve fees', async () => {
    expect(await exchange.fetchTradingFee(SYMBOL)).toMatchObject({ maker: 0.001, taker: 0.001 });
  });
});

describe('orders', () => {
  it('rest, are found by either id, are listed, and are cancelled', async () => {
    const order = await limitBuy(50_000, { clientOrderId: 'rests-1' });
    expect(order).toMatchObject({
      status: 'open',
      filled: 0,
      clientOrderId: 'rests-1',
      price: 50_000,
      amount: 0.01,
    });
    const same = await exchange.fetchOrder(String(order.id), SYMBOL);
    expect(same).toMatchObject({ id: order.id, status: 'open', clientOrderId: 'rests-1' });
    const byClientId = await exchange.fetchOrder('', SYMBOL, {
      clientOrderId: 'rests-1',
    });
    expect(byClientId.id).toBe(order.id);
    expect((await exchange.fetchOpenOrders()).map(({ id }) => id)).toEqual([order.id]);
    expect((await exchange.fetchOpenOrders('ETH/USDT')).map(({ id }) => id)).toEqual([]);
    expect((await exchange.fetchBalance())['USDT']).toMatchObject({ used: 500 });
    expect(await exchange.cancelOrder(String(order.id), SYMBOL)).toMatchObject({
      id: order.id,
      status: 'canceled',
    });
    expect((await exchange.fetchOrders(SYMBOL)).find(({ id }) => id === order.id)?.status).toBe(
      'canceled',
    );
  });

  it('at market fill with their trades, fees in what is received, and move the balance by exactly that', async () => {
    const before = await exchange.fetchBalance();
    const bought = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.02);
    expect(bought).toMatchObject({ status: 'closed', filled: 0.02, remaining: 0 });
    const fee = bought.trades.reduce((sum, trade) => sum + Number(trade.fee?.cost), 0);
    expect(fee).toBeCloseTo(0.00002, 10);
    expect(bought.trades.every((trade) => trade.fee?.currency === 'BTC')).toBe(true);
    const after = await exchange.fetchBalance();
    expect(Number(after['BTC']?.free) - Number(before['BTC']?.free)).toBeCloseTo(0.02 - fee, 9);
    expect(Number(before['USDT']?.free) - Number(after['USDT']?.free)).toBeCloseTo(
      Number(bought.cost),
      7,
    );
    const trades = await exchange.fetchMyTrades(SYMBOL, undefined, undefined, {
      orderId: bought.id,
    });
    expect(trades.map(({ id }) => id)).toEqual(bought.trades.map(({ id }) => id));
    const next = await exchange.fetchMyTrades(SYMBOL, undefined, 1, { fromId: trades[0]?.id });
    expect(next[0]?.id).toBe(trades[0]?.id);
  });

  it('at market by cost spend at most the cost; sells too', async () => {
    const bought = await exchange.createOrder(SYMBOL, 'market', 'buy', 0, undefined, { cost: 100 });
    expect(Number(bought.cost)).toBeLessThanOrEqual(100);
    expect(Number(bought.cost)).toBeGreaterThan(98);
    const sold = await exchange.createOrder(SYMBOL, 'market', 'sell', 0.001);
    expect(sold).toMatchObject({ status: 'closed', side: 'sell', filled: 0.001 });
    expect(sold.trades[0]?.fee?.currency).toBe('USDT');
  });

  it('with IOC and FOK expire or fill', async () => {
    const ioc = await limitBuy(50_000, { timeInForce: 'IOC' });
    expect(ioc).toMatchObject({ status: 'expired', filled: 0 });
    const fok = await limitBuy(90_000, { timeInForce: 'FOK' });
    expect(fok).toMatchObject({ status: 'closed', filled: 0.01 });
  });

  it('are cancelled together', async () => {
    await limitBuy(40_000);
    await limitBuy(41_000);
    expect(await exchange.cancelAllOrders(SYMBOL)).toHaveLength(2);
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
  });
});

describe('errors', () => {
  it('are of the class that ccxt gives the real venue', async () => {
    await limitBuy(50_000, { clientOrderId: 'open-one' });
    expect(await errorOf(limitBuy(50_000, { clientOrderId: 'open-one' }))).toBe('InvalidOrder');
    await exchange.cancelAllOrders(SYMBOL);
    expect(await errorOf(exchange.createOrder(SYMBOL, 'limit', 'buy', 5, 50_000))).toBe(
      'InsufficientFunds',
    );
    expect(await errorOf(exchange.createOrder(SYMBOL, 'limit', 'buy', 0.00005, 50_000))).toBe(
      'BadRequest',
    );
    expect(await errorOf(limitBuy(90_000, { postOnly: true }))).toBe('OrderImmediatelyFillable');
    expect(await errorOf(exchange.cancelOrder('999999999', SYMBOL))).toBe('OrderNotFound');
    expect(await errorOf(exchange.cancelAllOrders(SYMBOL))).toBe('OrderNotFound');
    expect(await errorOf(exchange.fetchOrder('999999999', SYMBOL))).toBe('OrderNotFound');
    expect(await errorOf(exchange.fetchOrder('1', SYMBOL, { recvWindow: 90_000 }))).toBe(
      'BadRequest',
    );
    expect(
      await errorOf(
        exchange.createOrder(SYMBOL, 'STOP_LOSS', 'sell', 0.01, undefined, {
          stopPrice: 200_000,
        }),
      ),
    ).toBe('OrderImmediatelyFillable');
  });

  it('tell a wrong key, a wrong secret and a wrong clock', async () => {
    const wrongSecret = await connectCcxt(simulator.urls, { ...KEY, secret: 'wrong' });
    expect(await errorOf(wrongSecret.fetchBalance())).toBe('AuthenticationError');
    const wrongKey = await connectCcxt(simulator.urls, { ...KEY, apiKey: 'wrong' });
    expect(await errorOf(wrongKey.fetchBalance())).toBe('AuthenticationError');
    const late = await connectCcxt(simulator.urls, KEY);
    late.nonce = () => Date.now() - 60_000;
    expect(await errorOf(late.fetchBalance())).toBe('InvalidNonce');
  });
});

describe('streams', () => {
  it('bring trades, best quotes, tickers and bars', async () => {
    const [trades, quotes, ticker, bars] = await Promise.all([
      exchange.watchTrades(SYMBOL),
      exchange.watchBidsAsks([SYMBOL]),
      exchange.watchTicker('ETH/USDT'),
      exchange.watchOHLCV(SYMBOL, '1m'),
    ]);
    expect(trades[0]).toMatchObject({ symbol: SYMBOL });
    expect(Number(quotes[SYMBOL]?.bid)).toBeLessThan(Number(quotes[SYMBOL]?.ask));
    expect(Number(ticker.last)).toBeGreaterThan(100);
    expect(bars.length).toBeGreaterThan(0);
  });

  it('keep a book that equals the real one', async () => {
    const world = simulator.world.market(SYMBOL);
    const top = (): string =>
      JSON.stringify([world.touch().bid?.ticks, world.touch().ask?.ticks, world.book.updateId]);
    for (let count = 0; count < 5; count += 1) await exchange.watchOrderBook(SYMBOL);
    const seen = await watchUntil(
      () => exchange.watchOrderBook(SYMBOL),
      (book) =>
        JSON.stringify([
          Math.round(Number(book.bids[0]?.[0]) * 100),
          Math.round(Number(book.asks[0]?.[0]) * 100),
          book.nonce,
        ]) === top(),
    );
    expect(seen.bids.length).toBe(world.book.bids.levelCount);
  });

  it('report an order from its placing to its fills, with fees and balances', async () => {
    const ready = exchange.watchOrders(SYMBOL);
    const fills: Trade[] = [];
    const trading = watchUntil(
      () => exchange.watchMyTrades(SYMBOL),
      (trades) => {
        fills.push(...trades);
        return fills.reduce((sum, trade) => sum + Number(trade.amount), 0) >= 0.0149;
      },
    );
    const balances = exchange.watchBalance();
    // The user stream is up once its subscription is answered; an order before that would not be reported.
    await watchSubscribed();
    const placed: Order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.015, 90_000, {
      clientOrderId: 'streamed',
    });
    expect((await ready).some((order) => order.clientOrderId === 'streamed')).toBe(true);
    await trading;
    expect(fills.map(({ order }) => order)).toEqual(fills.map(() => placed.id));
    expect(fills.map(({ id }) => id)).toEqual(placed.trades.map(({ id }) => id));
    expect(fills[0]?.fee?.currency).toBe('BTC');
    expect((await balances)['BTC']).toBeDefined();
    expect(simulator.state().violations).toEqual([]);
  });
});

/** Waits until the venue has answered the user stream's subscription. */
async function watchSubscribed(): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const client = exchange.clients[simulator.urls.ws['ws-api'].spot];
    const isUp =
      client !== undefined &&
      'spot' in client.subscriptions &&
      !('authenticate:signature:spot' in client.futures);
    if (isUp) return;
    if (Date.now() > end) throw new Error('the user stream did not come up');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
