import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openGenericStreams } from '../../../../src/adapters/ccxt/genericStreams.ts';
import type { ExchangeSource } from '../../../../src/adapters/ccxt/session.ts';
import type { CcxtExchange } from '../../../../src/adapters/ccxt/types.ts';
import type { MarketEvent } from '../../../../src/ports/marketFeed.ts';
import { BTC, hurriedClock, keepingLogger, until } from '../../../builders/ccxt.ts';

const T = 1_704_164_700_000;

/** A watch call of ccxt: each call waits until a test gives an answer or a failure. */
class Channel {
  readonly #waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  calls = 0;
  readonly next = (): Promise<unknown> => {
    this.calls += 1;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };
  answer(answer: unknown): void {
    this.#waiting.shift()?.resolve(answer);
  }
  fail(): void {
    this.#waiting.shift()?.reject(new Error('connection closed'));
  }
}

let trades: Channel;
let quotes: Channel;
let bars: Channel;
let events: MarketEvent[];
let connections: number;
let streams: ReturnType<typeof openGenericStreams>;

function open(has: Readonly<Record<string, unknown>>): void {
  const exchange = {
    has,
    bidsasks: { [BTC]: { bid: 1, ask: 2, bidVolume: 3, askVolume: 4 } },
    watchTrades: trades.next,
    watchBidsAsks: quotes.next,
    watchTicker: quotes.next,
    watchOHLCV: bars.next,
  };
  const source: ExchangeSource = {
    options: { clock: hurriedClock(100), logger: keepingLogger() },
    secrets: [],
    lane: async () => ({ exchange: exchange as Partial<CcxtExchange> as CcxtExchange }),
  };
  streams = openGenericStreams(
    source,
    { symbols: [BTC], series: [{ symbol: BTC, timeframe: '1m' }] },
    {
      event: (event) => events.push(event),
      connected: () => {
        connections += 1;
      },
    },
  );
}

beforeEach(() => {
  [trades, quotes, bars] = [new Channel(), new Channel(), new Channel()];
  events = [];
  connections = 0;
});

afterEach(async () => {
  const closing = streams.close();
  for (const channel of [trades, quotes, bars]) channel.fail();
  await closing;
});

const trade = (price: number, timestamp: number) => ({
  price,
  amount: 0.5,
  timestamp,
  side: 'sell',
});

describe('generic streams', () => {
  it("turn ccxt's trades, quotes and bars into events", async () => {
    open({ watchTrades: true, watchBidsAsks: true, watchOHLCV: true });
    await until(() => trades.calls + quotes.calls + bars.calls === 3, 'every stream was asked for');
    trades.answer([trade(10, T), trade(11, T + 1), { price: 'junk' }]);
    await until(() => events.length === 2, 'trades arrived');
    quotes.answer(undefined);
    await until(() => events.length === 3, 'the quote arrived');
    bars.answer([[T - 30_000, 1, 3, 0.5, 2, 9], ['junk']]);
    await until(() => events.length === 4, 'all arrived');
    expect(events).toEqual([
      { kind: 'trade', at: T, symbol: BTC, price: 10, amount: 0.5, side: 'sell' },
      { kind: 'trade', at: T + 1, symbol: BTC, price: 11, amount: 0.5, side: 'sell' },
      { kind: 'quote', at: T + 1, symbol: BTC, bid: 1, bidSize: 3, ask: 2, askSize: 4 },
      {
        kind: 'candle',
        at: T + 1,
        symbol: BTC,
        timeframe: '1m',
        openTime: T - 30_000,
        open: 1,
        high: 3,
        low: 0.5,
        close: 2,
        volume: 9,
        closed: false,
      },
    ]);
  });

  it('leave a quote out that has no time', async () => {
    open({ watchTicker: true });
    await until(() => quotes.calls === 1, 'the ticker was asked for');
    quotes.answer({ bid: 1, ask: 2 });
    await until(() => quotes.calls === 2, 'it was asked for again');
    quotes.answer({ bid: 1, ask: 2, timestamp: T });
    await until(() => events.length > 0, 'a quote arrived');
    expect(events).toEqual([
      { kind: 'quote', at: T, symbol: BTC, bid: 1, bidSize: 0, ask: 2, askSize: 0 },
    ]);
  });

  it('ask for what the exchange has, and for nothing else', async () => {
    open({ watchTrades: true, watchOHLCV: false });
    await until(() => trades.calls === 1, 'trades were asked for');
    expect([quotes.calls, bars.calls]).toEqual([0, 0]);
  });

  it('go on after a loss, and say so with the first data', async () => {
    open({ watchTrades: true });
    await until(() => trades.calls === 1, 'trades were asked for');
    trades.answer([trade(10, T)]);
    await until(() => connections === 1 && trades.calls === 2, 'data came');
    trades.fail();
    await until(() => trades.calls === 3, 'it was asked again');
    expect(connections).toBe(1);
    trades.answer([trade(11, T + 1)]);
    await until(() => connections === 2, 'data came again');
    expect(events).toHaveLength(2);
  });
});
