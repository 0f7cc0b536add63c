/** Unmodified ccxt.pro.binance over real sockets: public REST methods, compared with what the world itself holds. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OHLCV } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Bench } from './binanceHarness.ts';
import { BENCH_MS, SYMBOL, startBench } from './binanceHarness.ts';
import { errorOf } from './outcomes.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt } from './ccxtClient.ts';
import { KEY } from './signedClient.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let bench: Bench;
let simulator: Simulator;
let exchange: Binance;

beforeAll(async () => {
  bench = await startBench();
  ({ simulator, exchange } = bench);
}, BENCH_MS);
afterAll(() => bench.close());

describe('the market list', () => {
  it('has the grid, the limits, the order types and the status', () => {
    expect(exchange.symbols).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
    expect(exchange.market(SYMBOL)).toMatchObject({
      id: 'BTCUSDT',
      spot: true,
      margin: false,
      active: true,
      precision: { price: 0.01, amount: 0.00001, base: 1e-8, quote: 1e-8 },
      limits: {
        amount: { min: 0.00001, max: 9_000_000_000 },
        price: { min: 0.01, max: 1_000_000 },
        cost: { min: 5 },
      },
    });
    expect(exchange.market(SYMBOL).info).toMatchObject({
      status: 'TRADING',
      ocoAllowed: true,
      orderTypes: [
        'LIMIT',
        'LIMIT_MAKER',
        'MARKET',
        'STOP_LOSS',
        'STOP_LOSS_LIMIT',
        'TAKE_PROFIT',
        'TAKE_PROFIT_LIMIT',
      ],
    });
  });

  it('is filtered by symbol, symbols, permissions and status', async () => {
    const ids = async (params: object): Promise<string[]> =>
      (
        (await exchange.publicGetExchangeInfo(params)) as { symbols: { symbol: string }[] }
      ).symbols.map(({ symbol }) => symbol);
    expect(await ids({ symbol: 'ETHUSDT' })).toEqual(['ETHUSDT']);
    expect(await ids({ symbols: '["SOLUSDT","BTCUSDT"]' })).toEqual(['SOLUSDT', 'BTCUSDT']);
    expect(await ids({ permissions: 'MARGIN' })).toEqual([]);
    expect(await ids({ symbolStatus: 'TRADING' })).toHaveLength(3);
    expect(await errorOf(ids({ symbol: 'NOPE' }))).toBe('BadSymbol');
    expect(await errorOf(ids({ symbol: 'ETHUSDT', permissions: 'SPOT' }))).toBe('BadRequest');
  });

  it('loads with the default options too, assets included', async () => {
    const other = await connectCcxt(simulator.urls, KEY);
    other.options['fetchCurrencies'] = true;
    await other.loadMarkets();
    expect(other.symbols).toEqual(exchange.symbols);
    expect(other.currencies['BTC']).toMatchObject({ id: 'BTC', code: 'BTC' });
    await other.close();
  });

  it('is up, and tells the wall clock as its time', async () => {
    expect(await exchange.fetchStatus()).toMatchObject({ status: 'ok' });
    const before = Date.now();
    const serverMs = Number(await exchange.fetchTime());
    expect(serverMs).toBeGreaterThanOrEqual(before);
    expect(serverMs).toBeLessThanOrEqual(Date.now());
  });
});

describe('bars', () => {
  it('are the world’s own: the latest, from a start, up to an end', async () => {
    const latest = await exchange.fetchOHLCV(SYMBOL, '5m', undefined, 4);
    const since = Number(latest[0]?.[0]);
    const bars = simulator.world.candles(SYMBOL, '5m', since);
    expect(latest).toEqual(
      bars.map((bar) => [bar.timestampMs, bar.open, bar.high, bar.low, bar.close, bar.volume]),
    );
    expect(latest).toHaveLength(4);
    expect(await exchange.fetchOHLCV(SYMBOL, '5m', since, 2)).toEqual(latest.slice(0, 2));
    const until = await exchange.fetchOHLCV(SYMBOL, '5m', undefined, 3, { until: since });
    expect(until).toHaveLength(3);
    expect(until.at(-1)).toEqual(latest[0]);
  });

  it.each(['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w'])(
    'of %s open on their grid and hold the minutes below them',
    async (timeframe) => {
      const lengthMs = exchange.parseTimeframe(timeframe) * 1_000;
      const rows = await exchange.fetchOHLCV(SYMBOL, timeframe, undefined, 3);
      expect(rows.length).toBeGreaterThan(1);
      for (const [openMs = 0] of rows)
        expect((openMs - (timeframe === '1w' ? 4 * DAY_MS : 0)) % lengthMs).toBe(0);
      const [openMs, , high, low] = rows.at(-1) as Required<OHLCV>;
      const parts = simulator.world.candles(SYMBOL, '1m', Number(openMs));
      const traded = parts.filter(({ volume }) => volume > 0);
      expect(Number(high)).toBeGreaterThanOrEqual(Math.max(...traded.map((part) => part.high)));
      expect(Number(low)).toBeLessThanOrEqual(Math.min(...traded.map((part) => part.low)));
    },
  );

  it('of a month open on its first day, and of a day where the time zone says', async () => {
    const months = await exchange.fetchOHLCV(SYMBOL, '1M', undefined, 2);
    for (const [openMs = 0] of months) expect(new Date(openMs).getUTCDate()).toBe(1);
    const days = await exchange.fetchOHLCV(SYMBOL, '1d', undefined, 2, { timeZone: '8' });
    for (const [openMs = 0] of days) expect((openMs + 8 * HOUR_MS) % DAY_MS).toBe(0);
  });

  it('of a second are made of the tape', async () => {
    const tape = simulator.world.trades(SYMBOL);
    const last = tape.at(-1);
    const openMs = Math.floor(Number(last?.timestampMs) / 1_000) * 1_000;
    const inside = tape.filter(({ timestampMs }) => timestampMs >= openMs);
    const [row] = await exchange.fetchOHLCV(SYMBOL, '1s', openMs, 1);
    expect(row?.slice(0, 5)).toEqual([
      openMs,
      Number(inside[0]?.price),
      Math.max(...inside.map(({ price }) => Number(price))),
      Math.min(...inside.map(({ price }) => Number(price))),
      Number(last?.price),
    ]);
    expect(Number(row?.[5])).toBeCloseTo(
      inside.reduce((sum, { amount }) => sum + Number(amount), 0),
      8,
    );
  });
});

describe('the book, trades and prices', () => {
  it('show the book to the depth asked for', async () => {
    const book = await exchange.fetchOrderBook(SYMBOL, 5);
    const { book: real } = simulator.world.market(SYMBOL);
    const levels = (side: typeof real.bids): number[][] =>
      [...side.levels()].slice(0, 5).map(({ ticks, lots }) => [ticks / 100, lots / 100_000]);
    expect(book.bids).toEqual(levels(real.bids));
    expect(book.asks).toEqual(levels(real.asks));
    expect(book.nonce).toBe(real.updateId);
  });

  it('page through the tape by id and by time', async () => {
    const tape = simulator.world.trades(SYMBOL);
    expect(tape.length).toBeGreaterThan(20);
    const ids = (trades: readonly { id?: string | undefined }[]): string[] =>
      trades.map(({ id }) => String(id));
    const real = tape.map(({ id }) => String(id));
    const latest = await exchange.fetchTrades(SYMBOL, undefined, 5);
    expect(ids(latest)).toEqual(real.slice(-5));
    expect(latest.at(-1)).toMatchObject({
      price: Number(tape.at(-1)?.price),
      amount: Number(tape.at(-1)?.amount),
      side: tape.at(-1)?.takerSide,
      timestamp: tape.at(-1)?.timestampMs,
    });
    const tenth = tape[10];
    const since = await exchange.fetchTrades(SYMBOL, tenth?.timestampMs, 3);
    const fromTenth = tape.filter(({ timestampMs }) => timestampMs >= Number(tenth?.timestampMs));
    expect(ids(since)).toEqual(fromTenth.slice(0, 3).map(({ id }) => String(id)));
    const fromId = await exchange.fetchTrades(SYMBOL, undefined, 3, { fromId: tenth?.id });
    expect(ids(fromId)).toEqual(real.slice(10, 13));
    for (const method of ['publicGetTrades', 'publicGetHistoricalTrades']) {
      const plain = await exchange.fetchTrades(SYMBOL, undefined, 4, { fetchTradesMethod: method });
      expect(ids(plain)).toEqual(real.slice(-4));
    }
  });

  it('agree on last price, best quotes and statistics', async () => {
    const market = simulator.world.market(SYMBOL);
    const { bid, ask } = market.touch();
    const last = market.lastTicks / 100;
    const day = market.day();
    const ticker = await exchange.fetchTicker(SYMBOL);
    expect(ticker).toMatchObject({
      last,
      open: day.open / 100,
      high: day.high / 100,
      low: day.low / 100,
      bid: Number(bid?.ticks) / 100,
      bidVolume: Number(bid?.lots) / 100_000,
      ask: Number(ask?.ticks) / 100,
      askVolume: Number(ask?.lots) / 100_000,
    });
    expect(Number(ticker.baseVolume)).toBeCloseTo(day.volume / 100_000, 5);
    expect((await exchange.fetchTickers([SYMBOL, 'ETH/USDT']))[SYMBOL]).toMatchObject({ last });
    expect(Object.keys(await exchange.fetchTickers())).toHaveLength(3);
    expect((await exchange.fetchLastPrices([SYMBOL]))[SYMBOL]).toMatchObject({ price: last });
    expect((await exchange.fetchBidsAsks([SYMBOL]))[SYMBOL]).toMatchObject({
      bid: ticker.bid,
      ask: ticker.ask,
    });
    const rolling = await exchange.fetchTicker(SYMBOL, { rolling: true });
    expect(rolling).toMatchObject({ last });
  });

  it('have an average over five minutes, a trading day and short statistics', async () => {
    const average = (await exchange.publicGetAvgPrice({ symbol: 'BTCUSDT' })) as { price: string };
    const { high, low } = simulator.world.market(SYMBOL).day();
    expect(Number(average.price)).toBeLessThanOrEqual(high / 100);
    expect(Number(average.price)).toBeGreaterThanOrEqual(low / 100);
    const day = (await exchange.publicGetTickerTradingDay({ symbol: 'BTCUSDT' })) as object;
    const openTime = (day as { openTime: number }).openTime;
    expect(openTime % DAY_MS).toBe(0);
    const mini = await exchange.publicGetTicker24hr({ symbol: 'BTCUSDT', type: 'MINI' });
    expect(Object.keys(mini as object)).not.toContain('weightedAvgPrice');
    expect(mini).toMatchObject({ symbol: 'BTCUSDT' });
  });
});
