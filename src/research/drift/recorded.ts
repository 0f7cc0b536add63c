/** What a recorded run did: the engine is taken through its recordings once more, and watched. */
import type { ControlEvent, EngineEvent } from '../../core/domain/events.ts';
import type { Fill } from '../../core/domain/fill.ts';
import type { OrderRecord, OrderState } from '../../core/domain/order.ts';
import type { RecordingEntry } from '../../core/domain/recording.ts';
import { MINUTE_MS, type Millis } from '../../core/domain/time.ts';
import { engineFrom, knowAgain } from '../../core/engine/recorded.ts';
import type { EngineState, MarketState, StrategyRuntime } from '../../core/engine/state.ts';
import { step } from '../../core/engine/step.ts';
import type { StepOutput } from '../../core/engine/output.ts';
import type { MakeStrategy } from '../replay.ts';
import { barOf, Tape, type TapedSeries } from './tape.ts';
import { Tracer, type Trace } from './trace.ts';
import type { Span } from './types.ts';

/** One recording; its entries can be read any number of times. */
export interface RecordedRun {
  entries(): Iterable<RecordingEntry>;
}

/** A moment at which the books are quiet, between two bars. */
export interface Beginning {
  /** Of the recording, among those given. */
  readonly run: number;
  /** Events of that recording before it. */
  readonly events: number;
  /** Market time: bars end here, and nobody has decided on them. */
  readonly at: Millis;
  /** The engine as it stood; to be used once. */
  readonly state: EngineState;
}

/** What a backtest takes as given. */
export interface GivenEvent {
  readonly event: EngineEvent;
  /** It came when the bars that end then had been decided on, and later ones not yet. */
  readonly after: Millis;
}

export interface RecordedPeriod {
  readonly trace: Trace;
  readonly series: readonly TapedSeries[];
  /** Of trades and quotes within a bar; undefined when there were none. */
  readonly range: Tape['range'];
  /** Times in which nothing could be decided: down, starting, disarmed. */
  readonly outages: readonly Span[];
  /** Names of every fill that the recordings tell of; see `fillName`. */
  readonly recorded: ReadonlySet<string>;
  /** What the operator switched and sold, and the markets' new rules, in order: a backtest takes them as given. */
  readonly given: readonly GivenEvent[];
  /** Market time of the last event. */
  readonly end: Millis;
  /** The engine as it stood at the end. */
  readonly state: EngineState;
}

/** What the operator does; everything else of its kind is the daemon's own. */
const OPERATOR: ReadonlySet<ControlEvent['action']> = new Set([
  'pause',
  'resume',
  'cancelAll',
  'flatten',
]);

/** An order that has found its place: neither on its way to the exchange nor on its way out. */
const AT_REST: ReadonlySet<OrderState> = new Set(['ACKED', 'PARTIAL']);

/** The first moment from then on from which a backtest can go on. Undefined when there is none. */
export function beginningOf(
  runs: readonly RecordedRun[],
  make: MakeStrategy,
  fromMs: Millis,
): Beginning | undefined {
  for (const [run, recorded] of runs.entries()) {
    let found: Beginning | undefined;
    walk(recorded, make, {
      before: (state, event, events) => {
        const at = closeOf(event);
        if (at === undefined || at < fromMs || !isQuiet(state, at)) return true;
        found = { run, events, at, state };
        return false;
      },
    });
    if (found) return found;
  }
  return undefined;
}

/** News of orders comes after what it is about: for so long in market time it is waited for, which may run much faster than the wall. */
const NEWS_LATE_MS = 10 * MINUTE_MS;

/** What was done from there on, until the bars that end then. */
export function periodFrom(
  runs: readonly RecordedRun[],
  make: MakeStrategy,
  { run: first, events: skipped, state: begun }: Beginning,
  { toMs, lengths }: { readonly toMs: Millis; readonly lengths: ReadonlyMap<string, number> },
): RecordedPeriod {
  const tape = new Tape(lengths);
  const tracer = new Tracer((symbol, at) => barOf(at, lengths.get(symbol) ?? 1));
  const gaps = new Outages();
  const given: GivenEvent[] = [];
  const names = new Set<string>();
  let end = 0;
  let last = begun;
  for (const [run, recorded] of runs.entries()) {
    if (run < first) continue;
    const isOn = (events: number): boolean => run > first || events >= skipped;
    walk(recorded, make, {
      begin: (state) => {
        // A start reads the rules anew.
        if (run > first)
          for (const { instrument } of state.markets.values()) {
            const event = { kind: 'rules', at: end, instrument } as const;
            given.push({ event, after: lastClose(last, event) });
          }
        last = state;
        if (run > first) for (const order of state.orders.live()) know(tracer, order);
      },
      before: (state, event, events) => {
        if (event.at >= toMs + NEWS_LATE_MS) return false;
        if (!isOn(events)) return true;
        if (run === first && events === skipped)
          for (const order of state.orders.live()) know(tracer, order);
        tracer.before(state, event);
        return true;
      },
      after: (state, event, events, output) => {
        tape.take(event);
        for (const { fill } of output?.fills ?? []) names.add(fillName(fill));
        if (!isOn(events)) return;
        end = Math.max(end, event.at);
        if (output) tracer.after(state, event, output);
        gaps.see(state.armed, event.at);
        if (isGiven(event)) given.push({ event, after: lastClose(state, event) });
      },
    });
    gaps.see(false, end);
  }
  return {
    ...{
      trace: tracer,
      series: tape.series(),
      range: tape.range.bind(tape),
      outages: gaps.until(end),
      given,
      recorded: names,
      end,
    },
    state: last,
  };
}

/** Bar lengths of the finest series of each market: of the engine's, or of the data given. */
export function lengthsOf(
  { markets }: EngineState,
  data: readonly TapedSeries[] = [],
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const [symbol, { series }] of markets) {
    const own = [...series.values()].map((each) => each.series.lengthMs);
    const finer = data.filter(({ key }) => key.symbol === symbol).map(({ lengthMs }) => lengthMs);
    lengths.set(symbol, Math.min(...own, ...finer));
  }
  return lengths;
}

/** What makes a fill this fill. */
export function fillName({ tradeId, symbol, side }: Fill): string {
  return `${symbol} ${side} ${tradeId}`;
}

interface Walker {
  begin?(state: EngineState): void;
  /** False ends the walk. */
  before(state: EngineState, event: EngineEvent, events: number): boolean;
  /** `output` is absent when the step failed, as it did then. */
  after?(
    state: EngineState,
    event: EngineEvent,
    events: number,
    output: StepOutput | undefined,
  ): void;
}

function walk(run: RecordedRun, make: MakeStrategy, walker: Walker): void {
  let state: EngineState | undefined;
  let events = 0;
  for (const entry of run.entries()) {
    if (entry.kind === 'start') {
      state = engineFrom(entry.value.engine, make);
      walker.begin?.(state);
    } else if (!state) throw new Error('RECORDING_INVALID: it does not begin as recordings do');
    else if (entry.kind === 'known') knowAgain(state, entry.value);
    else if (entry.kind === 'event') {
      if (!walker.before(state, entry.value, events)) return;
      const output = stepped(state, entry.value);
      walker.after?.(state, entry.value, events, output);
      events += 1;
    }
  }
}

function stepped(state: EngineState, event: EngineEvent): StepOutput | undefined {
  try {
    return step(state, event);
  } catch {
    return undefined;
  }
}

function know(tracer: Tracer, { intent, state }: OrderRecord): void {
  tracer.known(intent, state);
}

function isGiven(event: EngineEvent): boolean {
  return event.kind === 'rules' || (event.kind === 'control' && OPERATOR.has(event.action));
}

/** When the newest bars ended: of the event's market, where it has one. */
function lastClose({ markets }: EngineState, event: EngineEvent): Millis {
  const symbol = event.kind === 'rules' ? event.instrument.symbol : undefined;
  const closes = [...markets]
    .filter(([name]) => symbol === undefined || name === symbol)
    .flatMap(([, { series }]) =>
      [...series.values()].map(({ series: { lastOpenTime, lengthMs } }) => lastOpenTime + lengthMs),
    );
  return Math.max(-Infinity, ...closes);
}

/** When the bar ended that the event says is closed. */
function closeOf(event: EngineEvent): Millis | undefined {
  return event.kind === 'candle' && event.closed ? event.at : undefined;
}

/** Armed, on fresh data, nothing on its way, and every bar that ended before `at` is there and none that ends then. */
function isQuiet(state: EngineState, at: Millis): boolean {
  const { armed, orders, strategies, markets } = state;
  return (
    armed &&
    [...orders.live()].every((order) => AT_REST.has(order.state)) &&
    [...strategies.values()].every(isAtEase) &&
    [...markets.values()].every((market) => isUpToDate(market, at))
  );
}

function isAtEase({ stopping, waiting, failure }: StrategyRuntime): boolean {
  return stopping === undefined && waiting.length === 0 && failure === '';
}

function isUpToDate({ stale, haltReason, series }: MarketState, at: Millis): boolean {
  if (stale || haltReason !== '') return false;
  return [...series.values()].every(({ series: { lastOpenTime, lengthMs } }) => {
    const lastDue = barOf(at - 1, lengthMs) - lengthMs;
    return lastOpenTime === lastDue;
  });
}

class Outages {
  readonly #spans: Span[] = [];
  #since: Millis | undefined;

  see(isArmed: boolean, at: Millis): void {
    if (!isArmed) this.#since ??= at;
    else if (this.#since !== undefined) {
      this.#spans.push({ from: this.#since, to: at });
      this.#since = undefined;
    }
  }

  until(end: Millis): readonly Span[] {
    const { length } = this.#spans;
    return this.#since === undefined || this.#since >= end
      ? this.#spans.slice(0, length)
      : [...this.#spans, { from: this.#since, to: end }];
  }
}
