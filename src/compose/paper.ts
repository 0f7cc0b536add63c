/** Paper: real market data, orders filled by our own model. No key is used, and none is needed. */
import { createCcxtFeed } from '../adapters/ccxt/feed.ts';
import { createCcxtPublicExchange } from '../adapters/ccxt/gateway.ts';
import { systemClock } from '../adapters/clock/systemClock.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import { PaperExchange } from '../adapters/paper/paperExchange.ts';
import { createPaperGateway, type InstrumentSource } from '../adapters/paper/paperGateway.ts';
import { openRecords } from '../adapters/sqlite/records.ts';
import type { Logger } from '../ports/logger.ts';
import type { FeedSink, MarketEvent, MarketFeed } from '../ports/marketFeed.ts';
import { exchangeOptions } from './live.ts';
import type { Venue } from './shared.ts';
import { quietOf } from './simulatorMarket.ts';
import type { ProcessCard } from './simulatorProcess.ts';

/** A quote older than this (market time) fills nothing. */
const QUOTE_MAX_AGE_MS = 5_000;
const OPEN_ORDERS_MAX = 10_000;

export function paperVenue(
  loaded: LoadedConfig,
  simulator: ProcessCard | undefined,
  logger: Logger,
): Venue {
  const { credentials: _unused, ...options } = exchangeOptions(loaded, simulator, logger);
  const { paper, fills } = loaded.config;
  const { makerFee, takerFee } = paper;
  const { slippage, touch, latencyMs } = fills;
  const exchange = new PaperExchange({
    ...accountOf(loaded),
    fillModel: { slippage, touch, quoteMaxAgeMs: QUOTE_MAX_AGE_MS },
  });
  const market = createCcxtPublicExchange(options);
  const instrumentsOf: InstrumentSource = async (symbols) => {
    const instruments = await market.instruments(symbols);
    return instruments.map((instrument) => ({ ...instrument, makerFee, takerFee }));
  };
  const gateway = createPaperGateway(exchange, instrumentsOf, { latencyMs, clock: systemClock });
  const close = async (): Promise<void> => {
    await Promise.all([gateway.close(), market.close()]);
  };
  return {
    gateway: { ...gateway, close },
    feed: throughPaper(createCcxtFeed(options), exchange),
    quiet: quietOf(simulator),
    name: `paper on ${options.exchangeId}`,
  };
}

/** The account goes on where the journal left it; a new one begins with the configured balances. */
function accountOf({
  config,
}: LoadedConfig): Pick<ConstructorParameters<typeof PaperExchange>[0], 'balances' | 'orders'> {
  const opening = new Map(
    config.paper.balances.map(({ asset, amount }) => [asset, { asset, total: amount }]),
  );
  const records = openRecords(config.database);
  try {
    for (const { asset, total } of records.balances()) opening.set(asset, { asset, total });
    const orders = records.orders({ openOnly: true, limit: OPEN_ORDERS_MAX });
    return { balances: [...opening.values()], orders };
  } finally {
    records.close();
  }
}

/** The exchange model sees every tick before the engine does. */
function throughPaper(feed: MarketFeed, exchange: PaperExchange): MarketFeed {
  return {
    history: (key, query) => feed.history(key, query),
    open: (subscription, sink) =>
      feed.open(subscription, {
        event: (event) => {
          deliver(event, exchange, sink);
        },
        connected: (symbol) => {
          sink.connected(symbol);
        },
      }),
    close: () => feed.close(),
  };
}

function deliver(event: MarketEvent, exchange: PaperExchange, sink: FeedSink): void {
  if (event.kind === 'trade') exchange.onTrade(event);
  else if (event.kind === 'quote') exchange.onQuote(event);
  sink.event(event);
}
