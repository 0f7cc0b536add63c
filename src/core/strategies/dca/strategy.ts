import { z } from 'zod';
import { dec, subtract, toText, ZERO, type Decimal } from '../../domain/decimal.ts';
import type { Json } from '../../domain/json.ts';
import type { Bar } from '../../domain/market.ts';
import type { OrderRecord } from '../../domain/order.ts';
import { workingCost, type Position } from '../../domain/position.ts';
import { formatUtc, timeframeMs, type Millis } from '../../domain/time.ts';
import { Backoff, backoffSnapshot } from '../backoff.ts';
import type { Strategy, StrategyContext, StrategySpec } from '../contract.ts';
import { parseSnapshot } from '../snapshots.ts';
import type { DcaParams } from './params.ts';

const snapshotSchema = z.strictObject({
  version: z.literal(1),
  nextAt: z.number(),
  slotAt: z.number(),
  backoff: backoffSnapshot,
});

const BUY_TAG = 'buy';
/**
 * So much of its amount, as a fraction, the last buy of a budget may lack: buys at the market may cost a little more than they were
 * sized for, and a budget of N amounts is for N buys.
 */
const LACK_MAX = dec('0.02');

/**
 * Dollar-cost averaging: spends a fixed amount of quote on a fixed schedule of market time until the budget is spent. Market
 * orders, decided on completed bars, one open at a time. When and whether all of it is sold again is the business of take_profit
 * and stop_loss, which every kind has.
 */
export class DcaStrategy implements Strategy {
  readonly warmUpBars = 1;
  readonly readsSignals = false;
  readonly #barMs: number;
  readonly #budget: Decimal;
  readonly #amount: Decimal;
  readonly #least: Decimal;
  readonly #everyMs: number;
  readonly #backoff: Backoff;
  /** Market time at which the next buy is due; 0: at the first bar. */
  #nextAt: Millis = 0;
  /** The slot of the last buy asked for: due again when that buy came to nothing. */
  #slotAt: Millis = 0;
  #nextBuy = '';
  /** The position as last seen, and what `quoteFor` found for it. */
  #position: Position | undefined = undefined;
  #quote: Decimal = ZERO;
  /** What is spent of a spent budget, in words. */
  #spent = '';

  constructor(spec: StrategySpec<DcaParams>) {
    const { params } = spec;
    this.#barMs = timeframeMs(spec.timeframe);
    this.#budget = spec.budget;
    this.#amount = params.amount.amount;
    this.#least = subtract(this.#amount, this.#amount.times(LACK_MAX));
    this.#everyMs = params.every;
    this.#backoff = new Backoff(this.#barMs);
  }

  update(): void {}

  onBar(bar: Bar, context: StrategyContext): void {
    const barEnd = bar.openTime + this.#barMs;
    if (context.openOrders.length > 0) context.decide('DCA_ORDER_OPEN');
    else if (barEnd < this.#nextAt) this.#wait(bar, context);
    else this.#buy(bar, context);
  }

  onFill(): void {}

  onOrderClosed(order: OrderRecord, context: StrategyContext): void {
    if (!order.filled.isZero()) {
      this.#backoff.accepted();
      return;
    }
    this.#backoff.refused(context.now);
    this.#setNext(this.#slotAt);
  }

  /** The schedule goes on: what was held is gone, not the plan. */
  onStopped(): void {
    this.#backoff.accepted();
  }

  snapshot(): Json {
    return {
      version: 1,
      nextAt: this.#nextAt,
      slotAt: this.#slotAt,
      backoff: this.#backoff.snapshot(),
    };
  }

  restore(snapshot: Json): void {
    const state = parseSnapshot(snapshotSchema, snapshot, 'dca');
    this.#slotAt = state.slotAt;
    this.#backoff.restore(state.backoff);
    this.#setNext(state.nextAt);
  }

  #buy(bar: Bar, context: StrategyContext): void {
    const amount = toText(this.#amount);
    const quote = this.#quoteFor(context.position);
    if (quote === ZERO) {
      context.decide('DCA_BUDGET_SPENT', {
        spent: this.#spent,
        budget: toText(this.#budget),
        amount,
      });
      return;
    }
    const inputs = { amount, close: bar.close };
    const placed =
      this.#backoff.isReady(context.now) &&
      context.place({
        purpose: 'entry',
        side: 'buy',
        type: 'market',
        quote,
        reason: 'DCA_BUY',
        inputs,
        tag: BUY_TAG,
      }) !== undefined;
    if (placed) this.#passSlot(bar.openTime + this.#barMs);
    else if (this.#backoff.isReady(context.now)) this.#backoff.refused(context.now);
    if (placed) context.decide('DCA_BUY', inputs);
    else context.decide('DCA_BUY_REFUSED', inputs, BUY_TAG);
  }

  /**
   * Quote of the next buy; 0 when the budget is spent. What earlier sales left behind is not at work.
   * Worked out once per position, since a spent budget is looked at on every bar.
   */
  #quoteFor(position: Position): Decimal {
    if (position !== this.#position) {
      this.#position = position;
      const cost = workingCost(position);
      this.#quote = cost.plus(this.#amount).gt(this.#budget) ? this.#rest(cost) : this.#amount;
      if (this.#quote === ZERO) this.#spent = toText(cost);
    }
    return this.#quote;
  }

  /** Quote of the last buy of a budget; 0 when that would be less than a buy should be. */
  #rest(cost: Decimal): Decimal {
    const left = subtract(this.#budget, cost);
    return left.gte(this.#least) ? left : ZERO;
  }

  /** The next slot of the schedule after `barEnd`. Slots missed meanwhile (process down, budget spent) are not made up for. */
  #passSlot(barEnd: Millis): void {
    this.#slotAt = this.#nextAt === 0 ? barEnd : this.#nextAt;
    const passed = Math.floor((barEnd - this.#slotAt) / this.#everyMs);
    this.#setNext(this.#slotAt + (passed + 1) * this.#everyMs);
  }

  #setNext(at: Millis): void {
    this.#nextAt = at;
    this.#nextBuy = formatUtc(at);
  }

  #wait(bar: Bar, context: StrategyContext): void {
    const { averagePrice } = context;
    if (Number.isNaN(averagePrice)) context.decide('DCA_WAIT', { nextBuy: this.#nextBuy });
    else context.decide('DCA_HOLD', { averagePrice, close: bar.close, nextBuy: this.#nextBuy });
  }
}
