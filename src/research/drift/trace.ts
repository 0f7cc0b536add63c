/** What a run did, taken down step by step: its orders with their fills, and how each strategy stood before it was asked. */
import type { EngineEvent } from '../../core/domain/events.ts';
import type { Fill } from '../../core/domain/fill.ts';
import type { IntentId, MarketSymbol, StrategyId } from '../../core/domain/ids.ts';
import type { OrderIntent, OrderState } from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { StepOutput } from '../../core/engine/output.ts';
import { findSeries, type EngineState, type StrategyRuntime } from '../../core/engine/state.ts';
import { booksOf } from './books.ts';

export interface TracedFill {
  readonly fill: Fill;
  /** Opening time of the bar in which it happened. */
  readonly bar: Millis;
}

export interface TracedOrder {
  readonly intent: OrderIntent;
  /** Opening time of the bar at whose close, or within which, it was decided. */
  readonly slot: Millis;
  /** False: something within the bar led to it, a fill or a price that was watched. */
  readonly isAtClose: boolean;
  state: OrderState;
  message: string;
  /** Opening time of the bar in which it changed last. */
  lastBar: Millis;
  readonly fills: TracedFill[];
}

/** How a strategy was asked about a bar. */
export interface Asked {
  /** See `booksOf`: before it was asked. */
  readonly books: string;
  /** Codes of what was refused it then, by the tags of the orders it asked for. */
  readonly refused: ReadonlyMap<string, string>;
}

export interface Trace {
  readonly orders: readonly TracedOrder[];
  /** By strategy and by the opening time of the bar that had closed. */
  readonly asked: ReadonlyMap<StrategyId, ReadonlyMap<Millis, Asked>>;
}

/** Opening time of the bar of a market's finest series in which a moment is. */
export type BarAt = (symbol: MarketSymbol, at: Millis) => Millis;

/** A strategy that may be about to be asked. */
interface Before {
  readonly runtime: StrategyRuntime;
  readonly lastOpenTime: Millis;
  readonly books: string;
}

export class Tracer implements Trace {
  readonly orders: TracedOrder[] = [];
  readonly asked = new Map<StrategyId, Map<Millis, Asked>>();
  readonly #barAt: BarAt;
  readonly #byIntent = new Map<IntentId, TracedOrder>();
  #before: readonly Before[] = [];

  constructor(barAt: BarAt) {
    this.#barAt = barAt;
  }

  /** An order that is open when the run begins. */
  known(intent: OrderIntent, state: OrderState): void {
    if (this.#byIntent.has(intent.intentId)) return;
    const slot = this.#barAt(intent.symbol, intent.createdAt);
    this.#add({ intent, slot, isAtClose: false, state, message: '', lastBar: slot, fills: [] });
  }

  /** To be called before an event is taken. */
  before(state: EngineState, event: EngineEvent): void {
    this.#before = mayComplete(state, event).map((runtime) => ({
      runtime,
      lastOpenTime: runtime.series.lastOpenTime,
      books: booksOf(state, runtime),
    }));
  }

  /** To be called after it. */
  after(state: EngineState, event: EngineEvent, output: StepOutput): void {
    const asked = this.#before.filter(({ runtime, lastOpenTime }) => {
      const { series, decision } = runtime;
      // Of bars that were fetched later only the newest may be asked about.
      const isNow = event.kind === 'candle' || decision.at === state.now;
      return series.lastOpenTime > lastOpenTime && isNow && state.armed;
    });
    this.#before = [];
    for (const { runtime, books } of asked) this.#ask(runtime, books);
    this.#take(event, output, asked);
  }

  /** What a step came to, where it was not asked about a bar. */
  took(event: EngineEvent, output: StepOutput): void {
    this.#take(event, output, []);
  }

  #ask({ spec, series, refusals }: StrategyRuntime, books: string): void {
    const refused = new Map([...refusals].map(([tag, { code }]) => [tag, code]));
    let ofStrategy = this.asked.get(spec.id);
    if (!ofStrategy) this.asked.set(spec.id, (ofStrategy = new Map<Millis, Asked>()));
    ofStrategy.set(series.lastOpenTime, { books, refused });
  }

  #take(event: EngineEvent, output: StepOutput, asked: readonly Before[]): void {
    for (const command of output.commands) {
      if (command.kind !== 'place') continue;
      const { order: intent } = command;
      const at = asked.find(({ runtime }) => runtime.spec.id === intent.strategyId);
      const slot = at?.runtime.series.lastOpenTime ?? this.#barAt(intent.symbol, event.at);
      this.#add({
        intent,
        slot,
        isAtClose: at !== undefined,
        state: 'PLANNED',
        message: '',
        lastBar: slot,
        fills: [],
      });
    }
    for (const { intentId, fill } of output.fills)
      this.#byIntent.get(intentId)?.fills.push({ fill, bar: this.#barAt(fill.symbol, fill.at) });
    for (const { intent, state, message } of output.orders) {
      const order = this.#byIntent.get(intent.intentId);
      if (order)
        Object.assign(order, { state, message, lastBar: this.#barAt(intent.symbol, event.at) });
    }
  }

  #add(order: TracedOrder): void {
    this.#byIntent.set(order.intent.intentId, order);
    this.orders.push(order);
  }
}

/** The strategies of the series of which a bar may be complete with this event. */
function mayComplete(state: EngineState, event: EngineEvent): readonly StrategyRuntime[] {
  if (event.kind !== 'candle' && event.kind !== 'history') return [];
  const found = findSeries(state, event)?.found;
  if (!found) return [];
  if (event.kind === 'history') return found.strategies;
  const { forming } = found.series;
  const isNews = event.closed || (forming !== undefined && event.openTime > forming.openTime);
  return isNews ? found.strategies : [];
}
