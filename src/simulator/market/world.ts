/**
 * A world: one engine, its markets, and the feed that drives them, in virtual time. Nothing here knows a socket or a wall clock;
 * whoever owns the world moves its time with {@link World.advanceTo}. The same options and the same inputs at the
 * same market times give the same world, bit for bit.
 */
import { createHash } from 'node:crypto';
import { atomsOf, formatScaled } from '../engine/amounts.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import { restoreEngine, snapshotEngine } from '../engine/snapshot.ts';
import type {
  AccountTrade,
  EngineListener,
  Execution,
  Instrument,
  Order,
  OrderRequest,
  PlaceResult,
  Side,
  Trade,
} from '../engine/types.ts';
import type { Bar } from './candleSeries.ts';
import { HOUSE_ACCOUNT } from './feed.ts';
import type { Feed, FeedContext } from './feed.ts';
import type { PublicTrade } from './market.ts';
import { Market } from './market.ts';
import type { ReplayOptions } from './replay.ts';
import { ReplayFeed } from './replay.ts';
import type { RecordingGap } from './recordingGaps.ts';
import type { RegimeName } from './regimes.ts';
import { DEFAULT_SYMBOLS, SyntheticFeed } from './synthetic.ts';
import type { SyntheticSymbol } from './synthetic.ts';
import type { Timeframe } from './timeframes.ts';
import { MINUTE_MS } from './timeframes.ts';

/** Bars of each interval that exist before the start, unless told otherwise. */
export const HISTORY_BARS_DEFAULT = 1_000;

/** A user account of the world. */
export interface WorldAccount {
  readonly id: string;
  /** Starting balances as decimal text by asset. */
  readonly balances: Readonly<Record<string, string>>;
}

/** Fee rates as decimal text: "0.001" is 0.1 %. At most 6 decimals. */
export interface FeeRates {
  readonly maker: string;
  readonly taker: string;
}

export interface WorldOptions {
  readonly seed: number;
  readonly accounts: readonly WorldAccount[];
  readonly fees?: FeeRates;
  /** Market time of the start; a replay starts when its recording says. */
  readonly startAtMs: number;
  readonly historyBars?: number;
  /** Symbols of the synthetic market. */
  readonly symbols?: readonly SyntheticSymbol[];
  /** How the synthetic market behaves; default `mixed`. */
  readonly regime?: RegimeName;
  /** Correlation of the returns of any two synthetic symbols, from 0 to 1; default what their betas give. */
  readonly correlation?: number;
  /** Recordings to replay instead of the synthetic market. */
  readonly replay?: ReplayOptions;
}

/** Told of everything that happens, synchronously and in order. */
export interface WorldListener {
  onOrder?(order: Order, execution: Execution, fill: AccountTrade | undefined): void;
  onPublicTrade?(market: Market, trade: PublicTrade): void;
  onLevel?(market: Market, side: Side, ticks: number, lots: number): void;
  /** A minute ended at `endMs`: every interval that ends then is final; the next bar is open. */
  onMinute?(market: Market, closed: Bar, endMs: number): void;
}

/** Everything of a world that changes, as plain JSON. */
export interface WorldSnapshot {
  readonly version: 1;
  readonly nowMs: number;
  readonly engine: EngineSnapshot;
  readonly feed: unknown;
  readonly markets: readonly {
    readonly id: string;
    readonly forming: Bar;
    readonly lastTradeId: number;
  }[];
}

/** Bars that closed since a world started, ascending and without gaps. */
export interface ClosedBars {
  readonly hours: readonly Bar[];
  readonly minutes: readonly Bar[];
}

/** A bar for people and backtests: market time, prices and base volume as numbers and as exact text. */
export interface WorldCandle {
  readonly timestampMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A public trade in units of base and quote. */
export interface WorldTrade {
  readonly id: number;
  readonly timestampMs: number;
  readonly price: string;
  readonly amount: string;
  readonly takerSide: 'buy' | 'sell';
}

export class World {
  readonly engine: Engine;
  readonly markets = new Map<string, Market>();
  /** Rates every user account pays. */
  readonly fees: FeeRates;
  readonly #feed: Feed;
  readonly #listeners: WorldListener[] = [];
  readonly #context: FeedContext;
  #nowMs: number;
  #nextMinuteMs: number;

  constructor(options: WorldOptions) {
    const historyBars = options.historyBars ?? HISTORY_BARS_DEFAULT;
    this.fees = options.fees ?? { maker: '0.001', taker: '0.001' };
    this.#feed =
      options.replay === undefined
        ? new SyntheticFeed({
            seed: options.seed,
            startMs: options.startAtMs,
            symbols: options.symbols ?? DEFAULT_SYMBOLS,
            historyBars,
            regime: options.regime,
            correlation: options.correlation,
          })
        : new ReplayFeed({ ...options.replay, historyBars });
    this.#nowMs = this.#feed.startMs;
    this.#nextMinuteMs = nextMinute(this.#nowMs);
    this.engine = new Engine(this.#feed.instruments, this.#engineListener());
    for (const instrument of this.#feed.instruments) {
      const market = new Market(
        this.engine.book(instrument.id),
        this.#feed.tapeGrid(instrument),
        this.#feed.history(instrument),
      );
      this.markets.set(instrument.id, market);
    }
    this.#context = {
      engine: this.engine,
      market: (id) => this.market(id),
      print: (market, print) => {
        this.#record(market, { timeMs: this.#nowMs, id: market.lastTradeId + 1, ...print });
      },
    };
    this.engine.openAccount({
      id: HOUSE_ACCOUNT,
      balances: new Map(),
      makerPpm: 0,
      takerPpm: 0,
      isHouse: true,
    });
    for (const account of options.accounts) this.openAccount(account);
    this.#feed.open(this.#context);
    for (const { instrument, lastOrderTicks } of this.markets.values())
      this.engine.onLastPrice(instrument.id, Math.max(1, lastOrderTicks), this.#nowMs);
  }

  /** Market time, epoch milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** A replay that has reached the end of its recording: the market stands still. */
  get isEnded(): boolean {
    return this.#nowMs >= this.#feed.endMs;
  }

  get instruments(): readonly Instrument[] {
    return this.#feed.instruments;
  }

  /** Holes in the recordings that a replay passes as a market without prints; empty for a synthetic market. */
  get gaps(): readonly RecordingGap[] {
    return this.#feed.gaps;
  }

  /** @param id `BTCUSDT` or `BTC/USDT`. @throws Error when it is not listed. */
  market(id: string): Market {
    const market = this.markets.get(id.replace('/', ''));
    if (market === undefined)
      throw new Error(`no market ${id}; listed are ${[...this.markets.keys()].join(', ')}`);
    return market;
  }

  observe(listener: WorldListener): void {
    this.#listeners.push(listener);
  }

  /** Opens a user account at the world's fee rates. */
  openAccount(account: WorldAccount): void {
    const balances = new Map(
      Object.entries(account.balances).map(([asset, text]) => [asset, atomsOf(text)]),
    );
    this.engine.openAccount({
      id: account.id,
      balances,
      makerPpm: ppmOf(this.fees.maker),
      takerPpm: ppmOf(this.fees.taker),
      isHouse: false,
    });
  }

  /** Lets everything happen that is due until `toMs`, in order of time. Going back is ignored. */
  advanceTo(toMs: number): void {
    const targetMs = Math.min(toMs, this.#feed.endMs);
    for (;;) {
      const eventMs = this.#feed.nextAtMs();
      const nextMs = Math.min(eventMs, this.#nextMinuteMs);
      if (nextMs > targetMs) break;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      if (this.#nextMinuteMs <= eventMs) this.#closeMinute();
      else this.#feed.runNext(this.#context);
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs);
  }

  /** Places an order now. */
  place(request: OrderRequest): PlaceResult {
    return this.engine.place(request, this.#nowMs);
  }

  /** Cancels an order now; false when it is not open. */
  cancel(order: Order): boolean {
    return this.engine.cancel(order, this.#nowMs);
  }

  /** Bars that open within [fromMs, toMs], the open one included. */
  candles(symbol: string, timeframe: Timeframe, fromMs?: number, toMs?: number): WorldCandle[] {
    const market = this.market(symbol);
    const range = {
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(toMs === undefined ? {} : { toMs }),
      limit: Number.MAX_SAFE_INTEGER,
    };
    const price = (ticks: number): number => Number(formatScaled(ticks, market.grid.priceDecimals));
    return market.candles.bars(timeframe, range).map((bar) => ({
      timestampMs: bar.openMs,
      open: price(bar.open),
      high: price(bar.high),
      low: price(bar.low),
      close: price(bar.close),
      volume: Number(formatScaled(bar.volume, market.grid.volumeDecimals)),
    }));
  }

  /** Public trades still on the tape with fromMs ≤ time ≤ toMs. */
  trades(symbol: string, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER): WorldTrade[] {
    const market = this.market(symbol);
    return market
      .tape()
      .filter((trade) => trade.timeMs >= fromMs && trade.timeMs <= toMs)
      .map((trade) => ({
        id: trade.id,
        timestampMs: trade.timeMs,
        price: formatScaled(trade.ticks, market.grid.priceDecimals),
        amount: formatScaled(trade.volume, market.grid.volumeDecimals),
        takerSide: trade.isTakerBuy ? 'buy' : 'sell',
      }));
  }

  snapshot(): WorldSnapshot {
    return {
      version: 1,
      nowMs: this.#nowMs,
      engine: snapshotEngine(this.engine),
      feed: this.#feed.snapshot(),
      markets: [...this.markets.values()].map((market) => ({
        id: market.instrument.id,
        forming: market.candles.forming,
        lastTradeId: market.lastTradeId,
      })),
    };
  }

  /**
   * Continues from a snapshot of a world with the same options; `closed` holds the bars closed since the start
   * by market id. Accounts that the snapshot does not know keep their starting balances.
   */
  restore(snapshot: WorldSnapshot, closed: ReadonlyMap<string, ClosedBars>): void {
    restoreEngine(this.engine, snapshot.engine);
    for (const kept of snapshot.markets) {
      const market = this.market(kept.id);
      const bars = closed.get(kept.id);
      if (bars !== undefined) market.candles.append(bars.hours, bars.minutes);
      market.candles.resume(kept.forming);
      market.lastTradeId = kept.lastTradeId;
    }
    this.#nowMs = snapshot.nowMs;
    this.#nextMinuteMs = nextMinute(snapshot.nowMs);
    this.#feed.restore(snapshot.feed, this.#context);
  }

  /** A digest of everything that changes: equal for equal histories. */
  stateHash(): string {
    return createHash('sha256').update(JSON.stringify(this.snapshot())).digest('hex');
  }

  #closeMinute(): void {
    const endMs = this.#nextMinuteMs;
    this.#nextMinuteMs += MINUTE_MS;
    for (const market of this.markets.values()) {
      const closed = market.candles.closeMinute();
      for (const listener of this.#listeners) listener.onMinute?.(market, closed, endMs);
    }
  }

  #record(market: Market, trade: PublicTrade): void {
    market.record(trade);
    if (trade.volume === 0) return;
    for (const listener of this.#listeners) listener.onPublicTrade?.(market, trade);
  }

  #engineListener(): EngineListener {
    return {
      onOrder: (order, execution, fill) => {
        for (const listener of this.#listeners) listener.onOrder?.(order, execution, fill);
      },
      onTrade: (trade) => {
        if (this.#feed.isTapeFromEngine)
          this.#record(this.market(trade.instrument.id), toPublic(trade));
      },
      onLevel: (instrument, side, ticks, lots) => {
        if (this.#listeners.length === 0) return;
        const market = this.markets.get(instrument.id);
        if (market === undefined) return;
        for (const listener of this.#listeners) listener.onLevel?.(market, side, ticks, lots);
      },
    };
  }
}

function toPublic(trade: Trade): PublicTrade {
  const { id, ticks, lots, takerSide, timeMs } = trade;
  return { id, ticks, volume: lots, isTakerBuy: takerSide === 'BUY', timeMs };
}

function nextMinute(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
}

function ppmOf(rate: string): number {
  const ppm = Number(rate) * 1_000_000;
  const rounded = Math.round(ppm);
  if (!Number.isFinite(ppm) || ppm < 0 || Math.abs(ppm - rounded) > 1e-6 || rounded >= 1_000_000) {
    throw new Error(
      `fee rate "${rate}": expected a fraction from 0 up to 1 with at most 6 decimals, such as "0.001" for 0.1 %`,
    );
  }
  return rounded;
}
