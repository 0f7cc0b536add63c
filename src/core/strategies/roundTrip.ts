/**
 * The plan of a strategy that is either out of the market or in it with one position: buy once, hold, sell once.
 * It keeps what the position needs to be left properly, through partial fills, refusals and restarts; when to enter and when to
 * leave is the strategy's business.
 */
import { z } from 'zod';
import { subtract, type Decimal } from '../domain/decimal.ts';
import type { Bar } from '../domain/market.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { OrderRecord } from '../domain/order.ts';
import { workingAmount, workingCost } from '../domain/position.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { Millis } from '../domain/time.ts';
import { Backoff, backoffSnapshot } from './backoff.ts';
import type { StrategyContext } from './contract.ts';
import { isSellable, openOrderOf } from './inventory.ts';

/** Tags of its orders. */
export const ENTRY_TAG = 'entry';
export const EXIT_TAG = 'exit';

/**
 * out: nothing held, nothing asked for · entering: the buy is open · holding · leaving: the sell is open, or was refused or
 * ended early and is asked for again.
 */
export const PHASES = ['out', 'entering', 'holding', 'leaving'] as const;
export type Phase = (typeof PHASES)[number];

export const roundTripSnapshot = z.strictObject({
  phase: z.enum(PHASES),
  enteredAt: z.number(),
  barsHeld: z.int().min(0),
  lastBarAt: z.number(),
  highestClose: z.number().nullable(),
  exitReason: z.string(),
  backoff: backoffSnapshot,
});

export type RoundTripState = z.infer<typeof roundTripSnapshot>;

export class RoundTrip {
  readonly #budget: Decimal;
  readonly #barMs: number;
  readonly #backoff: Backoff;
  #phase: Phase = 'out';
  #enteredAt: Millis = 0;
  #barsHeld = 0;
  #lastBarAt: Millis = 0;
  #highestClose = Number.NaN;
  #exitReason: ReasonCode = '';
  /** False until plan and books have been compared: after a restart, or after something was booked, they may differ. */
  #synced = false;

  /**
   * @param budget quote to enter with, fees included.
   * @param barMs bar length, milliseconds.
   */
  constructor(budget: Decimal, barMs: number) {
    this.#budget = budget;
    this.#barMs = barMs;
    this.#backoff = new Backoff(barMs);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Market time of the first fill of the entry; 0 when out. */
  get enteredAt(): Millis {
    return this.#enteredAt;
  }

  /** Completed bars since the entry. */
  get barsHeld(): number {
    return this.#barsHeld;
  }

  /** Highest close of the bars since the entry, the entry price at least; NaN when out. */
  get highestClose(): number {
    return this.#highestClose;
  }

  /**
   * Feeds a completed bar, in or out of the market. True when it counts as one since the entry: it ended after the entry and
   * was not seen before. So bars that are fed again to warm up after a restart, and those of the time in between, do no harm.
   */
  watch(bar: Bar): boolean {
    if (this.#enteredAt === 0 || bar.openTime <= this.#lastBarAt) return false;
    if (bar.openTime + this.#barMs <= this.#enteredAt) return false;
    this.#lastBarAt = bar.openTime;
    this.#barsHeld += 1;
    if (bar.close > this.#highestClose) this.#highestClose = bar.close;
    return true;
  }

  /** Compares the plan with the books, once after each start and booking. To be called first in every onBar. */
  sync(context: StrategyContext): void {
    if (this.#synced) return;
    this.#synced = true;
    const holds = this.#holds(context);
    const buying = openOrderOf(context.openOrders, ENTRY_TAG) !== undefined;
    const selling = openOrderOf(context.openOrders, EXIT_TAG) !== undefined;
    if (selling) this.#phase = 'leaving';
    else if (buying) this.#phase = 'entering';
    else if (!holds) this.#reset();
    else if (this.#phase !== 'leaving') this.#phase = 'holding';
    if (holds && this.#enteredAt === 0)
      this.#begin(context.position.openedAt ?? context.now, context);
  }

  /**
   * Asks for the market buy of the whole budget. False when it was refused or a refusal is being waited out.
   * @param exitPrice where it would be sold at a loss; NaN: not known.
   */
  enter(
    context: StrategyContext,
    reason: ReasonCode,
    inputs: NoteInputs,
    exitPrice = Number.NaN,
  ): boolean {
    if (this.#phase !== 'out' || context.openOrders.length > 0) return false;
    if (!this.#backoff.isReady(context.now)) return false;
    const quote = subtract(this.#budget, workingCost(context.position));
    const placed = context.place({
      purpose: 'entry',
      side: 'buy',
      type: 'market',
      quote,
      exitPrice,
      reason,
      inputs: { ...inputs },
      tag: ENTRY_TAG,
    });
    if (placed === undefined) {
      this.#backoff.refused(context.now);
      return false;
    }
    this.#phase = 'entering';
    return true;
  }

  /** Asks for the market sell of everything held, and goes on asking on later bars (see retryExit) until it is gone. */
  leave(context: StrategyContext, reason: ReasonCode, inputs: NoteInputs): void {
    this.#phase = 'leaving';
    this.#exitReason = reason;
    this.#sell(context, inputs);
  }

  /** While leaving: asks again when the last sell was refused or ended with something left. */
  retryExit(context: StrategyContext, inputs: NoteInputs): void {
    if (this.#phase !== 'leaving' || context.openOrders.length > 0) return;
    if (!this.#holds(context)) this.#reset();
    else if (this.#backoff.isReady(context.now)) this.#sell(context, inputs);
  }

  onFill(order: OrderRecord, context: StrategyContext): void {
    if (order.intent.side !== 'buy') return;
    if (this.#enteredAt === 0) this.#begin(context.now, context);
    // A fill of a buy that was thought to have failed: we hold after all.
    if (this.#phase === 'out') this.#phase = 'holding';
  }

  onOrderClosed(order: OrderRecord, context: StrategyContext): void {
    if (order.filled.isZero()) this.#backoff.refused(context.now);
    else this.#backoff.accepted();
    if (context.openOrders.length > 0) return;
    if (!this.#holds(context)) this.#reset();
    else if (this.#phase === 'entering' || this.#phase === 'out') this.#phase = 'holding';
  }

  /** Everything was sold from outside, or a part: the next bar looks at what is left. */
  stopped(): void {
    this.#reset();
    this.#synced = false;
    this.#backoff.accepted();
  }

  /** What is held has changed without a fill: plan and books are compared once more. */
  booked(): void {
    this.#synced = false;
  }

  snapshot(): RoundTripState {
    return {
      phase: this.#phase,
      enteredAt: this.#enteredAt,
      barsHeld: this.#barsHeld,
      lastBarAt: this.#lastBarAt,
      highestClose: Number.isNaN(this.#highestClose) ? null : this.#highestClose,
      exitReason: this.#exitReason,
      backoff: this.#backoff.snapshot(),
    };
  }

  restore(state: RoundTripState): void {
    this.#phase = state.phase;
    this.#enteredAt = state.enteredAt;
    this.#barsHeld = state.barsHeld;
    this.#lastBarAt = state.lastBarAt;
    this.#highestClose = state.highestClose ?? Number.NaN;
    this.#exitReason = state.exitReason;
    this.#backoff.restore(state.backoff);
    this.#synced = false;
  }

  #begin(at: Millis, context: StrategyContext): void {
    this.#enteredAt = at;
    this.#barsHeld = 0;
    this.#lastBarAt = 0;
    this.#highestClose = Number.isNaN(context.averagePrice)
      ? context.lastPrice
      : context.averagePrice;
  }

  #reset(): void {
    this.#phase = 'out';
    this.#enteredAt = 0;
    this.#barsHeld = 0;
    this.#lastBarAt = 0;
    this.#highestClose = Number.NaN;
    this.#exitReason = '';
  }

  #holds(context: StrategyContext): boolean {
    return isSellable(
      workingAmount(context.position),
      context.lastPrice,
      context.instrument,
      'market',
    );
  }

  #sell(context: StrategyContext, inputs: NoteInputs): void {
    if (context.openOrders.length > 0) return;
    const placed = context.place({
      purpose: 'exit',
      side: 'sell',
      type: 'market',
      amount: context.position.amount,
      reason: this.#exitReason,
      inputs: { ...inputs },
      tag: EXIT_TAG,
    });
    if (placed === undefined) this.#backoff.refused(context.now);
  }
}
