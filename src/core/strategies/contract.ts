/**
 * What a strategy kind is. A kind is one folder: params.ts (schema), reasons.ts (codes), strategy.ts (decisions),
 * kind.ts (the StrategyKind object); the registry lists it. A strategy sees only this context: no clock, no exchange, no keys.
 */
import type { ZodRawShape } from 'zod';
import type { Decimal } from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { IntentId, MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Json } from '../domain/json.ts';
import type { Bar } from '../domain/market.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { OrderRecord, Proposal } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { ReasonCatalogue, ReasonCode } from '../domain/reasons.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { Millis, Timeframe } from '../domain/time.ts';
import type { FitFacts, Misfit } from './fitTypes.ts';

/** What every strategy file has, parsed; `params` is the kind's own part. */
export interface StrategySpec<Params = unknown> {
  readonly id: StrategyId;
  readonly kind: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  /** Quote the strategy may have at work: position value plus open buys. Also its exposure limit. */
  readonly budget: Decimal;
  /** Fraction below the average entry price at which the whole position is sold, e.g. 0.05; absent: none. */
  readonly stopLoss?: number;
  /** Fraction above the average entry price at which the whole position is sold, e.g. 0.1; absent: none. */
  readonly takeProfit?: number;
  /** Market time to wait after a stop-loss before new entries, milliseconds. */
  readonly cooldownMs: number;
  readonly params: Params;
  /** File it came from, for messages. */
  readonly source: string;
  /** Line of each key in it, from 1; absent where there is no file. */
  readonly lines?: Readonly<Record<string, number>>;
}

/** The strategy's view of the engine during one call. Valid only during that call. */
export interface StrategyContext {
  /** Market time of the event being handled. */
  readonly now: Millis;
  readonly instrument: Instrument;
  /** Last trade price or last close, NaN when none has been seen. */
  readonly lastPrice: number;
  /** The strategy's own position; its amount is 0 when flat. */
  readonly position: Position;
  /** Average entry price as a number, NaN when flat. */
  readonly averagePrice: number;
  /** The strategy's own orders that are not terminal, oldest first. Orders of state UNKNOWN are among them; guards are not. */
  readonly openOrders: readonly OrderRecord[];
  /** Score of the strategy's series at its last completed bar, in [−1, 1]; cheaper than `signal`. */
  readonly score: number;
  /** The same reading with its contributions; computed when read. */
  readonly signal: SignalReading;
  /**
   * Asks for an order. Risk sizes, rounds and checks it at once; undefined when it was refused (the refusal is noted).
   * An accepted order is in `openOrders` from then on, but nothing has been sent yet. An exit of what a guard at the exchange
   * holds waits there, PLANNED, until the guard has ended; it may be DENIED then, as any order may end unsent.
   */
  place(proposal: Proposal): IntentId | undefined;
  /**
   * Cancels one of the strategy's own orders and asks for another in its place: for what the old one leaves unfilled at most, and
   * only once it is proved ended. Undefined when that was refused; then nothing is cancelled. The new order is in `openOrders`
   * beside the old one, PLANNED; it is DENIED when nothing is left to replace or the old order cannot be cancelled.
   */
  replace(intentId: IntentId, proposal: Proposal, reason: string): IntentId | undefined;
  /** Asks to cancel one of the strategy's own orders. Unknown or terminal ids are ignored. */
  cancel(intentId: IntentId, reason: string): void;
  /**
   * States the decision of this evaluation and the numbers behind it. Noted when the code differs from the last one.
   * `refusedTag`: the tag of an order that came to nothing and so decided it; its cause is shown with the decision.
   */
  decide(code: ReasonCode, inputs?: NoteInputs, refusedTag?: string): void;
}

/**
 * A running strategy. Deterministic and synchronous. Its state changes with bars, fills and order changes only, and all
 * that must survive a restart is in `snapshot()`; indicators are warmed again from history instead.
 */
export interface Strategy {
  /** Completed bars `update` needs before `onBar` makes sense. */
  readonly warmUpBars: number;
  /**
   * Completed bars after which it says what it would with all of the past, but for 1e-9 of each number: what a daemon fetches, so
   * that it says the same after a restart as it would have without one. Absent: `warmUpBars`.
   */
  readonly settleBars?: number;
  /** False: it never looks at `score` or `signal`, and a backtest works out none for it. Absent: it may. */
  readonly readsSignals?: boolean;
  /** Feeds indicators. Called for every completed bar, warm-up included, before onBar. */
  update(bar: Bar): void;
  /** Decides on a completed bar. Called only when armed and warm. */
  onBar(bar: Bar, context: StrategyContext): void;
  /** One of its orders was filled, in part or whole. The position in the context already counts it. */
  onFill(order: OrderRecord, fill: Fill, context: StrategyContext): void;
  /** One of its orders became terminal (FILLED, CANCELLED, REJECTED, EXPIRED, DENIED, NOT_PLACED), after its last fill. */
  onOrderClosed(order: OrderRecord, context: StrategyContext): void;
  /**
   * The engine sold the position (stop-loss, take-profit, flatten) and cancelled the orders: forget open plans. When the operator had
   * a part sold, the context's position is what is left.
   */
  onStopped(context: StrategyContext): void;
  /**
   * What it holds has changed without a fill: coins were booked out of its position because they are gone, or into it because they
   * were given to it. The position in the context already counts it. Absent: it goes by its position alone.
   */
  onBooked?(context: StrategyContext): void;
  snapshot(): Json;
  /** Takes over a snapshot of the same kind. @throws Error `SNAPSHOT_INVALID` naming the field when it does not fit. */
  restore(snapshot: Json): void;
}

/** What is wrong with a file's content, by key path. */
export interface SpecProblem {
  readonly path: readonly string[];
  readonly problem: string;
}

/** A strategy kind: schema, words and factory. */
export interface StrategyKind<Params = unknown> {
  /** Name in `kind:` of a strategy file: lower case, snake_case for several words. */
  readonly kind: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** The kind's own keys; merged with the common ones into a strict object. */
  readonly shape: ZodRawShape;
  /** Checks across keys, after the shape has parsed; each problem names its key path. */
  check(spec: StrategySpec<Params>): readonly SpecProblem[];
  /** Quote that one entry spends, the smallest where they differ, and the key of the file that says how much. */
  entry(spec: StrategySpec<Params>): { readonly key: string; readonly quote: Decimal };
  /** What of its own keeps it from trading, beyond what `fitness.ts` checks of every kind; absent: nothing. */
  fit?(spec: StrategySpec<Params>, facts: FitFacts): readonly Misfit[];
  readonly reasons: ReasonCatalogue;
  create(spec: StrategySpec<Params>): Strategy;
}
