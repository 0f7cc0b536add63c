/** Unmodified ccxt.pro.binance over real sockets: market and user streams, and the websocket API. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OHLCV, Order, OrderBook, Trade } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Bench } from './binanceHarness.ts';
import {
  BENCH_MS,
  SYMBOL,
  failureOf,
  letPass,
  moveLastPrice,
  startBench,
  userStreamUp,
  watchUntil,
} from './binanceHarness.ts';
import type { Binance } from './ccxtClient.ts';

let bench: Bench;
let simulator: Simulator;
let exchange: Binance;
/** Lets the market go on while something is waited for. */
let beat: NodeJS.Timeout;

beforeAll(async () => {
  bench = await startBench();
  ({ simulator, exchange } = bench);
}, BENCH_MS);
afterAll(async () => {
  clearInterval(beat);
  await bench.close();
});

/** The book as ccxt keeps it. */
function bookOf(symbol: string): OrderBook {
  const book = (exchange.orderbooks as Record<string, OrderBook>)[symbol];
  if (book === undefined) throw new Error(`no book of ${symbol}`);
  return book;
}

const bidNow = (): number => Number(simulator.world.market(SYMBOL).touch().bid?.ticks) / 100;

describe('market streams', () => {
  const start = (): void => {
    beat = setInterval(() => {
      letPass(simulator, 1_200);
    }, 20);
  };
  beforeAll(start);
  afterAll(() => {
    clearInterval(beat);
  });

  it('bring the tape, trade by trade', async () => {
    const seen: Trade[] = [];
    await watchUntil(
      () => exchange.watchTrades(SYMBOL),
      (trades) => {
        for (const trade of trades)
          if (!seen.some(({ id }) => id === trade.id)) seen.push({ ...trade });
        return seen.length >= 20;
      },
    );
    const ids = seen.map(({ id }) => Number(id));
    expect(ids).toEqual(ids.map((_, index) => Number(ids[0]) + index));
    const tape = new Map(simulator.world.trades(SYMBOL).map((trade) => [String(trade.id), trade]));
    for (const trade of seen) {
      const real = tape.get(String(trade.id));
      expect([trade.price, trade.amount, trade.side, trade.timestamp]).toEqual([
        Number(real?.price),
        Number(real?.amount),
        real?.takerSide,
        real?.timestampMs,
      ]);
    }
  });

  it('keep a book that is the real one after many changes', async () => {
    const updates = new Set<unknown>();
    await watchUntil(
      () => exchange.watchOrderBook(SYMBOL),
      (book) => updates.add(book.nonce).size >= 15,
    );
    clearInterval(beat);
    // What is still under way arrives within one more batch.
    const { book: real } = simulator.world.market(SYMBOL);
    const watched = await watchUntil(
      () => new Promise<OrderBook>((resolve) => setImmediate(resolve, bookOf(SYMBOL))),
      (book) => book.nonce === real.updateId,
    );
    const fetched = await exchange.fetchOrderBook(SYMBOL, 1_000);
    expect(fetched.nonce).toBe(watched.nonce);
    expect(watched.bids.map((level) => level.slice(0, 2))).toEqual(fetched.bids);
    expect(watched.asks.map((level) => level.slice(0, 2))).toEqual(fetched.asks);
    start();
  });

  it('bring best quotes, statistics and bars', async () => {
    const quotes = await exchange.watchBidsAsks([SYMBOL]);
    expect(Number(quotes[SYMBOL]?.bid)).toBeLessThan(Number(quotes[SYMBOL]?.ask));
    const ticker = await exchange.watchTicker('ETH/USDT');
    const { high, low } = simulator.world.market('ETH/USDT').day();
    expect(Number(ticker.last)).toBeLessThanOrEqual(high / 100);
    expect(Number(ticker.last)).toBeGreaterThanOrEqual(low / 100);
    expect(Object.keys(await exchange.watchTickers())).toHaveLength(3);
    const bars = new Map<number, OHLCV>();
    await watchUntil(
      () => exchange.watchOHLCV(SYMBOL, '1m'),
      (rows) => {
        for (const row of rows) bars.set(Number(row[0]), [...row]);
        return bars.size >= 4;
      },
    );
    // All but the latest are final.
    const opens = [...bars.keys()].slice(0, -1);
    expect(opens).toEqual(opens.map((_, index) => Number(opens[0]) + index * 60_000));
    const real = simulator.world.candles(SYMBOL, '1m', opens[0], opens.at(-1));
    expect(opens.map((openMs) => bars.get(openMs))).toEqual(
      real.map((bar) => [bar.timestampMs, bar.open, bar.high, bar.low, bar.close, bar.volume]),
    );
    await exchange.unWatchTicker('ETH/USDT');
  });
});

describe('the user stream', () => {
  it('reports an order from its placing to its fills, with fees and balances', async () => {
    const orders: Order[] = [];
    const fills: Trade[] = [];
    const placed = watchUntil(
      () => exchange.watchOrders(SYMBOL),
      (seen) => {
        orders.push(...seen.map((order) => ({ ...order })));
        return orders.some(({ status }) => status === 'closed');
      },
    );
    const traded = watchUntil(
      () => exchange.watchMyTrades(SYMBOL),
      (seen) => {
        fills.push(...seen);
        return fills.reduce((sum, { amount }) => sum + Number(amount), 0) >= 0.0149;
      },
    );
    const balance = exchange.watchBalance();
    await userStreamUp(bench);
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.015, bidNow() * 1.01, {
      clientOrderId: 'streamed',
    });
    await Promise.all([placed, traded]);
    expect(orders.at(-1)).toMatchObject({
      id: order.id,
      clientOrderId: 'streamed',
      status: 'closed',
      filled: 0.015,
      average: order.average,
    });
    expect(fills.map(({ id }) => id)).toEqual(order.trades.map(({ id }) => id));
    expect(fills.map(({ fee }) => fee)).toEqual(order.trades.map(({ fee }) => fee));
    expect(fills[0]).toMatchObject({ order: order.id, takerOrMaker: 'taker', side: 'buy' });
    const held = await exchange.fetchBalance();
    expect((await balance)['BTC']?.total).toBeCloseTo(Number(held['BTC']?.total), 8);
  });

  it('tells of a cancel by the order’s own id, and of a trigger', async () => {
    const seen: { id: string; status: string; working: boolean }[] = [];
    const watching = watchUntil(
      () => exchange.watchOrders(SYMBOL),
      (orders) => {
        for (const { clientOrderId, status, info } of orders)
          seen.push({
            id: String(clientOrderId),
            status: String(status),
            working: (info as { w: boolean }).w,
          });
        return seen.some(({ id, status }) => id === 'stop' && status === 'closed');
      },
    );
    const stop = bidNow() * 0.95;
    const resting = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, bidNow() * 0.8, {
      clientOrderId: 'rest',
    });
    await exchange.cancelOrder(String(resting.id), SYMBOL);
    await exchange.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, {
      clientOrderId: 'stop',
      stopLossPrice: stop,
    });
    moveLastPrice(simulator, stop);
    await watching;
    expect(seen).toContainEqual({ id: 'rest', status: 'canceled', working: false });
    expect(seen.at(-1)).toEqual({ id: 'stop', status: 'closed', working: false });
    moveLastPrice(simulator, bidNow());
  });
});

describe('the websocket API', () => {
  it('places, edits, finds, lists and cancels orders', async () => {
    const price = Math.round(bidNow() * 80) / 100;
    const order = await exchange.createOrderWs(SYMBOL, 'limit', 'buy', 0.01, price);
    expect(order).toMatchObject({ status: 'open', price, amount: 0.01 });
    expect(await exchange.fetchOrderWs(String(order.id), SYMBOL)).toMatchObject({ id: order.id });
    expect((await exchange.fetchOpenOrdersWs(SYMBOL)).map(({ id }) => id)).toEqual([order.id]);
    const edited = await exchange.editOrderWs(
      String(order.id),
      SYMBOL,
      'limit',
      'buy',
      0.02,
      price,
    );
    expect(edited).toMatchObject({ status: 'open', amount: 0.02 });
    expect(await exchange.cancelOrderWs(String(edited.id), SYMBOL)).toMatchObject({
      status: 'canceled',
    });
    await exchange.createOrderWs(SYMBOL, 'limit', 'buy', 0.01, price);
    expect(await exchange.cancelAllOrdersWs(SYMBOL)).toHaveLength(1);
    expect((await exchange.fetchOrdersWs(SYMBOL)).at(-1)).toMatchObject({ status: 'canceled' });
    expect((await exchange.fetchMyTradesWs(SYMBOL)).length).toBeGreaterThan(0);
  });

  it('serves market data and the account', async () => {
    const bars = await exchange.fetchOHLCVWs(SYMBOL, '1m', undefined, 3);
    expect(bars.map(([openMs]) => openMs)).toEqual(
      (await exchange.fetchOHLCV(SYMBOL, '1m', undefined, 3)).map(([openMs]) => openMs),
    );
    // ccxt reads this answer as one of futures: what the venue sent is left in `info`.
    const [overSocket, overRest] = [await exchange.fetchBalanceWs(), await exchange.fetchBalance()];
    expect(overSocket.info).toMatchObject({
      balances: (overRest.info as { balances: unknown }).balances,
    });
  });

  it('refuses in the venue’s words', async () => {
    const failure = await failureOf(exchange.createOrderWs(SYMBOL, 'limit', 'buy', 100, bidNow()));
    expect(failure.message).toContain('insufficient balance');
    expect(simulator.state().violations).toEqual([]);
  });
});
