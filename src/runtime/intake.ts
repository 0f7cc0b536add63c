/** Market data into the session: warm-up, streams, holes, and the watchdog that notices silence. */
import type { BackfillCommand } from '../core/domain/commands.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Bar, SeriesKey } from '../core/domain/market.ts';
import { timeframeMs } from '../core/domain/time.ts';
import type { MarketState, SeriesState } from '../core/engine/state.ts';
import type { Strategy } from '../core/strategies/contract.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { MarketEvent, MarketFeed } from '../ports/marketFeed.ts';
import type { Inbox } from './inbox.ts';
import type { Ask } from './patience.ts';
import type { Session } from './session.ts';

/** Waits before each further try to fetch missing bars; after the last the hole is accepted. */
export const BACKFILL_DELAYS_MS = [0, 1_000, 3_000, 10_000] as const;
/** Bars fetched at least to warm a series: from there on a signal score differs by less than 0.003 from one with endless history. */
export const WARM_UP_BARS_MIN = 1_000;
/** Bars fetched at most to warm a series: what the slowest average that a strategy may ask for needs to settle. */
const WARM_UP_BARS_MAX = 20_000;
/** Bars fetched at most to close one hole. */
const HISTORY_BARS_MAX = 5_000;

export interface IntakeDeps {
  readonly session: Session;
  readonly feed: MarketFeed;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Silence (by arrival, monotonic) after which a symbol's data counts as stale. */
  readonly staleAfterMs: number;
}

export class Intake {
  readonly #deps: IntakeDeps;
  /** Monotonic time of the last arrival that told something new, by symbol. */
  readonly #arrivals = new Map<MarketSymbol, number>();
  /** Market time of the newest event, by symbol. */
  readonly #newest = new Map<MarketSymbol, number>();
  #stopWatchdog: () => void = () => undefined;
  #closed = false;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Age of the newest market event of a symbol in milliseconds; undefined before the first. */
  ageMs(symbol: MarketSymbol): number | undefined {
    const arrival = this.#arrivals.get(symbol);
    return arrival === undefined ? undefined : this.#deps.clock.monotonicMs() - arrival;
  }

  /** Fetches enough closed bars for every strategy and every signal. @throws what `ask` throws. */
  async warmUp(ask: Ask): Promise<void> {
    for (const found of this.#allSeries()) {
      const { key } = found.series;
      const query = { limit: barsNeeded(found) };
      const bars = await ask(`past bars of ${key.symbol}`, () =>
        this.#deps.feed.history(key, query),
      );
      this.#deliver(key, bars);
    }
  }

  /** Starts the streams and the watchdog. */
  async open(): Promise<void> {
    const { feed, inbox, clock, session, staleAfterMs } = this.#deps;
    const symbols = [...session.state.markets.keys()];
    const series = [...this.#allSeries()].map((found) => found.series.key);
    for (const [symbol, { lastAt }] of session.state.markets) {
      this.#arrivals.set(symbol, clock.monotonicMs());
      // A stream that lags from its first event on must not pass for news: the bars fetched tell how far the market is.
      this.#newest.set(symbol, lastAt);
    }
    await feed.open(
      { symbols, series },
      {
        event: (event: MarketEvent) => {
          this.#arrived(event);
          inbox.market(event);
        },
        connected: (symbol) => {
          void this.#refresh(symbol);
        },
      },
    );
    this.#stopWatchdog = clock.every(Math.max(100, staleAfterMs / 4), () => {
      this.#watch();
    });
  }

  /** Closes one hole, or gives up on it: either way the series goes on. */
  async backfill(hole: BackfillCommand): Promise<void> {
    const key = { symbol: hole.symbol, timeframe: hole.timeframe };
    const bars = await this.#fetch(key, hole.from);
    if (bars)
      this.#deliver(
        key,
        bars.filter((bar) => bar.openTime < hole.to),
      );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatchdog();
    await this.#deps.feed.close();
  }

  /** After a (re)connect: everything since the last completed bar. */
  async #refresh(symbol: MarketSymbol): Promise<void> {
    const market = this.#deps.session.state.markets.get(symbol);
    if (!market) return;
    for (const { series } of market.series.values()) {
      if (series.lastOpenTime < 0) continue;
      const bars = await this.#fetch(series.key, series.lastOpenTime + series.lengthMs);
      if (bars && bars.length > 0) this.#deliver(series.key, bars);
    }
  }

  async #fetch(key: SeriesKey, from: number): Promise<readonly Bar[] | undefined> {
    const { clock, feed, logger } = this.#deps;
    for (const delay of BACKFILL_DELAYS_MS) {
      await new Promise<void>((resolve) => clock.after(delay, resolve));
      if (this.#closed) return undefined;
      try {
        return await feed.history(key, { from, limit: HISTORY_BARS_MAX });
      } catch (error) {
        logger.warn({ ...key, error: String(error) }, 'missing bars could not be fetched');
      }
    }
    return [];
  }

  #deliver(key: SeriesKey, bars: readonly Bar[]): void {
    if (this.#closed) return;
    const { session } = this.#deps;
    const last = bars.at(-1);
    const at = last ? last.openTime + timeframeMs(key.timeframe) : session.state.now;
    session.dispatch({ kind: 'history', at, ...key, bars });
  }

  /** What tells of an older moment than what came before says nothing of where the market is now. */
  #arrived({ symbol, at }: MarketEvent): void {
    if (at < (this.#newest.get(symbol) ?? 0)) return;
    this.#newest.set(symbol, at);
    this.#arrivals.set(symbol, this.#deps.clock.monotonicMs());
  }

  #watch(): void {
    const { session, staleAfterMs, clock } = this.#deps;
    for (const [symbol, arrival] of this.#arrivals) {
      const ageMs = clock.monotonicMs() - arrival;
      const stale = ageMs > staleAfterMs;
      if (!stale && session.state.markets.get(symbol)?.stale === false) continue;
      // Market time goes on while a market is silent: what waits for it there must not wait for the next price. It counts whole
      // milliseconds; a monotonic clock does not.
      const at = (this.#newest.get(symbol) ?? 0) + Math.floor(ageMs);
      session.dispatch({ kind: 'feed', at, symbol, stale });
    }
  }

  *#allSeries(): Generator<SeriesState> {
    for (const market of this.#deps.session.state.markets.values()) yield* seriesIn(market);
  }
}

function* seriesIn(market: MarketState): Generator<SeriesState> {
  yield* market.series.values();
}

function barsNeeded({ signals, strategies }: SeriesState): number {
  return barsToWarm([
    signals.warmUpBars,
    ...strategies.map(({ strategy }) => settleBars(strategy)),
  ]);
}

/** Bars from which on nothing before them shows in what a strategy says. */
export function settleBars({
  warmUpBars,
  settleBars: bars = warmUpBars,
}: Pick<Strategy, 'warmUpBars' | 'settleBars'>): number {
  return Math.max(warmUpBars, bars);
}

/** Bars fetched to warm a series whose readers need so many each. */
export function barsToWarm(needs: readonly number[]): number {
  return Math.min(Math.max(WARM_UP_BARS_MIN, ...needs) + 1, WARM_UP_BARS_MAX);
}
