/**
 * A world: one engine, its markets, and the feed that drives them, in virtual time. Nothing here knows a socket or a wall clock;
 * whoever owns the world moves its time with {@link World.advanceTo}. The same options and the same inputs at the
 * same market times give the same world, bit for bit.
 */
import { createHash } from 'node:crypto';
import { atomsOf } from '../engine/amounts.ts';
import { Engine } from '../engine/engine.ts';
import type { ExchangeFilters, Filters } from '../engine/filters.ts';
import { filtersToJson } from '../engine/filters.ts';
import { restoreEngine, snapshotEngine } from '../engine/snapshot.ts';
import type {
  Amendment,
  EngineListener,
  Instrument,
  ListRequest,
  Order,
  OrderRequest,
  PlaceListResult,
  PlaceResult,
  Trade,
  TradingStatus,
} from '../engine/types.ts';
import { averageTicks } from './averages.ts';
import { HOUSE_ACCOUNT } from './feed.ts';
import type { Feed, FeedContext } from './feed.ts';
import type { FeeAssetOptions, TimelessInput, WorldAccount, WorldInput } from './inputs.ts';
import { requestInput } from './inputs.ts';
import type { Flow, PublicTrade } from './market.ts';
import { Market } from './market.ts';
import type { RecordingGap } from './recordingGaps.ts';
import { ReplayFeed } from './replay.ts';
import { DEFAULT_SYMBOLS, SyntheticFeed } from './synthetic.ts';
import type { Timeframe } from './timeframes.ts';
import { MINUTE_MS, nextMinute } from './timeframes.ts';
import type { FeeRates, WorldOptions } from './worldOptions.ts';
import { HISTORY_BARS_DEFAULT, accountSpecOf, feeAssetOf } from './worldOptions.ts';
import type { ClosedBars, WorldListener, WorldSnapshot } from './worldTypes.ts';
import type { WorldCandle, WorldTrade } from './worldViews.ts';
import { candlesOf, tradesOf } from './worldViews.ts';

export class World {
  readonly engine: Engine;
  readonly markets = new Map<string, Market>();
  /** Rates every user account pays. */
  readonly fees: FeeRates;
  readonly #feed: Feed;
  readonly #listeners: WorldListener[] = [];
  readonly #context: FeedContext;
  readonly #inputs: WorldInput[] = [];
  readonly #onInput: ((input: WorldInput) => void) | undefined;
  /** Time moves: the feed or a listener is at work. */
  #isMoving = false;
  #nowMs: number;
  #nextMinuteMs: number;

  constructor(options: WorldOptions) {
    const historyBars = options.historyBars ?? HISTORY_BARS_DEFAULT;
    const { recordInputs } = options;
    if (recordInputs === true) this.#onInput = (input) => this.#inputs.push(input);
    else if (recordInputs !== false) this.#onInput = recordInputs;
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
    this.engine = this.#makeEngine(options);
    for (const { instrument } of this.engine.books.values()) {
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
    for (const account of options.accounts) this.#open(account);
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

  /** What is listed, with filters as they are now. */
  get instruments(): readonly Instrument[] {
    return [...this.markets.values()].map((market) => market.instrument);
  }

  /** Every input so far, refused ones included, when `recordInputs` is true. */
  get inputs(): readonly WorldInput[] {
    return this.#inputs;
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

  /** Opens a user account at the world's fee rates. @throws Error when the id is taken. */
  openAccount(account: WorldAccount): void {
    this.#note({ kind: 'openAccount', account });
    this.#open(account);
  }

  /** Gives an account more of an asset, as decimal text. @throws Error for an unknown account or an amount that is none. */
  deposit(accountId: string, asset: string, amount: string): void {
    this.#note({ kind: 'deposit', accountId, asset, amount });
    this.engine.deposit(accountId, asset, atomsOf(amount));
    this.#tellBalance(accountId, asset, atomsOf(amount));
  }

  /** Takes an amount of an asset out of an account; false when so much is not free. @throws Error as {@link World.deposit}. */
  withdraw(accountId: string, asset: string, amount: string): boolean {
    this.#note({ kind: 'withdraw', accountId, asset, amount });
    const isDone = this.engine.withdraw(accountId, asset, atomsOf(amount));
    if (isDone) this.#tellBalance(accountId, asset, -atomsOf(amount));
    return isDone;
  }

  /** Has an account pay its fees in an asset from now on; null: from what is received. @throws Error for prices that are none. */
  setFeeAsset(accountId: string, feeAsset: FeeAssetOptions | null): void {
    this.#note({ kind: 'setFeeAsset', accountId, feeAsset });
    const account = this.engine.accounts.get(accountId);
    if (account === undefined) throw new Error(`no account ${accountId}`);
    account.feeAsset = feeAsset === null ? undefined : feeAssetOf(feeAsset);
  }

  /** Makes a market quiet, or lively again. */
  setFlow(instrumentId: string, flow: Flow): void {
    this.#note({ kind: 'setFlow', instrumentId, flow });
    this.market(instrumentId).flow = flow;
  }

  /** Lets everything happen that is due until `toMs`, in order of time. Going back is ignored. */
  advanceTo(toMs: number): void {
    const targetMs = Math.min(toMs, this.#feed.endMs);
    this.#isMoving = true;
    try {
      this.#runUntil(targetMs);
    } finally {
      this.#isMoving = false;
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs);
  }

  /** Places an order now. */
  place(request: OrderRequest): PlaceResult {
    this.#note({ kind: 'place', request: requestInput(request) });
    return this.engine.place(request, this.#nowMs);
  }

  /** Places two orders now of which one cancels the other. */
  placeList(request: ListRequest): PlaceListResult {
    const [first, second] = request.legs;
    const legs = [requestInput(first), requestInput(second)] as const;
    this.#note({ kind: 'placeList', clientListId: request.clientListId, legs });
    return this.engine.placeList(request, this.#nowMs);
  }

  /** Amends an open order now. */
  amend(order: Order, to: Amendment): PlaceResult {
    this.#note({ kind: 'amend', accountId: order.accountId, orderId: order.id, to });
    return this.engine.amend(order, to, this.#nowMs);
  }

  /** Cancels an order now; false when it is not open. */
  cancel(order: Order): boolean {
    this.#note({ kind: 'cancel', accountId: order.accountId, orderId: order.id });
    return this.engine.cancel(order, this.#nowMs);
  }

  /** Cancels an account's open orders now, of one instrument or of all. Returns them, oldest first. */
  cancelAll(accountId: string, instrumentId?: string): Order[] {
    const of = instrumentId === undefined ? {} : { instrumentId };
    this.#note({ kind: 'cancelAll', accountId, ...of });
    return this.engine.cancelAll(accountId, instrumentId, this.#nowMs);
  }

  /** Opens, halts or delists an instrument now. */
  setStatus(instrumentId: string, status: TradingStatus): void {
    this.#note({ kind: 'setStatus', instrumentId, status });
    this.engine.setStatus(instrumentId, status, this.#nowMs);
  }

  /** Changes an instrument's filters now; open orders stay as they are. */
  replaceInstrument(instrumentId: string, filters: Partial<Filters>): void {
    this.#note({ kind: 'replaceInstrument', instrumentId, filters: filtersToJson(filters) });
    this.engine.replaceInstrument(instrumentId, filters);
  }

  /** Changes the filters of an account's orders over all instruments now. */
  setExchangeFilters(filters: Partial<ExchangeFilters>): void {
    this.#note({ kind: 'setExchangeFilters', filters });
    this.engine.exchangeFilters = { ...this.engine.exchangeFilters, ...filters };
  }

  /** Bars that open within [fromMs, toMs], the open one included. */
  candles(symbol: string, timeframe: Timeframe, fromMs?: number, toMs?: number): WorldCandle[] {
    return candlesOf(this.market(symbol), timeframe, { fromMs, toMs });
  }

  /** Public trades still on the tape with fromMs ≤ time ≤ toMs. */
  trades(symbol: string, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER): WorldTrade[] {
    return tradesOf(this.market(symbol), fromMs, toMs);
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
        flow: market.flow,
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
      market.flow = kept.flow ?? 'normal';
    }
    this.#nowMs = snapshot.nowMs;
    this.#nextMinuteMs = nextMinute(snapshot.nowMs);
    this.#feed.restore(snapshot.feed, this.#context);
  }

  /**
   * A digest of everything that changes: equal for equal histories. Costs a snapshot, a fraction of a millisecond per symbol,
   * and more with many open orders; for the end of a run and for checks now and then, not for every step.
   */
  stateHash(): string {
    return createHash('sha256').update(JSON.stringify(this.snapshot())).digest('hex');
  }

  #runUntil(targetMs: number): void {
    for (;;) {
      const eventMs = this.#feed.nextAtMs();
      const nextMs = Math.min(eventMs, this.#nextMinuteMs);
      if (nextMs > targetMs) return;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      if (this.#nextMinuteMs <= eventMs) this.#closeMinute();
      else this.#feed.runNext(this.#context);
    }
  }

  #open(account: WorldAccount): void {
    this.engine.openAccount(accountSpecOf(account, this.fees));
  }

  #note(input: TimelessInput): void {
    if (this.#onInput === undefined) return;
    if (this.#isMoving) {
      throw new Error(
        `${input.kind} while time moves cannot be recorded; make it after advanceTo has returned`,
      );
    }
    this.#onInput({ atMs: this.#nowMs, ...input });
  }

  #tellBalance(accountId: string, asset: string, atoms: bigint): void {
    for (const listener of this.#listeners) listener.onBalance?.(accountId, asset, atoms);
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

  #makeEngine({ checked = true, filters }: WorldOptions): Engine {
    const instruments = this.#feed.instruments.map((listed) => ({ ...listed, ...filters }));
    return new Engine(instruments, this.#engineListener(), {
      checked,
      averageTicks: ({ instrument }) => averageTicks(this.market(instrument.id)),
    });
  }

  #engineListener(): EngineListener {
    return {
      onOrder: (order, execution, fill) => {
        for (const listener of this.#listeners) listener.onOrder?.(order, execution, fill);
      },
      onList: (list) => {
        for (const listener of this.#listeners) listener.onList?.(list);
      },
      onTrade: (trade) => {
        const market = this.markets.get(trade.instrument.id);
        if (market !== undefined && this.#feed.isTapeFromEngine)
          this.#record(market, toPublic(trade));
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
