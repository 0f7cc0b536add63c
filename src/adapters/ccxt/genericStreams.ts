/**
 * Streams of an exchange without a fast path: one loop per symbol and kind over ccxt's watch calls. (A watch of several
 * symbols in one call loses data when two of them arrive together.) Loops only read and push: while one waits for
 * anything else, ccxt's caches overflow silently.
 */
import type { MarketEvent, FeedSink, FeedSubscription } from '../../ports/marketFeed.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { SeriesKey } from '../../core/domain/market.ts';
import { timeframeMs } from '../../core/domain/time.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { Streams } from './fastStreams.ts';
import type { ExchangeSource } from './session.ts';
import { Supervisor } from './supervisor.ts';
import type { CcxtExchange } from './types.ts';
import { barOf, field, listOf, millisOf, numberOf } from './values.ts';

/** Newest market time by symbol: quotes of many exchanges carry none. */
type MarketTimes = Map<MarketSymbol, Millis>;

interface Watch {
  readonly name: string;
  readonly symbol: MarketSymbol;
  /** Waits for the next data and turns it into events. */
  next(exchange: CcxtExchange): Promise<readonly MarketEvent[]>;
}

function advance(times: MarketTimes, symbol: MarketSymbol, at: Millis): void {
  if (at > (times.get(symbol) ?? 0)) times.set(symbol, at);
}

function watchTrades(symbol: MarketSymbol, times: MarketTimes): Watch {
  return {
    name: 'trades',
    symbol,
    next: async (exchange) => {
      const events: MarketEvent[] = [];
      for (const row of listOf(await exchange.watchTrades(symbol)) ?? []) {
        const [price, amount, at] = [
          numberOf(field(row, 'price')),
          numberOf(field(row, 'amount')),
          millisOf(field(row, 'timestamp')),
        ];
        if (price === undefined || amount === undefined || at === undefined) continue;
        const side = field(row, 'side');
        events.push({
          kind: 'trade',
          at,
          symbol,
          price,
          amount,
          side: side === 'buy' || side === 'sell' ? side : undefined,
        });
        advance(times, symbol, at);
      }
      return events;
    },
  };
}

function watchQuotes(
  symbol: MarketSymbol,
  times: MarketTimes,
  readTicker: (exchange: CcxtExchange) => Promise<unknown>,
): Watch {
  return {
    name: 'quotes',
    symbol,
    next: async (exchange) => {
      const ticker = await readTicker(exchange);
      const [bid, ask, at] = [
        numberOf(field(ticker, 'bid')),
        numberOf(field(ticker, 'ask')),
        millisOf(field(ticker, 'timestamp')) ?? times.get(symbol),
      ];
      if (bid === undefined || ask === undefined || at === undefined) return [];
      const bidSize = numberOf(field(ticker, 'bidVolume')) ?? 0;
      const askSize = numberOf(field(ticker, 'askVolume')) ?? 0;
      return [{ kind: 'quote', at, symbol, bid, bidSize, ask, askSize }];
    },
  };
}

function watchBars({ symbol, timeframe }: SeriesKey, times: MarketTimes): Watch {
  return {
    name: timeframe,
    symbol,
    next: async (exchange) => {
      const events: MarketEvent[] = [];
      for (const row of listOf(await exchange.watchOHLCV(symbol, timeframe)) ?? []) {
        const bar = barOf(row);
        if (bar === undefined) continue;
        const { openTime } = bar;
        // The row tells when its bar began, not what time it is: that is known from the trades.
        const at = Math.min(
          Math.max(times.get(symbol) ?? openTime, openTime),
          openTime + timeframeMs(timeframe),
        );
        events.push({ kind: 'candle', at, symbol, timeframe, ...bar, closed: false });
        advance(times, symbol, openTime);
      }
      return events;
    },
  };
}

/** What the exchange can stream of what was asked for. */
function watches({ symbols, series }: FeedSubscription, { has }: CcxtExchange): readonly Watch[] {
  const times: MarketTimes = new Map();
  const found: Watch[] = [];
  for (const symbol of symbols) {
    if (has['watchTrades'] === true) found.push(watchTrades(symbol, times));
    if (has['watchBidsAsks'] === true) {
      // The call resolves with the first quote of a burst; the newest one stands in the cache.
      const newest = async (exchange: CcxtExchange): Promise<unknown> => {
        await exchange.watchBidsAsks([symbol]);
        return exchange.bidsasks?.[symbol];
      };
      found.push(watchQuotes(symbol, times, newest));
    } else if (has['watchTicker'] === true) {
      found.push(watchQuotes(symbol, times, (exchange) => exchange.watchTicker(symbol)));
    }
  }
  if (has['watchOHLCV'] === true) found.push(...series.map((key) => watchBars(key, times)));
  return found;
}

function keepWatching(session: ExchangeSource, watch: Watch, sink: FeedSink): Supervisor {
  const { clock, logger } = session.options;
  const run = async (): Promise<never> => {
    const { exchange } = await session.lane('market');
    let first = true;
    for (;;) {
      const events = await watch.next(exchange);
      if (first) {
        first = false;
        supervisor.up();
        sink.connected(watch.symbol);
      }
      for (const event of events) sink.event(event);
    }
  };
  const supervisor: Supervisor = new Supervisor(
    { prepare: () => session.lane('market'), run, drop: () => undefined, onDown: () => undefined },
    { name: `${watch.symbol} ${watch.name}`, clock, logger, secrets: session.secrets },
  );
  supervisor.start();
  return supervisor;
}

/** Opens every stream that the exchange has; what it has is known once it answers. */
export function openGenericStreams(
  session: ExchangeSource,
  subscription: FeedSubscription,
  sink: FeedSink,
): Streams {
  let supervisors: readonly Supervisor[] = [];
  let closed = false;
  const asked = session.lane('market').then(({ exchange }) => {
    if (closed) return;
    supervisors = watches(subscription, exchange).map((watch) =>
      keepWatching(session, watch, sink),
    );
  });
  return {
    asked,
    close: async () => {
      closed = true;
      await Promise.all(supervisors.map((supervisor) => supervisor.close()));
    },
  };
}
