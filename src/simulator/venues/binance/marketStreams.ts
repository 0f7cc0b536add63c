/**
 * Market data streams: trade, aggTrade, bookTicker, depth, kline, miniTicker, ticker. Trades and final klines go out
 * as they happen; the rest is collected and goes out with {@link MarketStreams.flush}.
 */
import type { Side } from '../../engine/types.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import { TIMEFRAMES, TIMEFRAME_MS, floorTo, isTimeframe } from '../../market/timeframes.ts';
import type { World } from '../../market/world.ts';
import type { Connection } from './connections.ts';
import { CHANNELS_PER_CONNECTION_MAX, Channels } from './connections.ts';
import { miniTickerEvent, tickerEvent } from './tickers.ts';
import type { Json, JsonObject } from './wire.ts';
import { aggTradeRow, klineEvent, lotsText, priceText, touchOf, tradeEvent } from './wire.ts';

/** Wall-clock pace of the collected streams. */
const DEPTH_FAST_MS = 100;
const DEPTH_SLOW_MS = 1_000;
const KLINE_MS = 250;
const TICKER_MS = 1_000;

/** Level changes not sent yet; `fromId` is the first update they hold. */
interface DepthQueue {
  readonly channel: string;
  readonly everyMs: number;
  /** Lots by ticks; asks under negated ticks. */
  readonly changes: Map<number, number>;
  fromId: number;
  dueMs: number;
}

interface MarketState {
  readonly market: Market;
  readonly name: string;
  readonly depth: ReadonlyMap<string, DepthQueue>;
  hasTraded: boolean;
  isBookChanged: boolean;
  lastTouch: string;
  klineDueMs: number;
  tickerDueMs: number;
}

export class MarketStreams {
  readonly #world: World;
  readonly #channels = new Channels();
  readonly #markets = new Map<string, MarketState>();
  /** Ids of made-up prints: far above any real one. */
  #floodId = 1_000_000_000_000;

  constructor(world: World) {
    this.#world = world;
    for (const market of world.markets.values())
      this.#markets.set(market.instrument.id, makeState(market));
    world.observe({
      onPublicTrade: (market, trade) => {
        this.#onTrade(market, trade);
      },
      onLevel: (market, side, ticks, lots) => {
        this.#onLevel(market, side, ticks, lots);
      },
      onMinute: (market, _closed, endMs) => {
        this.#onMinute(market, endMs);
      },
    });
  }

  /**
   * Handles a client's frame: SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS.
   * @returns the reply.
   */
  handle(
    connection: Connection,
    message: { method: unknown; params: unknown; id: Json },
  ): JsonObject {
    const { method, params, id } = message;
    if (method === 'LIST_SUBSCRIPTIONS') return { result: [...connection.channels], id };
    if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE') {
      return streamError(
        id,
        'Invalid request: method must be SUBSCRIBE, UNSUBSCRIBE or LIST_SUBSCRIPTIONS',
      );
    }
    if (
      !Array.isArray(params) ||
      !params.every((name): name is string => typeof name === 'string')
    ) {
      return streamError(id, 'Invalid request: params must be an array of stream names');
    }
    for (const name of params) {
      const problem = method === 'SUBSCRIBE' ? this.subscribe(connection, name) : undefined;
      if (problem !== undefined) return streamError(id, problem);
      if (method === 'UNSUBSCRIBE') this.#channels.remove(name, connection);
    }
    return { result: null, id };
  }

  /** @returns what is wrong with the stream name, if anything. */
  subscribe(connection: Connection, name: string): string | undefined {
    if (!this.#isKnown(name)) return `Invalid request: unknown stream "${name.slice(0, 64)}"`;
    if (connection.channels.size >= CHANNELS_PER_CONNECTION_MAX) {
      return `Invalid request: more than ${String(CHANNELS_PER_CONNECTION_MAX)} streams`;
    }
    this.#startDepth(name);
    this.#channels.add(name, connection);
    return undefined;
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
    const state = this.#state(market);
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
      this.#channels.publish(`${state.name}@trade`, () => tradeEvent(market, trade, timeMs));
    }
  }

  /** Sends what was collected and is due. */
  flush(wallNowMs: number): void {
    for (const state of this.#markets.values()) {
      if (state.isBookChanged) this.#flushTouch(state);
      for (const queue of state.depth.values()) this.#flushDepth(state, queue, wallNowMs);
      if (state.hasTraded && wallNowMs >= state.klineDueMs) this.#flushKlines(state, wallNowMs);
      if (wallNowMs >= state.tickerDueMs) this.#flushTickers(state, wallNowMs);
    }
  }

  #state(market: Market): MarketState {
    const state = this.#markets.get(market.instrument.id);
    if (state === undefined) throw new Error(`no streams of ${market.instrument.id}`);
    return state;
  }

  #isKnown(name: string): boolean {
    const at = name.indexOf('@');
    const state = this.#markets.get(name.slice(0, Math.max(0, at)).toUpperCase());
    if (state?.name !== name.slice(0, at)) return false;
    const stream = name.slice(at + 1);
    if (stream.startsWith('kline_')) return isTimeframe(stream.slice('kline_'.length));
    return (
      state.depth.has(stream) ||
      ['trade', 'aggTrade', 'bookTicker', 'miniTicker', 'ticker'].includes(stream)
    );
  }

  #onTrade(market: Market, trade: PublicTrade): void {
    const state = this.#state(market);
    const { nowMs } = this.#world;
    state.hasTraded = true;
    this.#channels.publish(`${state.name}@trade`, () => tradeEvent(market, trade, nowMs));
    this.#channels.publish(`${state.name}@aggTrade`, () => ({
      e: 'aggTrade',
      E: nowMs,
      s: market.instrument.id,
      ...aggTradeRow(market, trade),
    }));
  }

  #onLevel(market: Market, side: Side, ticks: number, lots: number): void {
    const state = this.#state(market);
    state.isBookChanged = true;
    for (const queue of state.depth.values()) {
      if (!this.#channels.has(queue.channel)) continue;
      queue.changes.set(side === 'BUY' ? ticks : -ticks, lots);
    }
  }

  /** Final rows of every interval that ends, then the new bars' first rows. */
  #onMinute(market: Market, endMs: number): void {
    const state = this.#state(market);
    for (const timeframe of TIMEFRAMES) {
      const intervalMs = TIMEFRAME_MS[timeframe];
      const channel = `${state.name}@kline_${timeframe}`;
      if (endMs % intervalMs !== 0 || !this.#channels.has(channel)) continue;
      for (const openMs of [endMs - intervalMs, endMs]) {
        const bar = market.candles.bar(timeframe, openMs);
        if (bar === undefined) continue;
        const isFinal = openMs < endMs;
        this.#channels.publish(channel, () =>
          klineEvent(market, timeframe, bar, { eventMs: endMs, isFinal }),
        );
      }
    }
  }

  #flushKlines(state: MarketState, wallNowMs: number): void {
    state.hasTraded = false;
    state.klineDueMs = wallNowMs + KLINE_MS;
    const { market } = state;
    for (const timeframe of TIMEFRAMES) {
      const channel = `${state.name}@kline_${timeframe}`;
      if (!this.#channels.has(channel)) continue;
      const bar = market.candles.bar(
        timeframe,
        floorTo(market.candles.forming.openMs, TIMEFRAME_MS[timeframe]),
      );
      if (bar === undefined) continue;
      const eventMs = this.#world.nowMs;
      this.#channels.publish(channel, () =>
        klineEvent(market, timeframe, bar, { eventMs, isFinal: false }),
      );
    }
  }

  #flushTickers(state: MarketState, wallNowMs: number): void {
    state.tickerDueMs = wallNowMs + TICKER_MS;
    const { market } = state;
    const { nowMs } = this.#world;
    this.#channels.publish(`${state.name}@miniTicker`, () => miniTickerEvent(market, nowMs));
    this.#channels.publish(`${state.name}@ticker`, () => tickerEvent(market, nowMs));
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

  /** The first listener of a depth stream starts its sequence at the book's present update. */
  #startDepth(name: string): void {
    if (this.#channels.has(name)) return;
    const at = name.indexOf('@');
    const state = this.#markets.get(name.slice(0, at).toUpperCase());
    const queue = state?.depth.get(name.slice(at + 1));
    if (state === undefined || queue === undefined) return;
    queue.changes.clear();
    queue.fromId = state.market.book.updateId + 1;
  }

  #flushDepth(state: MarketState, queue: DepthQueue, wallNowMs: number): void {
    if (queue.changes.size === 0 || wallNowMs < queue.dueMs) return;
    queue.dueMs = wallNowMs + queue.everyMs;
    const { instrument, book } = state.market;
    const bids: Json[] = [];
    const asks: Json[] = [];
    for (const [key, lots] of queue.changes) {
      const row = [priceText(instrument, Math.abs(key)), lotsText(instrument, lots)];
      (key > 0 ? bids : asks).push(row);
    }
    const fromId = queue.fromId;
    queue.changes.clear();
    queue.fromId = book.updateId + 1;
    const eventMs = this.#world.nowMs;
    this.#channels.publish(queue.channel, () => ({
      e: 'depthUpdate',
      E: eventMs,
      s: instrument.id,
      U: fromId,
      u: book.updateId,
      b: bids,
      a: asks,
    }));
  }
}

function makeState(market: Market): MarketState {
  const name = market.instrument.id.toLowerCase();
  const queue = (suffix: string, everyMs: number): [string, DepthQueue] => [
    suffix,
    { channel: `${name}@${suffix}`, everyMs, changes: new Map(), fromId: 0, dueMs: 0 },
  ];
  return {
    market,
    name,
    depth: new Map([queue('depth@100ms', DEPTH_FAST_MS), queue('depth', DEPTH_SLOW_MS)]),
    hasTraded: false,
    isBookChanged: false,
    lastTouch: '',
    klineDueMs: 0,
    tickerDueMs: 0,
  };
}

function streamError(id: Json, msg: string): JsonObject {
  return { error: { code: 2, msg }, id };
}
