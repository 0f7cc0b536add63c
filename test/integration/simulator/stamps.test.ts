/** Bars that are stamped beside their time or come late, and trades between two milliseconds, on both venues. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Exchange, OHLCV } from 'ccxt';
import { startSimulator, type Simulator } from '../../../src/simulator/server.ts';
import { connectCcxt } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { connectOkx } from './okxClient.ts';
import { until } from './outcomes.ts';

const SYMBOL = 'BTC/USDT';
const MINUTE_MS = 60_000;
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;
const ACCOUNT = { apiKey: 'test-key', secret: 'test-secret', passphrase: 'okx-pass' };

describe.each(['binance', 'okx'] as const)('on %s', (venue) => {
  let simulator: Simulator;
  let exchange: Exchange;

  beforeAll(async () => {
    simulator = await startSimulator({
      ...{ port: 0, seed: 5, venue, paused: true, historyBars: 5 },
      accounts: [{ ...ACCOUNT, balances: { USDT: '100000', BTC: '2' } }],
    });
    pass(3 * MINUTE_MS);
    const { apiKey, secret, passphrase: password } = ACCOUNT;
    exchange =
      venue === 'binance'
        ? await connectCcxt(simulator.urls, { apiKey, secret })
        : await connectOkx(simulator.okxUrls, { apiKey, secret, password });
    await exchange.loadMarkets();
  }, SETUP_MS);
  afterEach(async () => {
    await set({ candles: { offsetMs: 0, lateMs: 0 }, fractionalTimes: false });
    expect(simulator.state().violations).toEqual([]);
  });
  afterAll(async () => {
    await exchange.close();
    await simulator.close();
  });

  /** Lets market time go on. */
  function pass(ms: number): void {
    simulator.world.advanceTo(simulator.world.nowMs + ms);
  }

  async function set(symbol: object): Promise<void> {
    const document = { symbols: { BTCUSDT: symbol } };
    const { status, body } = await control(simulator, 'POST /conditions', document);
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  async function lastBars(): Promise<OHLCV[]> {
    return exchange.fetchOHLCV(SYMBOL, '1m', undefined, 3);
  }

  it.each([137, -250, 4_000])('bars are stamped %d ms beside their time', async (offsetMs) => {
    const truth = await lastBars();
    await set({ candles: { offsetMs } });
    const shown = await lastBars();
    expect(shown.map(([at = 0]) => at - offsetMs)).toEqual(truth.map(([at]) => at));
    expect(shown.map(([, ...rest]) => rest)).toEqual(truth.map(([, ...rest]) => rest));
    // Asked for from a time, they are those that are stamped so or later.
    const from = shown[1]?.[0];
    const since = await exchange.fetchOHLCV(SYMBOL, '1m', from, 2);
    expect(since[0]?.[0]).toBe(from);
  });

  it('a bar that is late is shown as the open one until then, and ends on the stream then', async () => {
    pass(MINUTE_MS - (simulator.world.nowMs % MINUTE_MS) + 20_000);
    const openMs = simulator.world.nowMs - 20_000;
    await set({ candles: { lateMs: 3_000 } });
    const told = new Map<number, OHLCV>();
    const watching = (async () => {
      for (;;)
        for (const bar of await exchange.watchOHLCV(SYMBOL, '1m')) told.set(bar[0] ?? 0, [...bar]);
    })();
    watching.catch(() => undefined);
    await until(() => {
      if (told.size === 0) pass(500);
      return told.size > 0;
    }, 'a bar on the stream');
    pass(openMs + MINUTE_MS + 1_000 - simulator.world.nowMs);
    expect((await lastBars()).at(-1)?.[0]).toBe(openMs);
    await control(simulator, 'POST /barrier');
    expect([...told.keys()].at(-1)).toBe(openMs);
    pass(2_500);
    expect((await lastBars()).at(-1)?.[0]).toBe(openMs + MINUTE_MS);
    await until(() => {
      pass(500);
      return told.has(openMs + MINUTE_MS);
    }, 'the next bar on the stream');
    const closed = (await lastBars()).find(([at]) => at === openMs);
    expect(told.get(openMs)).toEqual(closed);
  });

  it('trades may carry fractions of a millisecond, public ones and the account’s own', async () => {
    await set({ fractionalTimes: true });
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    const raw = async (): Promise<unknown[]> => {
      const trades = await exchange.fetchTrades(SYMBOL, undefined, 5);
      const mine = await exchange.fetchMyTrades(SYMBOL);
      return [trades.at(-1), mine.at(-1)].map((trade) => {
        const { T, time, ts } = trade?.info as Readonly<Record<string, unknown>>;
        return Number(T ?? time ?? ts) % 1;
      });
    };
    for (const fraction of await raw()) {
      expect(fraction).toBeGreaterThan(0);
      expect(fraction).toBeLessThan(1);
    }
    await set({ fractionalTimes: false });
    expect(await raw()).toEqual([0, 0]);
  });
});
