/** The backtest of a recorded period: it goes on from where the recorded run stood, over the bars that came. */
import type { CandleEvent } from '../../core/domain/events.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Bar, SeriesKey } from '../../core/domain/market.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { EngineState } from '../../core/engine/state.ts';
import { StepOutput } from '../../core/engine/output.ts';
import { BarPlayer, type PlayParts } from '../barPlayer.ts';
import type { GivenEvent } from './recorded.ts';
import { barOf, finestOf, type TapedSeries } from './tape.ts';
import { Tracer, type Trace } from './trace.ts';

export interface ShadowPlan {
  /** Bars that end before it are over. */
  readonly fromMs: Millis;
  /** No bar that ends after it. */
  readonly toMs: Millis;
  /** Of every market and bar length that strategies decide on. */
  readonly series: readonly TapedSeries[];
  /** Dispatched before the first bars' end that comes after. */
  readonly given: readonly GivenEvent[];
}

const NOTHING = new StepOutput();

/** A recorded engine as a backtest finds one: it knows the time of bars, and no quotes. */
export function asBacktest(state: EngineState, at: Millis): EngineState {
  state.now = at;
  for (const market of state.markets.values()) market.bid = market.ask = Number.NaN;
  return state;
}

/** @throws Error with the session's failure when it stopped. */
export function playShadow(parts: PlayParts, plan: ShadowPlan): Trace {
  const { session } = parts;
  const play = new Play(parts, plan);
  const given = [...plan.given];
  for (const at of closesOf(plan)) {
    play.bars(at);
    while ((given[0]?.after ?? Infinity) < at) {
      const next = given.shift();
      if (next) session.dispatch({ ...next.event, at });
    }
    play.closes(at);
    if (session.failure) throw session.failure;
  }
  return play.tracer;
}

/** When bars end within the plan, ascending. */
function closesOf({ series, fromMs, toMs }: ShadowPlan): Millis[] {
  const closes = new Set<Millis>();
  for (const { bars, lengthMs } of series)
    for (const { openTime } of bars) closes.add(openTime + lengthMs);
  return [...closes].filter((at) => at >= fromMs && at <= toMs).sort((a, b) => a - b);
}

class Play {
  readonly tracer: Tracer;
  readonly #parts: PlayParts;
  readonly #plan: ShadowPlan;
  readonly #players = new Map<MarketSymbol, BarPlayer>();
  readonly #finest: ReadonlyMap<MarketSymbol, TapedSeries>;
  readonly #byClose: ReadonlyMap<TapedSeries, ReadonlyMap<Millis, Bar>>;
  /** Opening time of the bar that is gone through. */
  #within: Millis | undefined;
  /** The bars about which strategies are being asked, until that is taken down. */
  readonly #closing = new Set<object>();

  constructor(parts: PlayParts, plan: ShadowPlan) {
    const { session } = parts;
    this.#parts = parts;
    this.#plan = plan;
    this.#finest = finestOf(plan.series);
    this.#byClose = new Map(
      plan.series.map((each) => [
        each,
        new Map(each.bars.map((bar) => [bar.openTime + each.lengthMs, bar])),
      ]),
    );
    for (const market of session.state.markets.values())
      this.#players.set(market.instrument.symbol, new BarPlayer(parts, market));
    this.tracer = new Tracer(
      (symbol, at) => this.#within ?? barOf(at, this.#finest.get(symbol)?.lengthMs ?? 1),
    );
    for (const { intent, state } of session.state.orders.live()) this.tracer.known(intent, state);
    session.onStep((output, event) => {
      if (this.#closing.delete(event)) this.tracer.after(session.state, event, output);
      else this.tracer.took(event, output);
    });
  }

  /** What happens within the bars that end now. Those at whose end the plan begins are over. */
  bars(at: Millis): void {
    if (at <= this.#plan.fromMs) return;
    for (const [symbol, series] of this.#finest) {
      const bar = this.#byClose.get(series)?.get(at);
      const player = this.#players.get(symbol);
      if (!bar || !player) continue;
      const event = closed(series.key, bar, at);
      if (!player.concerns(event)) continue;
      this.#within = bar.openTime;
      player.play(event);
      this.#within = undefined;
    }
  }

  /** Strategies are asked about the bars that end now. */
  closes(at: Millis): void {
    const { session } = this.#parts;
    for (const [{ key }, bars] of this.#byClose) {
      const bar = bars.get(at);
      if (!bar) continue;
      const event = closed(key, bar, at);
      this.#closing.add(event);
      this.tracer.before(session.state, event);
      session.dispatch(event);
      // What came to nothing is told to nobody.
      if (this.#closing.delete(event)) this.tracer.after(session.state, event, NOTHING);
    }
  }
}

function closed({ symbol, timeframe }: SeriesKey, bar: Bar, at: Millis): CandleEvent {
  return { kind: 'candle', at, symbol, timeframe, ...bar, closed: true, told: true };
}
