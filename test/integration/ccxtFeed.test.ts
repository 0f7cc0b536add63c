/** Market data over real sockets through unmodified ccxt, from a fake exchange. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCcxtFeed } from '../../src/adapters/ccxt/feed.ts';
import type { MarketSymbol } from '../../src/core/domain/ids.ts';
import type { FeedSink, MarketEvent, MarketFeed } from '../../src/ports/marketFeed.ts';
import { BTC, ETH, hurriedClock, keepingLogger, until } from '../builders/ccxt.ts';
import { startFakeBinance } from '../fixtures/fakeBinance.ts';
import type { FakeBinance } from '../fixtures/fakeBinance.ts';

const T = 1_704_164_700_000;
const trade = (symbol: string, at = T) => ({
  e: 'trade',
  E: at + 1,
  s: symbol,
  t: 1,
  p: '42000.5',
  q: '0.25',
  T: at,
  m: true,
});
const quote = (symbol: string) => ({ u: 1, s: symbol, b: '42000.4', B: '1', a: '42000.6', A: '2' });
const kline = (symbol: string, isFinal: boolean) => ({
  e: 'kline',
  E: T + 60_001,
  s: symbol,
  k: {
    t: T,
    T: T + 59_999,
    s: symbol,
    i: '1m',
    o: '1',
    h: '3',
    l: '0.5',
    c: '2',
    v: '10',
    x: isFinal,
  },
});
const SUBSCRIPTION = {
  symbols: [BTC, ETH],
  series: [
    { symbol: BTC, timeframe: '1m' },
    { symbol: ETH, timeframe: '5m' },
  ],
} as const;

class Kept implements FeedSink {
  readonly events: MarketEvent[] = [];
  readonly connections: MarketSymbol[] = [];
  event(event: MarketEvent): void {
    this.events.push(event);
  }
  connected(symbol: MarketSymbol): void {
    this.connections.push(symbol);
  }
}

let exchange: FakeBinance;
let feed: MarketFeed;
let kept: Kept;
let logger: ReturnType<typeof keepingLogger>;

beforeEach(async () => {
  exchange = await startFakeBinance();
  kept = new Kept();
  logger = keepingLogger();
  // Back-off of 0.5 s becomes 25 ms, the limit of silence 3 s; ccxt itself takes 0.5 s for three subscriptions.
  const clock = hurriedClock(20);
  feed = createCcxtFeed({
    exchangeId: 'binance',
    endpoints: exchange.endpoints,
    symbols: [BTC, ETH],
    logger,
    clock,
  });
});

afterEach(async () => {
  await feed.close();
  await exchange.close();
});

const connected = (times: number) =>
  until(() => kept.connections.length === 2 * times, `both symbols were connected ${times} times`);

describe('streams', () => {
  it('asks for trades, quotes and bars on one connection, without calling anything private', async () => {
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    expect(exchange.asked).toMatchObject([
      { method: 'SUBSCRIBE', params: ['btcusdt@trade', 'ethusdt@trade'] },
      { method: 'SUBSCRIBE', params: ['btcusdt@bookTicker', 'ethusdt@bookTicker'] },
      { method: 'SUBSCRIBE', params: ['btcusdt@kline_1m', 'ethusdt@kline_5m'] },
    ]);
    expect(exchange.dials).toBe(1);
    expect(exchange.requests.map(({ path }) => path)).toEqual(['/api/v3/exchangeInfo']);
  });

  it('delivers trades, quotes with the market time last seen, and bars with their finality', async () => {
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    for (const frame of [
      trade('BTCUSDT'),
      quote('BTCUSDT'),
      kline('BTCUSDT', false),
      kline('BTCUSDT', true),
    ])
      exchange.push('market', frame);
    await until(() => kept.events.length === 4, 'four events arrived');
    const bar = {
      kind: 'candle',
      symbol: BTC,
      timeframe: '1m',
      openTime: T,
      open: 1,
      high: 3,
      low: 0.5,
      close: 2,
      volume: 10,
    };
    expect(kept.events).toEqual([
      { kind: 'trade', at: T, symbol: BTC, price: 42000.5, amount: 0.25, side: 'sell' },
      { kind: 'quote', at: T, symbol: BTC, bid: 42000.4, bidSize: 1, ask: 42000.6, askSize: 2 },
      { ...bar, at: T + 60_001, closed: false },
      { ...bar, at: T + 60_000, closed: true },
    ]);
  });

  it('loses nothing in a burst over several symbols', async () => {
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    const bursts = 2_500;
    for (let i = 0; i < bursts; i += 1)
      for (const id of ['BTCUSDT', 'ETHUSDT']) exchange.push('market', trade(id, T + i));
    await until(() => kept.events.length >= 2 * bursts, 'every trade arrived');
    for (const symbol of [BTC, ETH]) {
      const times = kept.events
        .filter((event) => event.kind === 'trade' && event.symbol === symbol)
        .map(({ at }) => at);
      expect(times).toEqual(Array.from({ length: bursts }, (_, i) => T + i));
    }
  });

  it('survives frames that are nonsense', async () => {
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    for (const frame of [
      'no JSON',
      '{"e":"trade"}',
      '{"e":"kline","s":"BTCUSDT","k":{}}',
      '[]',
      '{"e":"trade","s":"XYZ","p":"1","q":"1","T":1}',
    ]) {
      exchange.push('market', frame);
    }
    exchange.push('market', trade('BTCUSDT'));
    await until(() => kept.events.length > 0, 'the good frame arrived');
    expect(kept.events).toHaveLength(1);
  });
});

describe('reconnecting', () => {
  it('dials and subscribes again after a loss, and says so for each symbol', async () => {
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    for (const socket of exchange.sockets.market) socket.terminate();
    await connected(2);
    exchange.push('market', trade('ETHUSDT'));
    await until(() => kept.events.length === 1, 'data flows again');
    expect(exchange.asked).toHaveLength(6);
  });

  it('gives up a connection that is silent though it answers pings', async () => {
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    await connected(2);
    expect(exchange.dials).toBe(2);
  });

  it('gives up a connection whose subscriptions are never confirmed', async () => {
    exchange.confirms = false;
    await feed.open(SUBSCRIPTION, kept);
    await until(() => exchange.dials === 2, 'it was dialled again');
    exchange.confirms = true;
    await connected(1);
  });

  it('begins anew when one of the subscriptions is refused', async () => {
    exchange.refuses = 1;
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    expect(exchange.dials).toBe(2);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('waits longer after each refused dial', async () => {
    exchange.accepts = false;
    await feed.open(SUBSCRIPTION, kept);
    // 25, 50, 100 and 200 ms: without back-off there would be hundreds.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(exchange.dials).toBeGreaterThan(2);
    expect(exchange.dials).toBeLessThanOrEqual(5);
    exchange.accepts = true;
    await connected(1);
  });

  it('keeps trying when the exchange does not answer at the start', async () => {
    exchange.on('GET /api/v3/exchangeInfo', (_request, response) => void response.destroy());
    await feed.open(SUBSCRIPTION, kept);
    expect(kept.connections).toEqual([]);
    exchange.restore('GET /api/v3/exchangeInfo');
    await connected(1);
  });

  it('ends for good when closed', async () => {
    await feed.open(SUBSCRIPTION, kept);
    await connected(1);
    await feed.close();
    await until(() => exchange.sockets.market.size === 0, 'the connection is gone');
    expect(exchange.dials).toBe(1);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('closes at once while it waits for an answer', async () => {
    exchange.on('GET /api/v3/exchangeInfo', () => undefined);
    const opening = feed.open(SUBSCRIPTION, kept);
    await until(() => exchange.requests.length === 1, 'the markets were asked for');
    await feed.close();
    await opening;
    expect(exchange.dials).toBe(0);
  });
});
