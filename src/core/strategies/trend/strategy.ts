import { z } from 'zod';
import type { Fill } from '../../domain/fill.ts';
import type { Json } from '../../domain/json.ts';
import type { Bar } from '../../domain/market.ts';
import type { OrderRecord } from '../../domain/order.ts';
import { timeframeMs } from '../../domain/time.ts';
import { Atr } from '../../indicators/atr.ts';
import { Ema } from '../../indicators/ema.ts';
import type { Strategy, StrategyContext, StrategySpec } from '../contract.ts';
import { ENTRY_TAG, EXIT_TAG, RoundTrip, roundTripSnapshot } from '../roundTrip.ts';
import { parseSnapshot } from '../snapshots.ts';
import type { TrendParams } from './params.ts';

/** Slow lengths after which what an exponential average began with has all but faded (0.03 %): enough to decide by in a young market. */
const EMA_SETTLING = 4;
/** The same for Wilder's smoothing, which forgets at half the speed (0.7 %). */
const ATR_SETTLING = 5;

const snapshotSchema = z.strictObject({
  version: z.literal(1),
  trip: roundTripSnapshot,
  stop: z.number().nullable(),
});

/** Numbers of the last evaluation. One object of each sort, overwritten: the engine copies what it keeps. */
type Reading = { close: number; emaFast: number; emaSlow: number };
type HoldReading = Reading & { stop: number };
type GateReading = Reading & { score: number; readonly minScore: number };

/**
 * Trend following: buys when the fast moving average crosses above the slow one, sells when it is below again or when a bar
 * closes at or under a trailing stop (chandelier exit: highest close since the entry less a multiple of the average true range;
 * it only rises). Decides on completed bars, with market orders. Nothing is allocated on a bar that leads to no action: this is
 * the inner loop of a backtest.
 */
export class TrendStrategy implements Strategy {
  readonly warmUpBars: number;
  readonly settleBars: number;
  /** For the gate alone. */
  readonly readsSignals: boolean;
  readonly #fast: Ema;
  readonly #slow: Ema;
  readonly #atr: Atr;
  readonly #atrMultiple: number;
  readonly #minScore: number;
  readonly #trip: RoundTrip;
  readonly #reading: Reading = { close: 0, emaFast: 0, emaSlow: 0 };
  readonly #holdReading: HoldReading = { close: 0, emaFast: 0, emaSlow: 0, stop: 0 };
  readonly #gateReading: GateReading;
  /** Sign of the last difference between the averages that was not zero; 0 before there was one. */
  #side = 0;
  #crossedUp = false;
  /** Trailing stop; NaN before the first bar of a position. */
  #stop = Number.NaN;

  constructor(spec: StrategySpec<TrendParams>) {
    const { params } = spec;
    this.#fast = new Ema(params.ema_fast);
    this.#slow = new Ema(params.ema_slow);
    this.#atr = new Atr(params.atr_length);
    this.#atrMultiple = params.atr_multiple;
    this.readsSignals = params.min_score !== undefined;
    this.#minScore = params.min_score ?? Number.NEGATIVE_INFINITY;
    this.#gateReading = { close: 0, emaFast: 0, emaSlow: 0, score: 0, minScore: this.#minScore };
    this.#trip = new RoundTrip(spec.budget, timeframeMs(spec.timeframe));
    this.warmUpBars = Math.max(params.ema_slow * EMA_SETTLING, this.#atr.warmUp * ATR_SETTLING);
    this.settleBars = Math.max(this.#slow.settle, this.#atr.settle);
  }

  update(bar: Bar): void {
    const difference = this.#fast.update(bar) - this.#slow.update(bar);
    this.#atr.update(bar);
    this.#crossedUp = difference > 0 && this.#side < 0;
    if (difference > 0) this.#side = 1;
    else if (difference < 0) this.#side = -1;
    if (this.#trip.watch(bar)) this.#raiseStop();
  }

  onBar(bar: Bar, context: StrategyContext): void {
    this.#trip.sync(context);
    switch (this.#trip.phase) {
      case 'out':
        this.#seek(bar, context);
        return;
      case 'holding':
        this.#hold(bar, context);
        return;
      case 'entering':
        context.decide('TREND_ENTERING', this.#read(bar));
        return;
      case 'leaving':
        this.#trip.retryExit(context, this.#read(bar));
        context.decide('TREND_LEAVING', this.#read(bar), EXIT_TAG);
    }
  }

  onFill(order: OrderRecord, _fill: Fill, context: StrategyContext): void {
    const wasOut = this.#trip.enteredAt === 0;
    this.#trip.onFill(order, context);
    if (wasOut) this.#stop = Number.NaN;
  }

  onOrderClosed(order: OrderRecord, context: StrategyContext): void {
    this.#trip.onOrderClosed(order, context);
  }

  onStopped(): void {
    this.#trip.stopped();
    this.#stop = Number.NaN;
  }

  onBooked(): void {
    // A stop of the last round is none of what may have come.
    if (this.#trip.enteredAt === 0) this.#stop = Number.NaN;
    this.#trip.booked();
  }

  snapshot(): Json {
    return {
      version: 1,
      trip: this.#trip.snapshot(),
      stop: Number.isNaN(this.#stop) ? null : this.#stop,
    };
  }

  restore(snapshot: Json): void {
    const state = parseSnapshot(snapshotSchema, snapshot, 'trend');
    this.#trip.restore(state.trip);
    this.#stop = state.stop ?? Number.NaN;
  }

  #seek(bar: Bar, context: StrategyContext): void {
    const reading = this.#read(bar);
    if (!this.#crossedUp) {
      context.decide(this.#side > 0 ? 'TREND_UP' : 'TREND_DOWN', reading);
      return;
    }
    if (this.readsSignals && context.score < this.#minScore) {
      context.decide('TREND_GATED', this.#readGate(bar, context.score));
      return;
    }
    const inputs = this.readsSignals ? { ...reading, score: context.score } : { ...reading };
    const firstStop = bar.close - this.#atrMultiple * this.#atr.value;
    const entered = this.#trip.enter(context, 'TREND_ENTRY', inputs, firstStop);
    if (entered) context.decide('TREND_ENTRY', inputs);
    else context.decide('TREND_ENTRY_REFUSED', inputs, ENTRY_TAG);
  }

  #hold(bar: Bar, context: StrategyContext): void {
    if (Number.isNaN(this.#stop)) this.#raiseStop();
    const reading = this.#read(bar);
    const hold = this.#holdReading;
    hold.close = reading.close;
    hold.emaFast = reading.emaFast;
    hold.emaSlow = reading.emaSlow;
    hold.stop = this.#stop;
    if (this.#side < 0) this.#leave(context, 'TREND_EXIT_CROSS');
    else if (bar.close <= this.#stop) this.#leave(context, 'TREND_EXIT_STOP');
    else context.decide('TREND_HOLD', hold);
  }

  #leave(context: StrategyContext, reason: 'TREND_EXIT_CROSS' | 'TREND_EXIT_STOP'): void {
    context.decide(reason, this.#holdReading);
    this.#trip.leave(context, reason, this.#holdReading);
  }

  #read(bar: Bar): Reading {
    const reading = this.#reading;
    reading.close = bar.close;
    reading.emaFast = this.#fast.value;
    reading.emaSlow = this.#slow.value;
    return reading;
  }

  #readGate(bar: Bar, score: number): GateReading {
    const reading = this.#gateReading;
    reading.close = bar.close;
    reading.emaFast = this.#fast.value;
    reading.emaSlow = this.#slow.value;
    reading.score = score;
    return reading;
  }

  #raiseStop(): void {
    const stop = this.#trip.highestClose - this.#atrMultiple * this.#atr.value;
    if (Number.isNaN(this.#stop) || stop > this.#stop) this.#stop = stop;
  }
}
