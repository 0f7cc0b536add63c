/** All the engine knows. Mutable, owned by `step`; nothing outside writes to it. */
import type { MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { SeriesKey } from '../domain/market.ts';
import type { Decision } from '../domain/notes.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { Millis, Timeframe } from '../domain/time.ts';
import type { Holding, Ledger } from '../ledger/ledger.ts';
import { createSeries, type Series } from '../market/series.ts';
import { ExposureBook } from '../risk/exposure.ts';
import type { RiskLimits } from '../risk/limits.ts';
import { SignalEngine } from '../signals/signalEngine.ts';
import type { Strategy, StrategyContext, StrategySpec } from '../strategies/contract.ts';
import { OrderIndex } from './orders.ts';
import { StepOutput } from './output.ts';

/** A series with what is computed from its completed bars. */
export interface SeriesState {
  readonly series: Series;
  readonly signals: SignalEngine;
  readonly strategies: StrategyRuntime[];
}

/** One market as last seen. */
export interface MarketState {
  readonly instrument: Instrument;
  /** Last trade price, or the last bar's close; NaN before any. */
  lastPrice: number;
  bid: number;
  ask: number;
  /** Market time of the last event. */
  lastAt: Millis;
  /** Nothing has arrived for too long, by the runtime's watchdog. */
  stale: boolean;
  /** Why entries are off for this symbol; empty when they are on. */
  haltReason: string;
  readonly series: Map<Timeframe, SeriesState>;
  readonly strategies: StrategyRuntime[];
}

/** Why and how far a strategy is being stopped out. */
export interface Stopping {
  readonly reason: 'STOP_LOSS' | 'OPERATOR_EXIT';
  readonly inputs: Readonly<Record<string, number | string>>;
  /** True once the market sell has been asked for. */
  exitAsked: boolean;
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
  /** Orders not terminal, oldest first. */
  readonly openOrders: OrderRecord[] = [];
  readonly decision: Decision;
  /** Last refusal by order tag, so that a repeated one is noted once. */
  readonly refusals = new Map<string, ReasonCode>();
  /** Completed bars fed to `update`. */
  barsSeen = 0;
  stopping: Stopping | undefined = undefined;
  /** Why the strategy is asked nothing any more; empty while it works. */
  failure = '';
  /** What a failed strategy remembers; null when it could not say. */
  lastSnapshot: Json = null;
  /** Market time until which entries wait after a stop; 0 when none. */
  stoppedUntil: Millis = 0;
  stoppedAt: Millis = 0;
  /** Price at or below which the position is sold; 0 when there is none. */
  stopPrice = 0;

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
    };
    this.context = makeContext(this);
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
  paused: boolean;
  readonly out: StepOutput;
  /** Orders and fills at the exchange that are not ours and were noted already. */
  readonly foreign: Set<string>;
  /** Orders of strategies that no longer exist; cancelled when armed. */
  readonly orphans: OrderRecord[];
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
  readonly paused: boolean;
  readonly halted: readonly { readonly symbol: MarketSymbol; readonly reason: string }[];
  /** Orders not terminal at the last stop. */
  readonly orders: readonly OrderRecord[];
}

function createMarket(instrument: Instrument): MarketState {
  return {
    instrument,
    lastPrice: Number.NaN,
    bid: Number.NaN,
    ask: Number.NaN,
    lastAt: 0,
    stale: false,
    haltReason: '',
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
  const made = { series, signals: new SignalEngine(series.lengthMs), strategies: [] };
  market.series.set(timeframe, made);
  return made;
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
    now: 0,
    armed: false,
    paused: setup.paused,
    out: new StepOutput(),
    foreign: new Set(),
    orphans: [],
  };
}
