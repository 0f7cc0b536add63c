/** Unmodified ccxt.pro.okx through every channel the venue serves. The market moves only when the test says so. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatScaled } from '../../../src/simulator/engine/amounts.ts';
import type { Okx } from './okxClient.ts';
import { OKX_KEY, cachesOf, connectOkx } from './okxClient.ts';
import { errorOf } from './outcomes.ts';
import type { OkxVenueServer } from './okxVenueServer.ts';
import { startOkxVenue } from './okxVenueServer.ts';

const SYMBOL = 'BTC/USDT';
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;
const DEADLINE_MS = 10_000;

let server: OkxVenueServer;
let exchange: Okx;

beforeAll(async () => {
  server = await startOkxVenue();
  exchange = await connectOkx(server.urls);
  await exchange.loadMarkets();
}, SETUP_MS);

afterAll(async () => {
  await exchange.close();
  await server.close();
});

/** Lets market time pass in small steps until a promise settles. */
async function whileMoving<T>(promise: Promise<T>, stepMs = 200): Promise<T> {
  const state = { isSettled: false };
  const settled = promise.finally(() => {
    state.isSettled = true;
  });
  settled.catch(() => undefined);
  const end = Date.now() + DEADLINE_MS;
  while (!state.isSettled) {
    if (Date.now() > end) throw new Error(`nothing within ${String(DEADLINE_MS)} ms`);
    server.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return settled;
}

/** Waits, without moving the market, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not so within ${String(DEADLINE_MS)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Price and amount of the levels of one side of the venue's own book, in units of base and quote. */
function levelsOf(side: 'bids' | 'asks'): number[][] {
  const { instrument, book } = server.world.market(SYMBOL);
  return [...book[side].levels()].map(({ ticks, lots }) => [
    Number(formatScaled(ticks, instrument.priceDecimals)),
    Number(formatScaled(lots, instrument.lotDecimals)),
  ]);
}

describe('public channels', () => {
  it('bring trades as they are on the tape', async () => {
    const seen = await whileMoving(exchange.watchTrades(SYMBOL));
    const first = seen[0];
    const same = server.world.trades(SYMBOL).find(({ id }) => String(id) === first?.id);
    expect(first).toMatchObject({
      symbol: SYMBOL,
      price: Number(same?.price),
      amount: Number(same?.amount),
      side: same?.takerSide,
      timestamp: same?.timestampMs,
    });
  });

  it('bring every trade to those who are logged in on the business address', async () => {
    const seen = await whileMoving(
      exchange.watchTrades(SYMBOL, undefined, undefined, { channel: 'trades-all' }),
    );
    expect(seen.length).toBeGreaterThan(0);
  });

  it('bring a ticker that is the present one', async () => {
    await exchange.watchTicker(SYMBOL);
    const market = server.world.market(SYMBOL);
    const ticker = await whileMoving(exchange.watchTicker(SYMBOL));
    expect(ticker.timestamp).toBeLessThanOrEqual(server.world.nowMs);
    expect(Number(ticker.bid)).toBeLessThan(Number(ticker.ask));
    expect(ticker.baseVolume).toBeCloseTo(market.day().volume / 100_000, 0);
  });

  it('bring best bids and asks', async () => {
    const quotes = await exchange.watchBidsAsks([SYMBOL]);
    expect([quotes[SYMBOL]?.bid, quotes[SYMBOL]?.bidVolume]).toEqual(levelsOf('bids')[0]);
    expect([quotes[SYMBOL]?.ask, quotes[SYMBOL]?.askVolume]).toEqual(levelsOf('asks')[0]);
  });

  it('bring bars: the forming one, and the final one with its last price', async () => {
    const forming = await exchange.watchOHLCV(SYMBOL, '1m');
    const openMs = Number(forming.at(-1)?.[0]);
    const closed = await whileMoving(
      (async () => {
        for (;;) {
          const bars = await exchange.watchOHLCV(SYMBOL, '1m');
          if (Number(bars.at(-1)?.[0]) > openMs)
            return cachesOf(exchange).ohlcvs[SYMBOL]?.['1m'] ?? [];
        }
      })(),
      1_000,
    );
    const [bar] = server.world.candles(SYMBOL, '1m', openMs, openMs);
    const last = [...closed].find(([at]) => at === openMs);
    expect(last).toEqual([openMs, bar?.open, bar?.high, bar?.low, bar?.close, bar?.volume]);
  });

  it('can be left', async () => {
    expect(await exchange.unWatchTicker(SYMBOL)).toBeDefined();
    expect(await exchange.unWatchTrades(SYMBOL)).toBeDefined();
  });
});

describe('books', () => {
  it('stay equal to the real one from the snapshot on', async () => {
    await exchange.watchOrderBook(SYMBOL);
    for (let count = 0; count < 20; count += 1) {
      const book = await whileMoving(exchange.watchOrderBook(SYMBOL));
      await until(
        () => cachesOf(exchange).orderbooks[SYMBOL]?.bids[0]?.[0] === levelsOf('bids')[0]?.[0],
      );
      expect(book.bids.map((row) => row.slice(0, 2))).toEqual(levelsOf('bids'));
      expect(book.asks.map((row) => row.slice(0, 2))).toEqual(levelsOf('asks'));
    }
  });

  it('of one instrument have one sequence, which a newcomer joins', async () => {
    const other = await connectOkx(server.urls);
    await other.loadMarkets();
    await whileMoving(exchange.watchOrderBook(SYMBOL));
    const joined = await other.watchOrderBook(SYMBOL);
    const own = cachesOf(exchange).orderbooks[SYMBOL];
    await until(() => own?.nonce === joined.nonce);
    const next = other.watchOrderBook(SYMBOL);
    const both = await whileMoving(Promise.all([next, exchange.watchOrderBook(SYMBOL)]));
    expect(both[0].bids[0]).toEqual(both[1].bids[0]);
    await other.close();
  });

  it('that are quiet show that they are alive, without a gap', async () => {
    const quiet = await startOkxVenue();
    const listener = await connectOkx(quiet.urls);
    const { nonce } = await listener.watchOrderBook(SYMBOL);
    const next = listener.watchOrderBook(SYMBOL);
    quiet.idle(61_000);
    expect((await next).nonce).toBe(nonce);
    await listener.close();
    await quiet.close();
  });

  it('with a hole raise InvalidNonce, and are whole again after the next call', async () => {
    let dropped = 0;
    server.isDropped = ({ kind }) => {
      if (kind !== 'depth' || dropped > 0) return false;
      dropped += 1;
      return true;
    };
    expect(await errorOf(whileMoving(exchange.watchOrderBook(SYMBOL)))).toBe('InvalidNonce');
    server.isDropped = () => false;
    const book = await exchange.watchOrderBook(SYMBOL);
    expect(book.bids.map((row) => row.slice(0, 2))).toEqual(levelsOf('bids'));
  });

  it('come cut to five levels and to one', async () => {
    for (const limit of [5, 1]) {
      const book = await exchange.watchOrderBook(SYMBOL, limit);
      expect(book.bids.map((row) => row.slice(0, 2))).toEqual(levelsOf('bids').slice(0, limit));
    }
  });
});

describe('private channels', () => {
  it('report an order from its placing to its fill, with its fee, and the balances it moves', async () => {
    const before = await exchange.watchBalance();
    expect(before['USDT']).toMatchObject({ free: 10_000, used: 0 });
    const orders = exchange.watchOrders(SYMBOL);
    const trades = exchange.watchMyTrades(SYMBOL);
    await until(() => isListening('orders:BTC-USDT') && isListening('orders::myTrades::BTC/USDT'));
    const placed = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, {
      clientOrderId: 'streamed1',
    });
    const [update] = await orders;
    expect(update).toMatchObject({ id: placed.id, clientOrderId: 'streamed1', symbol: SYMBOL });
    const [fill] = await trades;
    expect(fill).toMatchObject({ order: placed.id, takerOrMaker: 'taker', side: 'buy' });
    // ccxt hands the fee over as the venue writes it on this channel: negative.
    expect(fill?.fee?.currency).toBe('BTC');
    expect(Number(fill?.fee?.cost)).toBeLessThan(0);
    await until(() => cachesOf(exchange).orders?.at(-1)?.status === 'closed');
    const balance = exchange.watchBalance();
    server.advance(50);
    const order = await exchange.fetchOrder(String(placed.id), SYMBOL);
    expect(Number((await balance)['USDT']?.free)).toBeCloseTo(10_000 - Number(order.cost), 6);
    expect((await balance)['BTC']?.free).toBeCloseTo(1 + 0.01 * 0.999, 8);
  });

  it('report cancels, and take orders and cancels themselves', async () => {
    const placed = await exchange.createOrderWs(SYMBOL, 'limit', 'buy', 0.01, 50_000, {
      clientOrderId: 'overws1',
    });
    expect(placed.clientOrderId).toBe('overws1');
    const updates = exchange.watchOrders(SYMBOL);
    const cancelled = await exchange.cancelOrderWs(String(placed.id), SYMBOL);
    expect(cancelled.id).toBe(placed.id);
    expect((await updates).at(-1)).toMatchObject({ id: placed.id, status: 'canceled' });
    expect(await errorOf(exchange.cancelOrderWs(String(placed.id), SYMBOL))).toBe('OrderNotFound');
  });

  it('are closed to who cannot log in', async () => {
    for (const [over, name] of [
      [{ secret: 'wrong' }, 'AuthenticationError'],
      [{ password: 'wrong' }, 'AuthenticationError'],
      [{ apiKey: 'wrong' }, 'AuthenticationError'],
    ] as const) {
      const stranger = await connectOkx(server.urls, { ...OKX_KEY, ...over });
      stranger.markets = exchange.markets;
      const refusal = errorOf(stranger.watchBalance());
      expect(await refusal).toBe(name);
      await stranger.close();
    }
  });
});

function isListening(hash: string): boolean {
  const client = exchange.clients[`${server.urls.ws}/private`];
  return client !== undefined && hash in client.subscriptions;
}
