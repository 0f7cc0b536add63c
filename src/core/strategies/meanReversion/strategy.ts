import { z } from 'zod';
import type { Fill } from '../../domain/fill.ts';
import type { Json } from '../../domain/json.ts';
import type { Bar } from '../../domain/market.ts';
import type { OrderRecord } from '../../domain/order.ts';
import { MINUTE_MS, timeframeMs } from '../../domain/time.ts';
import { Bollinger } from '../../indicators/bollinger.ts';
import { Rsi } from '../../indicators/rsi.ts';
import type { Strategy, StrategyContext, StrategySpec } from '../contract.ts';
import { ENTRY_TAG, EXIT_TAG, RoundTrip, roundTripSnapshot } from '../roundTrip.ts';
import { parseSnapshot } from '../snapshots.ts';
import type { MeanReversionParams } from './params.ts';

/** Lengths after which what Wilder's smoothing began with has all but faded (0.7 %): enough to decide by in a young market. */
const RSI_SETTLING = 5;

const snapshotSchema = z.strictObject({ version: z.literal(1), trip: roundTripSnapshot });

/**
 * Mean reversion: buys a close near or under the lower Bollinger band while the RSI says oversold; sells when the close is
 * back at the middle, when the RSI has recovered, or when the time is up. Decides on completed bars, with market orders.
 */
export class MeanReversionStrategy implements Strategy {
  readonly warmUpBars: number;
  readonly settleBars: number;
  /** For the gate alone. */
  readonly readsSignals: boolean;
  readonly #params: MeanReversionParams;
  readonly #barMs: number;
  readonly #bollinger: Bollinger;
  readonly #rsi: Rsi;
  readonly #trip: RoundTrip;
  /** Numbers of the last evaluation. One object, overwritten: the engine copies what it keeps. */
  readonly #reading = {
    close: 0,
    percentB: 0,
    rsi: 0,
    entryPercentB: 0,
    entryRsi: 0,
    exitPercentB: 0,
    exitRsi: 0,
    barsHeld: 0,
  };

  constructor(spec: StrategySpec<MeanReversionParams>) {
    const { params } = spec;
    this.#params = params;
    this.#barMs = timeframeMs(spec.timeframe);
    this.#bollinger = new Bollinger(params.bollinger_length, params.bollinger_deviations);
    this.#rsi = new Rsi(params.rsi_length);
    this.#trip = new RoundTrip(spec.budget, this.#barMs);
    this.readsSignals = params.min_score !== undefined;
    this.warmUpBars = Math.max(this.#bollinger.warmUp, this.#rsi.warmUp * RSI_SETTLING);
    this.settleBars = Math.max(this.#bollinger.settle, this.#rsi.settle);
    this.#reading.entryPercentB = params.entry_percent_b;
    this.#reading.entryRsi = params.entry_rsi;
    this.#reading.exitPercentB = params.exit_percent_b;
    this.#reading.exitRsi = params.exit_rsi;
  }

  update(bar: Bar): void {
    this.#bollinger.update(bar);
    this.#rsi.update(bar);
    this.#trip.watch(bar);
  }

  onBar(bar: Bar, context: StrategyContext): void {
    this.#trip.sync(context);
    this.#reading.close = bar.close;
    this.#reading.percentB = this.#bollinger.percentB;
    this.#reading.rsi = this.#rsi.value;
    this.#reading.barsHeld = this.#trip.barsHeld;
    switch (this.#trip.phase) {
      case 'out':
        this.#seek(context);
        return;
      case 'holding':
        this.#hold(bar, context);
        return;
      case 'entering':
        context.decide('REVERSION_ENTERING', this.#reading);
        return;
      case 'leaving':
        this.#trip.retryExit(context, this.#reading);
        context.decide('REVERSION_LEAVING', this.#reading, EXIT_TAG);
    }
  }

  onFill(order: OrderRecord, _fill: Fill, context: StrategyContext): void {
    this.#trip.onFill(order, context);
  }

  onOrderClosed(order: OrderRecord, context: StrategyContext): void {
    this.#trip.onOrderClosed(order, context);
  }

  onStopped(): void {
    this.#trip.stopped();
  }

  onBooked(): void {
    this.#trip.booked();
  }

  snapshot(): Json {
    return { version: 1, trip: this.#trip.snapshot() };
  }

  restore(snapshot: Json): void {
    this.#trip.restore(parseSnapshot(snapshotSchema, snapshot, 'mean_reversion').trip);
  }

  #seek(context: StrategyContext): void {
    const { percentB, rsi } = this.#reading;
    const {
      entry_percent_b: entryPercentB,
      entry_rsi: entryRsi,
      min_score: minScore,
    } = this.#params;
    if (!(percentB <= entryPercentB && rsi <= entryRsi)) {
      context.decide('REVERSION_WAIT', this.#reading);
      return;
    }
    const gate = minScore === undefined ? {} : { score: context.score };
    const inputs = { ...this.#reading, ...gate };
    if (minScore !== undefined && context.score < minScore) {
      context.decide('REVERSION_GATED', { ...inputs, minScore });
      return;
    }
    const entered = this.#trip.enter(context, 'REVERSION_ENTRY', inputs);
    if (entered) context.decide('REVERSION_ENTRY', inputs);
    else context.decide('REVERSION_ENTRY_REFUSED', inputs, ENTRY_TAG);
  }

  #hold(bar: Bar, context: StrategyContext): void {
    const { percentB, rsi } = this.#reading;
    const heldMs = bar.openTime + this.#barMs - this.#trip.enteredAt;
    const maxHoldMs = this.#params.max_hold ?? Number.POSITIVE_INFINITY;
    if (percentB >= this.#params.exit_percent_b) this.#leave(context, 'REVERSION_EXIT_BAND', {});
    else if (rsi >= this.#params.exit_rsi) this.#leave(context, 'REVERSION_EXIT_RSI', {});
    else if (heldMs >= maxHoldMs) {
      const heldMinutes = Math.floor(heldMs / MINUTE_MS);
      this.#leave(context, 'REVERSION_EXIT_TIME', {
        heldMinutes,
        maxHoldMinutes: maxHoldMs / MINUTE_MS,
      });
    } else context.decide('REVERSION_HOLD', this.#reading);
  }

  #leave(context: StrategyContext, reason: string, more: Readonly<Record<string, number>>): void {
    const inputs = { ...this.#reading, ...more };
    context.decide(reason, inputs);
    this.#trip.leave(context, reason, inputs);
  }
}
