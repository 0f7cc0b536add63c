/** Public market data of a simulation: what the markets say each tick, on its way to one process, through the weather of the day. */
import { describe } from '../../src/adapters/ccxt/errors.ts';
import type { MarketSymbol } from '../../src/core/domain/ids.ts';
import type { Bar, SeriesKey } from '../../src/core/domain/market.ts';
import type {
  FeedSink,
  FeedSubscription,
  MarketEvent,
  MarketFeed,
} from '../../src/ports/marketFeed.ts';
import type { Dice } from './dice.ts';
import type { SimExchange } from './exchange.ts';
import { SECRET } from './gateway.ts';
import type { Owner, Scheduler } from './scheduler.ts';
import type { Wire } from './wire.ts';

/** What befalls the public streams. */
export interface FeedWeather {
  /** No symbol's data comes through although the connection stands. */
  isHalfOpen: boolean;
  /** Symbols whose data does not come through. */
  readonly silent: Set<MarketSymbol>;
  /** How much later than what follows them closed bars come; undefined while they do not. */
  barsLateMs?: (() => number) | undefined;
  /** What becomes of the events of a symbol. */
  readonly turns: Map<MarketSymbol, Turn>;
}

export interface Turn {
  readonly turn: (event: MarketEvent) => readonly MarketEvent[];
  /** What comes of it still tells where the market is. */
  readonly isSound: boolean;
}

export interface FeedDeps {
  readonly exchange: SimExchange;
  readonly wire: Wire;
  readonly scheduler: Scheduler;
  readonly owner: Owner;
  readonly weather: FeedWeather;
  readonly dice: Dice;
}

export class SimFeed implements MarketFeed {
  /** Virtual time at which sound data of a symbol last arrived. */
  readonly arrivals = new Map<MarketSymbol, number>();
  readonly #deps: FeedDeps;
  #sink: FeedSink | undefined;
  #symbols: readonly MarketSymbol[] = [];

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  async history(
    key: SeriesKey,
    query: { readonly from?: number; readonly to?: number; readonly limit: number },
  ): Promise<readonly Bar[]> {
    const { exchange, wire } = this.#deps;
    const answer = await this.#asked(() =>
      wire.ask('bars', () => {
        const bars = exchange.market(key.symbol).bars.filter(isWithin(query));
        const kept = query.from === undefined ? bars.slice(-query.limit) : bars;
        return exchange.outage ?? { status: 200, body: kept.slice(0, query.limit) };
      }),
    );
    if (answer.status !== 200 || !Array.isArray(answer.body))
      throw new Error(`HISTORY_UNAVAILABLE: ${answer.status}`);
    return answer.body as readonly Bar[];
  }

  async open(subscription: FeedSubscription, sink: FeedSink): Promise<void> {
    this.#sink = sink;
    this.#symbols = subscription.symbols;
    for (const symbol of subscription.symbols) this.arrivals.set(symbol, this.#deps.scheduler.now);
    this.reconnect();
  }

  async close(): Promise<void> {
    this.#sink = undefined;
  }

  /** Every stream is made anew. */
  reconnect(): void {
    const { scheduler, owner, dice } = this.#deps;
    for (const symbol of this.#symbols)
      scheduler.after(dice.between(1, 50), () => this.#sink?.connected(symbol), owner);
  }

  /** Sends what a market said on its way to the process. */
  publish(symbol: MarketSymbol, events: readonly MarketEvent[]): void {
    const { weather, scheduler, owner, dice } = this.#deps;
    if (!this.#sink || weather.isHalfOpen || weather.silent.has(symbol)) return;
    const turn = weather.turns.get(symbol);
    const turned = turn ? events.flatMap((event) => turn.turn(event)) : events;
    const { barsLateMs } = weather;
    const isLate = (event: MarketEvent): boolean =>
      barsLateMs !== undefined && event.kind === 'candle' && event.closed;
    const deliver = (some: readonly MarketEvent[], waitMs: number, tellsNews: boolean): void => {
      if (some.length === 0) return;
      scheduler.after(
        waitMs,
        () => {
          if (tellsNews) this.arrivals.set(symbol, scheduler.now);
          for (const event of some) this.#sink?.event(event);
        },
        owner,
      );
    };
    const waitMs = dice.between(5, 120);
    const inTime = turned.filter((event) => !isLate(event));
    deliver(inTime, waitMs, turn?.isSound !== false);
    deliver(turned.filter(isLate), waitMs + (barsLateMs?.() ?? 0), false);
  }

  async #asked<Value>(request: () => Promise<Value>): Promise<Value> {
    try {
      return await request();
    } catch (error) {
      throw new Error(`HISTORY_UNAVAILABLE: ${describe(error, [SECRET])}`, { cause: error });
    }
  }
}

function isWithin({ from, to }: { readonly from?: number; readonly to?: number }) {
  return (bar: Bar): boolean =>
    bar.openTime >= (from ?? 0) && bar.openTime < (to ?? Number.MAX_SAFE_INTEGER);
}
