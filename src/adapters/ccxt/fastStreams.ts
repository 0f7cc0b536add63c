import { marketSymbol } from '../../core/domain/ids.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { FeedSink, FeedSubscription } from '../../ports/marketFeed.ts';
import type { FastPath } from './quirks/quirks.ts';
import type { Session } from './session.ts';
import { Supervisor } from './supervisor.ts';
import type { CcxtExchange } from './types.ts';
import { field, textOf } from './values.ts';

/** A running set of streams. */
export interface Streams {
  /** Resolves when every stream was asked for, or the first attempt has failed. */
  readonly asked: Promise<void>;
  close(): Promise<void>;
}

function inGroups<Item>(items: readonly Item[], sizeMax: number): readonly (readonly Item[])[] {
  const groups: Item[][] = [];
  for (let start = 0; start < items.length; start += sizeMax)
    groups.push(items.slice(start, start + sizeMax));
  return groups;
}

/** The subscription requests to make, each a watch call of ccxt that stays pending until the connection is lost. */
function requests(
  subscription: FeedSubscription,
  sizeMax: number,
): readonly ((exchange: CcxtExchange) => Promise<unknown>)[] {
  const groups = inGroups(subscription.symbols, sizeMax);
  const series = subscription.series.map(({ symbol, timeframe }) => [symbol, timeframe] as const);
  return [
    ...groups.map((symbols) => (exchange: CcxtExchange) => exchange.watchTradesForSymbols(symbols)),
    ...groups.map((symbols) => (exchange: CcxtExchange) => exchange.watchBidsAsks(symbols)),
    ...inGroups(series, sizeMax).map(
      (group) => (exchange: CcxtExchange) => exchange.watchOHLCVForSymbols(group),
    ),
  ];
}

/** The exchange's name of each market. */
export function symbolsById(
  exchange: CcxtExchange,
  symbols: readonly MarketSymbol[],
): ReadonlyMap<string, MarketSymbol> {
  return new Map(
    symbols.map((symbol) => [
      textOf(field(exchange.market(symbol), 'id')) ?? symbol,
      marketSymbol(symbol),
    ]),
  );
}

/**
 * Streams read at the frame: ccxt dials, subscribes, pings and notices a loss; the data never enters its caches.
 */
export function openFastStreams(
  session: Session,
  fastPath: FastPath,
  subscription: FeedSubscription,
  sink: FeedSink,
): Streams {
  const { clock, logger } = session.options;
  let settle: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const calls = requests(subscription, fastPath.symbolsPerRequestMax);

  const run = async (): Promise<unknown> => {
    const opened = await session.lane('market');
    const byId = symbolsById(opened.exchange, subscription.symbols);
    let confirmed = 0;
    const read = fastPath.reader((id) => byId.get(id), {
      event: (event) => sink.event(event),
      subscribed: () => {
        confirmed += 1;
        if (confirmed !== calls.length) return;
        supervisor.up();
        logger.info(
          { symbols: subscription.symbols.length, series: subscription.series.length },
          'market data stream is up',
        );
        for (const symbol of subscription.symbols) sink.connected(symbol);
      },
    });
    opened.onFrame = (_client, message) => read(message);
    const pending = calls.map((call) => call(opened.exchange));
    settle();
    return Promise.all(pending);
  };

  const supervisor: Supervisor = new Supervisor(
    {
      prepare: () => session.lane('market'),
      run,
      drop: (reason) => session.builtLane('market')?.dropAll(reason),
      onDown: () => settle(),
    },
    { name: 'market data', clock, logger, secrets: session.secrets },
  );
  supervisor.start();
  return {
    asked,
    close: async () => {
      settle();
      await supervisor.close();
    },
  };
}
