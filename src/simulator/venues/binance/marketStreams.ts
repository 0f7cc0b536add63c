/**
 * Market data streams. Trades and final klines go out as they happen; the rest is collected and goes out with
 * {@link MarketStreams.flush}.
 */
import { averageTapeTicks } from '../../market/averages.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import type { World } from '../../market/world.ts';
import type { Connection } from './connections.ts';
import { CHANNELS_PER_CONNECTION_MAX, Channels } from './connections.ts';
import { DepthStreams } from './depthStreams.ts';
import type { JsonObject } from '../shared/json.ts';
import { KlineStreams } from './klineStreams.ts';
import { aggTradeRow, tapePriceText, touchOf, tradeEvent } from './marketShapes.ts';
import { miniTickerEvent, tickerEvent } from './tickers.ts';

/** Pace of the statistics. */
const TICKER_MS = 1_000;
const ALL_MINI_TICKERS = '!miniTicker@arr';
const ALL_TICKERS = '!ticker@arr';

interface MarketState {
  readonly market: Market;
  readonly name: string;
  readonly depth: DepthStreams;
  readonly klines: KlineStreams;
  isBookChanged: boolean;
  lastTouch: string;
}

/** The market data streams of all symbols, and who listens. */
export class MarketStreams {
  readonly #world: World;
  readonly #channels = new Channels();
  readonly #markets = new Map<string, MarketState>();
  #tickerDueMs = 0;
  /** Ids of made-up prints: far above any real one. */
  #floodId = 1_000_000_000_000;

  constructor(world: World) {
    this.#world = world;
    for (const market of world.markets.values()) {
      this.#markets.set(market.instrument.id, {
        market,
        name: market.instrument.id.toLowerCase(),
        depth: new DepthStreams(market, this.#channels),
        klines: new KlineStreams(market, this.#channels),
        isBookChanged: false,
        lastTouch: '',
      });
    }
    world.observe({
      onPublicTrade: (market, trade) => {
        this.#onTrade(market, trade);
      },
      onLevel: (market, side, ticks, lots) => {
        const state = this.#state(market);
        state.isBookChanged = true;
        state.depth.onLevel(side, ticks, lots);
      },
      onMinute: (market, _closed, endMs) => {
        this.#state(market).klines.onMinute(endMs);
      },
    });
  }

  /** A name that is no stream of this exchange is kept and stays silent. @returns false when the connection has too many. */
  subscribe(connection: Connection, name: string): boolean {
    if (connection.channels.size >= CHANNELS_PER_CONNECTION_MAX) return false;
    const at = name.indexOf('@');
    this.#markets.get(name.slice(0, Math.max(0, at)).toUpperCase())?.depth.start(name);
    this.#channels.add(name, connection);
    return true;
  }

  unsubscribe(connection: Connection, name: string): void {
    this.#channels.remove(name, connection);
  }

  drop(connection: Connection): void {
    this.#channels.removeAll(connection);
  }

  /**
   * Benchmarks only: sends `count` made-up prints at the last price on a market's trade stream. They are on no tape,
   * in no bar and no book.
   */
  flood(marketId: string, count: number): void {
    const market = this.#world.market(marketId);
    const { name } = this.#state(market);
    const timeMs = this.#world.nowMs;
    for (let index = 0; index < count; index += 1) {
      this.#floodId += 1;
      const trade = {
        id: this.#floodId,
        ticks: market.lastTicks,
        volume: 1,
        isTakerBuy: true,
        timeMs,
      };
      this.#channels.publish(`${name}@trade`, () => tradeEvent(market, trade, timeMs));
    }
  }

  /** Sends what was collected and is due. */
  flush(paceMs: number): void {
    const { nowMs } = this.#world;
    for (const state of this.#markets.values()) {
      if (state.isBookChanged) this.#flushTouch(state);
      state.depth.flush(paceMs, nowMs);
      state.klines.flush(paceMs, nowMs);
    }
    if (paceMs >= this.#tickerDueMs) this.#flushTickers(paceMs, nowMs);
  }

  #state(market: Market): MarketState {
    const state = this.#markets.get(market.instrument.id);
    if (state === undefined) throw new Error(`no streams of ${market.instrument.id}`);
    return state;
  }

  #onTrade(market: Market, trade: PublicTrade): void {
    const { name, klines } = this.#state(market);
    const { nowMs } = this.#world;
    klines.onTrade();
    this.#channels.publish(`${name}@trade`, () => tradeEvent(market, trade, nowMs));
    this.#channels.publish(`${name}@aggTrade`, () => ({
      e: 'aggTrade',
      E: nowMs,
      s: market.instrument.id,
      ...aggTradeRow(market, trade),
    }));
  }

  #flushTickers(paceMs: number, nowMs: number): void {
    this.#tickerDueMs = paceMs + TICKER_MS;
    const states = [...this.#markets.values()];
    for (const { market, name } of states) {
      this.#channels.publish(`${name}@miniTicker`, () => miniTickerEvent(market, nowMs));
      this.#channels.publish(`${name}@ticker`, () => tickerEvent(market, nowMs));
      this.#channels.publish(`${name}@avgPrice`, () => averageEvent(market, nowMs));
    }
    this.#channels.publish(ALL_MINI_TICKERS, () =>
      states.map(({ market }) => miniTickerEvent(market, nowMs)),
    );
    this.#channels.publish(ALL_TICKERS, () =>
      states.map(({ market }) => tickerEvent(market, nowMs)),
    );
  }

  #flushTouch(state: MarketState): void {
    state.isBookChanged = false;
    const channel = `${state.name}@bookTicker`;
    if (!this.#channels.has(channel)) return;
    const { bid, ask } = touchOf(state.market);
    const touch = `${bid.price} ${bid.quantity} ${ask.price} ${ask.quantity}`;
    if (touch === state.lastTouch) return;
    state.lastTouch = touch;
    const { instrument, book } = state.market;
    this.#channels.publish(channel, () => ({
      u: book.updateId,
      s: instrument.id,
      b: bid.price,
      B: bid.quantity,
      a: ask.price,
      A: ask.quantity,
    }));
  }
}

/** The event of `<symbol>@avgPrice`. */
function averageEvent(market: Market, eventMs: number): JsonObject {
  return {
    e: 'avgPrice',
    E: eventMs,
    s: market.instrument.id,
    i: `${String(market.instrument.averageMinutes)}m`,
    w: tapePriceText(market, Math.round(averageTapeTicks(market))),
    T: market.tape().at(-1)?.timeMs ?? eventMs,
  };
}
