/** All the engine knows. Mutable, owned by `step`; nothing outside writes to it. */
import type { Decimal } from '../domain/decimal.ts';
import type { Asset, IntentId, MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Json } from '../domain/json.ts';
import type { SeriesKey } from '../domain/market.ts';
import type { Cause, Decision } from '../domain/notes.ts';
import type { OrderRecord, Proposal } from '../domain/order.ts';
import type { Stranger } from '../domain/stranger.ts';
import type { SwitchedOff } from '../domain/switch.ts';
import type { Millis, Timeframe } from '../domain/time.ts';
import type { PositionMove } from '../domain/position.ts';
import type { Holding, Ledger } from '../ledger/ledger.ts';
import { createSeries, type Series } from '../market/series.ts';
import { ExposureBook } from '../risk/exposure.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { SignalEngine } from '../signals/signalEngine.ts';
import type { Strategy, StrategyContext, StrategySpec } from '../strategies/contract.ts';
import { OpenOrders } from './openOrders.ts';
import { OrderIndex } from './orders.ts';
import { StepOutput } from './output.ts';

/** A series with what is computed from its completed bars. */
export interface SeriesState {
  readonly series: Series;
  readonly signals: SignalEngine;
  readonly strategies: StrategyRuntime[];
  /** False: nobody looks at the signals, and they stand still. */
  isRead: boolean;
}

/** What was traded last: at one moment, or within a bar. One object per market, overwritten. */
export interface Seen {
  low: number;
  high: number;
  /** Market time at which it began: an order placed since then has not seen all of it. */
  since: Millis;
}

/** One market as last seen. */
export interface MarketState {
  /** Replaced as a whole when the exchange changes its rules. */
  instrument: Instrument;
  /** Last trade price, or the last bar's close; NaN before any. */
  lastPrice: number;
  bid: number;
  ask: number;
  /** A price that is too far from the last one to be believed, and when it was seen first; NaN when there is none. */
  readonly jump: { price: number; at: Millis };
  /** Market time of the last event. */
  lastAt: Millis;
  /** Market time of the last price from inside a bar: a trade, or a bar that was still forming. */
  tickAt: Millis;
  readonly seen: Seen;
  /** Nothing has arrived for too long, by the runtime's watchdog. */
  stale: boolean;
  /** Why entries are off for this symbol; empty when they are on. */
  haltReason: string;
  /** Market time since when; 0 while they are on. */
  haltedAt: Millis;
  /** Stops that the exchange held when it refused one for want of a place, and market time until which that is believed. */
  crowded: { readonly stops: number; readonly until: Millis };
  readonly series: Map<Timeframe, SeriesState>;
  readonly strategies: StrategyRuntime[];
}

/** What the operator wants sold, where that is not everything at the market. */
export interface ClosingTerms {
  /** Base that the strategy keeps. */
  readonly keep: Decimal;
  /** Lowest price; absent: the market's. */
  readonly limit?: Decimal;
}

/** Why a strategy is being taken out of the market. */
export interface Stopping {
  readonly reason: 'STOP_LOSS' | 'TAKE_PROFIT' | 'OPERATOR_EXIT' | 'END';
  readonly inputs: Readonly<Record<string, number | string>>;
  /** Absent: everything at the market. */
  terms?: ClosingTerms | undefined;
  /** Market time at which it began. */
  readonly since: Millis;
  /** Market time at which it is looked after again although no order changed. */
  nextLookAt: Millis;
  /** How often it was. */
  looks: number;
}

/** An order that waits for the end of another before it is planned. It is in no journal but in its strategy's state. */
export interface WaitingOrder {
  /** As it was approved when it was asked for; PLANNED. */
  readonly record: OrderRecord;
  /** The order it replaces; undefined: it waits for the guard. */
  readonly after: IntentId | undefined;
}

/** How the position of a strategy is guarded at the exchange. The legs themselves are among the open orders. */
export interface GuardState {
  /** The newest guard's stop: what the next one replaces. */
  lastId: IntentId | undefined;
  /** Market time since when something is held without a stop at the exchange; 0 while nothing is. */
  exposedSince: Millis;
  /** UNPROTECTED was noted and PROTECTED not yet. */
  alarmed: boolean;
  /** Guards in a row that came to nothing. */
  failures: number;
  /** Market time before which none is asked for again. */
  retryAt: Millis;
  /** Market time since when the price has been at or below a stop that the exchange holds; 0 while it is not. */
  reachedSince: Millis;
  /** Nothing is to be done before the next news of an order: a price need not look. */
  settled: boolean;
  /** The stop is kept here because the exchange has no place for it. */
  isKeptHere: boolean;
}

/** An exit that is sold in parts, because the exchange takes no more in one order. */
export interface Parts {
  /** The part that is open, or waits. */
  readonly orderId: IntentId;
  /** What was asked for; `left` of it comes after that part. */
  readonly proposal: Proposal;
  readonly left: Decimal;
}

/** Sells of a strategy in a row that came to nothing: refused, dropped as too old. */
export interface ExitState {
  failures: number;
  /** Market time of the first of them; 0 while there are none. */
  since: Millis;
  /** What the last one ended with. */
  message: string;
}

/** Where a strategy lives. */
export interface RuntimePlace {
  readonly market: MarketState;
  readonly series: Series;
  readonly signals: SignalEngine;
  /** The ledger's object for this strategy and market. */
  readonly holding: Holding;
}

/** A strategy in the engine: its spec, its mind, its orders and its last decision. */
export class StrategyRuntime {
  readonly spec: StrategySpec;
  readonly strategy: Strategy;
  readonly market: MarketState;
  readonly series: Series;
  readonly signals: SignalEngine;
  readonly holding: Holding;
  readonly context: StrategyContext;
  readonly orders = new OpenOrders();
  /** Orders of earlier runs of which nobody knew at the start whether they were sent. */
  readonly doubted: OrderRecord[] = [];
  /** Oldest first. */
  waiting: readonly WaitingOrder[] = [];
  readonly guard: GuardState = {
    lastId: undefined,
    exposedSince: 0,
    alarmed: false,
    failures: 0,
    retryAt: 0,
    reachedSince: 0,
    settled: true,
    isKeptHere: false,
  };
  /** Undefined while nothing is sold in parts. A restart forgets it: whoever asked for the exit asks again for what is left. */
  parts: Parts | undefined = undefined;
  readonly exits: ExitState = { failures: 0, since: 0, message: '' };
  /** Something was booked out of its position, and it was not judged yet whether what is left can be sold. */
  isCut = false;
  /** A sale that strangers stand in the way of: asked for again as soon as they do not. A restart forgets it, as with parts. */
  lockedExit: Proposal | undefined = undefined;
  readonly decision: Decision;
  /** Why the last order of a tag came to nothing, until one is accepted. A repeated refusal is noted once. */
  readonly refusals = new Map<string, Cause>();
  /** Completed bars fed to `update`. */
  barsSeen = 0;
  stopping: Stopping | undefined = undefined;
  /** Why its entries are off; undefined while they are on. */
  paused: SwitchedOff | undefined = undefined;
  /** Why the strategy is asked nothing any more; empty while it works. */
  failure = '';
  /** What a failed strategy remembers; null when it could not say. */
  lastSnapshot: Json = null;
  /** Market time until which entries wait after a stop; 0 when none. */
  stoppedUntil: Millis = 0;
  stoppedAt: Millis = 0;
  /** Price at or below which the position is sold; 0 when there is none. */
  stopPrice = 0;
  /** Price at or above which it is sold; infinite when there is none. */
  targetPrice = Number.POSITIVE_INFINITY;
  /** Market time of the last fill. */
  lastFillAt: Millis = 0;

  constructor(
    { spec, strategy }: { readonly spec: StrategySpec; readonly strategy: Strategy },
    place: RuntimePlace,
    makeContext: (runtime: StrategyRuntime) => StrategyContext,
  ) {
    this.spec = spec;
    this.strategy = strategy;
    this.market = place.market;
    this.series = place.series;
    this.signals = place.signals;
    this.holding = place.holding;
    this.decision = {
      at: 0,
      code: 'WAITING',
      inputs: { timeframe: spec.timeframe, symbol: spec.symbol },
      cause: undefined,
    };
    this.context = makeContext(this);
  }

  /** Orders not terminal, oldest first; guards are among them. */
  get openOrders(): readonly OrderRecord[] {
    return this.orders.all;
  }
}

export interface EngineState {
  readonly instanceId: string;
  /** See `IdentityParts`. */
  readonly runId: string;
  readonly limits: RiskLimits;
  readonly markets: Map<MarketSymbol, MarketState>;
  /** The series of the last candle: the next one is most likely of the same. Use `findSeries`. */
  last: { readonly market: MarketState; readonly found: SeriesState } | undefined;
  readonly strategies: Map<StrategyId, StrategyRuntime>;
  readonly orders: OrderIndex;
  readonly ledger: Ledger;
  /** Quote and base promised to open orders, and what positions cost. */
  readonly book: ExposureBook;
  /** Sequence number of the next intent. */
  nextSequence: number;
  /** Newest market time seen. */
  now: Millis;
  armed: boolean;
  /** Market time at which it was armed first; infinite before. */
  armedAt: Millis;
  /** Why entries are off everywhere; undefined while they are on. */
  paused: SwitchedOff | undefined;
  readonly out: StepOutput;
  /** What the exchange has of an asset beyond the ledger, negative where it has less; only where they differ, as far as is known. */
  readonly drift: Map<Asset, Decimal>;
  /** Coins in which fees of other markets were taken in this run. */
  readonly feeAssets: Set<Asset>;
  /** Orders and fills at the exchange that are not ours and were noted already. */
  readonly foreign: Set<string>;
  /** Open orders at the exchange that are in no books of ours, by `strangerKey`. */
  readonly strangers: Map<string, Stranger>;
  /** Coins of which positions lack what strangers hold, as it was noted. */
  readonly locked: Set<Asset>;
  /** Orders of strategies that no longer exist; cancelled when armed. */
  readonly orphans: OrderRecord[];
  /** Positions that are to be booked to another name as soon as none of their orders is open. */
  moves: readonly PositionMove[];
}

/** What an engine is made from. */
export interface EngineSetup {
  readonly instanceId: string;
  /** See `IdentityParts`. */
  readonly runId: string;
  readonly limits: RiskLimits;
  readonly instruments: readonly Instrument[];
  readonly strategies: readonly { readonly spec: StrategySpec; readonly strategy: Strategy }[];
  readonly ledger: Ledger;
  readonly nextSequence: number;
  /** Market time of the newest step before; absent: 0. */
  readonly now?: Millis;
  readonly paused?: SwitchedOff | undefined;
  readonly halted: readonly ({ readonly symbol: MarketSymbol } & SwitchedOff)[];
  /** Orders not terminal at the last stop. */
  readonly orders: readonly OrderRecord[];
}

function createMarket(instrument: Instrument): MarketState {
  return {
    instrument,
    lastPrice: Number.NaN,
    bid: Number.NaN,
    ask: Number.NaN,
    jump: { price: Number.NaN, at: 0 },
    lastAt: 0,
    tickAt: 0,
    seen: { low: Number.NaN, high: Number.NaN, since: 0 },
    stale: false,
    haltReason: '',
    haltedAt: 0,
    crowded: { stops: 0, until: 0 },
    series: new Map(),
    strategies: [],
  };
}

/** The market and series of a candle; undefined when nobody asked for them. */
export function findSeries(
  state: EngineState,
  { symbol, timeframe }: SeriesKey,
): EngineState['last'] {
  const { last } = state;
  if (last) {
    const { key } = last.found.series;
    if (key.symbol === symbol && key.timeframe === timeframe) return last;
  }
  const market = state.markets.get(symbol);
  const found = market?.series.get(timeframe);
  if (!market || !found) return undefined;
  return (state.last = { market, found });
}

/** The series of a market, made when first asked for. */
export function seriesOf(market: MarketState, timeframe: Timeframe): SeriesState {
  const known = market.series.get(timeframe);
  if (known) return known;
  const series = createSeries({ symbol: market.instrument.symbol, timeframe });
  const made = { series, signals: new SignalEngine(series.lengthMs), strategies: [], isRead: true };
  market.series.set(timeframe, made);
  return made;
}

/**
 * From here on signals are worked out only where a strategy reads them. For runs that nobody watches: a daemon shows every
 * market's score to people.
 */
export function keepSignalsOfReaders({ markets }: EngineState): void {
  for (const { series } of markets.values())
    for (const found of series.values())
      found.isRead = found.strategies.some(({ strategy }) => strategy.readsSignals !== false);
}

export function emptyState(setup: EngineSetup): EngineState {
  return {
    instanceId: setup.instanceId,
    runId: setup.runId,
    limits: setup.limits,
    markets: new Map(
      setup.instruments.map((instrument) => [instrument.symbol, createMarket(instrument)]),
    ),
    last: undefined,
    strategies: new Map(),
    orders: new OrderIndex(),
    ledger: setup.ledger,
    book: new ExposureBook(),
    nextSequence: setup.nextSequence,
    now: setup.now ?? 0,
    armed: false,
    armedAt: Number.POSITIVE_INFINITY,
    paused: setup.paused,
    out: new StepOutput(),
    drift: new Map(),
    feeAssets: new Set(),
    foreign: new Set(),
    strangers: new Map(),
    locked: new Set(),
    orphans: [],
    moves: [],
  };
}
