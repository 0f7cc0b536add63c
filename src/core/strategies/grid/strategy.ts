import { z } from 'zod';
import { toFloat, toText, ZERO, type Decimal } from '../../domain/decimal.ts';
import type { Fill } from '../../domain/fill.ts';
import type { Json } from '../../domain/json.ts';
import type { Bar } from '../../domain/market.ts';
import type { OrderRecord } from '../../domain/order.ts';
import { timeframeMs } from '../../domain/time.ts';
import type { Strategy, StrategyContext, StrategySpec } from '../contract.ts';
import { baseChange, openOrderOf } from '../inventory.ts';
import { parseSnapshot, snapshotDecimal } from '../snapshots.ts';
import { arrange, isHolding, wishOf, type GridView } from './arrange.ts';
import {
  adoptOrders,
  cellOf,
  cellSnapshot,
  empty,
  heldByCells,
  makeCells,
  restoreCell,
  shrink,
  snapshotCell,
  spread,
  type Cell,
} from './cells.ts';
import { layGrid, lineBelow } from './lines.ts';
import { buyOrder, sellOrder } from './orders.ts';
import type { GridParams } from './params.ts';

/** Tag of the market buy that fills the cells above the price at the start. */
const START_TAG = 'start';

/** Why the grid is taken up and laid anew. */
type ClearCause = 'GRID_RELAYING' | 'GRID_RECENTERING';

const snapshotSchema = z.strictObject({
  version: z.literal(1),
  layout: z.string(),
  lines: z.array(z.number().positive()),
  stake: snapshotDecimal,
  cells: z.array(cellSnapshot),
  pool: snapshotDecimal,
  position: z.int(),
  dirty: z.boolean(),
});

/**
 * Grid trading: limit buys on the lines below the price, limit sells on the lines above for what was bought one line lower.
 * A filled buy is answered at once by a sell one line up, a filled sell by a buy one line down.
 *
 * Orders are plain limit orders; `post_only` makes them refuse to take. A partly filled order is answered once it has ended,
 * for exactly what it filled. Amounts too small to sell stay in their cell and are sold with its next round. Between fills it
 * looks at the market on completed bars only, and does nothing until a line is crossed.
 */
export class GridStrategy implements Strategy {
  readonly warmUpBars = 1;
  readonly readsSignals = false;
  readonly #params: GridParams;
  readonly #budget: Decimal;
  readonly #barMs: number;
  /** What of the file decides where the lines are. */
  readonly #layout: string;
  /** Empty until the grid is laid. */
  #lines: readonly number[] = [];
  #cells: readonly Cell[] = [];
  /** Quote each cell may spend. */
  #stake = ZERO;
  /** Base bought by the starting order, not yet given to cells. */
  #pool = ZERO;
  /** Index of the line below the price at the last look. */
  #position = -1;
  /** Orders are missing or were refused: look again on the next bar even if no line is crossed. */
  #dirty = true;
  #synced = false;
  /** The file's range differs from the laid one. */
  #stale = false;
  /** Numbers of the last evaluation. One object, overwritten: the engine copies what it keeps. */
  readonly #reading = { price: 0, below: 0, above: 0, lower: 0, upper: 0, orders: 0, holding: 0 };

  constructor(spec: StrategySpec<GridParams>) {
    const { lower, upper, lines, spacing } = spec.params;
    this.#params = spec.params;
    this.#budget = spec.budget;
    this.#barMs = timeframeMs(spec.timeframe);
    this.#layout = JSON.stringify([lower, upper, lines, spacing, toText(spec.budget)]);
  }

  update(): void {}

  onBar(bar: Bar, context: StrategyContext): void {
    this.#reading.price = bar.close;
    if (!this.#prepare(bar.close, context)) return;
    const position = lineBelow(this.#lines, bar.close);
    if (position !== this.#position) {
      this.#position = position;
      this.#dirty = true;
    }
    if (this.#dirty) this.#arrange(context);
    this.#decide(context);
  }

  onFill(order: OrderRecord, fill: Fill, context: StrategyContext): void {
    const change = baseChange(fill, context.instrument);
    const cell = order.intent.tag === START_TAG ? undefined : cellOf(this.#cells, order);
    if (cell) cell.held = cell.held.plus(change);
    else this.#pool = this.#pool.plus(change);
    this.#dirty = true;
  }

  onOrderClosed(order: OrderRecord, context: StrategyContext): void {
    this.#dirty = true;
    if (order.intent.tag === START_TAG) {
      this.#spreadPool(this.#position + 1, context);
      return;
    }
    const cell = this.#cells.find((known) => known.order === order.intent.intentId);
    if (!cell) return;
    cell.order = undefined;
    if (order.state === 'FILLED') {
      cell.backoff.accepted();
      this.#answer(cell, order, context);
    } else if (!order.cancelRequested && order.filled.isZero()) cell.backoff.refused(context.now);
  }

  onStopped(context: StrategyContext): void {
    empty(this.#cells);
    // Less than a lot may be left; it is sold with the next round.
    this.#pool = context.position.amount;
    this.#dirty = true;
    // A range around a price begins anew at the price after the stop; a range of prices stays where it was put.
    if (this.#params.lower.kind === 'percent') {
      this.#lines = [];
      this.#cells = [];
    }
  }

  /** The cells are made to hold what there is at the next look. */
  onBooked(): void {
    this.#synced = false;
    this.#dirty = true;
  }

  snapshot(): Json {
    return {
      version: 1,
      layout: this.#layout,
      lines: this.#lines,
      stake: toText(this.#stake),
      cells: this.#cells.map(snapshotCell),
      pool: toText(this.#pool),
      position: this.#position,
      dirty: this.#dirty,
    };
  }

  restore(snapshot: Json): void {
    const state = parseSnapshot(snapshotSchema, snapshot, 'grid');
    this.#lines = state.lines;
    this.#stake = state.stake;
    this.#pool = state.pool;
    this.#position = state.position;
    this.#dirty = state.dirty;
    this.#stale = state.lines.length > 0 && state.layout !== this.#layout;
    const cells = makeCells(state.cells.length, this.#barMs);
    for (const cell of cells) {
      const kept = state.cells[cell.index];
      if (kept) restoreCell(cell, kept);
    }
    this.#cells = cells;
    this.#synced = false;
  }

  /** Sees to it that a grid is laid and its amounts are in cells. False: not now, and why has been decided. */
  #prepare(price: number, context: StrategyContext): boolean {
    if (!this.#synced) this.#sync(context);
    const cause = this.#causeToClear(price, context);
    if (cause !== undefined && !this.#clear(context, cause)) return false;
    if (this.#lines.length === 0 && !this.#lay(price, context)) return false;
    if (openOrderOf(context.openOrders, START_TAG)) {
      context.decide('GRID_STARTING');
      return false;
    }
    if (this.#pool.gt(ZERO)) this.#spreadPool(this.#position, context);
    return true;
  }

  #causeToClear(price: number, context: StrategyContext): ClearCause | undefined {
    if (this.#lines.length === 0) return undefined;
    if (this.#stale) return 'GRID_RELAYING';
    return this.#shouldRecenter(price, context) ? 'GRID_RECENTERING' : undefined;
  }

  /** Compares the plan with the books, once after each start and booking: orders may have closed, amounts may have changed. */
  #sync(context: StrategyContext): void {
    this.#synced = true;
    if (this.#cells.length === 0) {
      this.#pool = context.position.amount;
      return;
    }
    this.#reading.holding = this.#countHolding(context);
    if (adoptOrders(this.#cells, context.openOrders)) this.#dirty = true;
    const claimed = heldByCells(this.#cells).plus(this.#pool);
    const loose = context.position.amount.minus(claimed);
    if (loose.isZero()) return;
    this.#dirty = true;
    if (loose.gt(ZERO)) spread(this.#cells, loose, this.#position, context.instrument);
    else shrink(this.#cells, loose.neg());
  }

  #lay(price: number, context: StrategyContext): boolean {
    const layout = layGrid(this.#params, price, this.#budget, context.instrument);
    if (!layout.ok) {
      context.decide(layout.code, layout.inputs);
      return false;
    }
    this.#lines = layout.lines;
    this.#stake = layout.stake;
    this.#cells = makeCells(layout.lines.length - 1, this.#barMs);
    this.#position = lineBelow(this.#lines, price);
    this.#dirty = true;
    const [lower = 0] = this.#lines;
    const upper = this.#lines.at(-1) ?? 0;
    this.#reading.lower = lower;
    this.#reading.upper = upper;
    const counts = { lines: this.#lines.length, cells: this.#cells.length };
    context.decide('GRID_LAID', { ...counts, lower, upper, stake: toText(this.#stake) });
    if (this.#pool.gt(ZERO)) this.#spreadPool(this.#position, context);
    else if (this.#params.initial_position === 'balanced') this.#start(context);
    return true;
  }

  /** Buys at market what the cells above the price are to sell. Refused: the grid starts with quote only. */
  #start(context: StrategyContext): void {
    const cells = this.#cells.length - (this.#position + 1);
    if (cells <= 0) return;
    context.place({
      purpose: 'entry',
      side: 'buy',
      type: 'market',
      quote: this.#stake.times(cells),
      reason: 'GRID_START',
      inputs: { cells },
      tag: START_TAG,
    });
  }

  #spreadPool(first: number, context: StrategyContext): void {
    if (this.#cells.length === 0) return;
    spread(this.#cells, this.#pool, first, context.instrument);
    this.#pool = ZERO;
    this.#dirty = true;
  }

  #shouldRecenter(price: number, context: StrategyContext): boolean {
    if (this.#params.recenter === 'never') return false;
    const lower = this.#lines[0] ?? 0;
    const upper = this.#lines.at(-1) ?? 0;
    if (price >= lower && price <= upper) return false;
    return this.#countHolding(context) === 0;
  }

  /** Cancels all orders; once none is open, forgets the lines and keeps what is held for the next ones. True when done. */
  #clear(context: StrategyContext, reason: ClearCause): boolean {
    const { price } = this.#reading;
    if (context.openOrders.length > 0) {
      for (const order of context.openOrders) context.cancel(order.intent.intentId, reason);
      const [lower = 0] = this.#lines;
      context.decide(reason, { price, lower, upper: this.#lines.at(-1) ?? 0 });
      return false;
    }
    this.#pool = this.#pool.plus(heldByCells(this.#cells));
    this.#lines = [];
    this.#cells = [];
    this.#stale = false;
    return true;
  }

  #arrange(context: StrategyContext): void {
    const { max_open_orders: maxOpenOrders } = this.#params;
    const plan = arrange(this.#view(context), this.#position, maxOpenOrders);
    let live = plan.live;
    let waiting = 0;
    for (const { cell, wish } of plan.missing) {
      if (live < maxOpenOrders && this.#place(cell, wish, context)) live += 1;
      else waiting += 1;
    }
    const tooFar = plan.surplus.slice(0, Math.max(0, waiting));
    for (const { order } of tooFar) if (order !== undefined) context.cancel(order, 'GRID_WORKING');
    this.#cancelOvertaken(context);
    this.#dirty = waiting > 0;
    this.#reading.holding = plan.holding;
  }

  /** A buy that is still open although its cell holds something to sell and the price has passed the selling line: cancel it. */
  #cancelOvertaken(context: StrategyContext): void {
    for (const { intent } of context.openOrders) {
      const cell = this.#cells.find(({ order }) => order === intent.intentId);
      if (!cell || intent.side !== 'buy' || cell.index >= this.#position) continue;
      if (isHolding(this.#view(context), cell)) context.cancel(intent.intentId, 'GRID_WORKING');
    }
  }

  /** The mirror order of a filled one, at once. The market is where that was filled: the last price may be older. */
  #answer(cell: Cell, { filled, filledQuote }: OrderRecord, context: StrategyContext): void {
    const live = this.#cells.reduce(
      (count, { order }) => (order === undefined ? count : count + 1),
      0,
    );
    if (live >= this.#params.max_open_orders) return;
    const last = toFloat(filledQuote) / toFloat(filled);
    const wish = wishOf(this.#view(context), cell, lineBelow(this.#lines, last));
    if (wish !== 'nothing') this.#place(cell, wish, context, last);
  }

  #place(
    cell: Cell,
    wish: 'buy' | 'sell',
    context: StrategyContext,
    last = context.lastPrice,
  ): boolean {
    if (!cell.backoff.isReady(context.now) || openOrderOf(context.openOrders, cell.tag))
      return false;
    const low = this.#lines[cell.index] ?? 0;
    const high = this.#lines[cell.index + 1] ?? 0;
    const type = this.#params.post_only ? 'limit_maker' : 'limit';
    const prices = { low, high, last, type } as const;
    const placed = context.place(
      wish === 'buy' ? buyOrder(cell, prices, this.#stake) : sellOrder(cell, prices),
    );
    cell.order = placed;
    if (placed === undefined) cell.backoff.refused(context.now);
    return placed !== undefined;
  }

  #decide(context: StrategyContext): void {
    const reading = this.#reading;
    const last = this.#lines.length - 1;
    reading.orders = context.openOrders.length;
    reading.lower = this.#lines[0] ?? 0;
    reading.upper = this.#lines[last] ?? 0;
    reading.below = this.#lines[Math.max(0, this.#position)] ?? 0;
    reading.above = this.#lines[Math.min(last, this.#position + 1)] ?? 0;
    if (this.#position < 0) context.decide('GRID_BELOW', reading);
    else if (this.#position >= last) context.decide('GRID_ABOVE', reading);
    else context.decide('GRID_WORKING', reading);
  }
  #view({ instrument }: StrategyContext): GridView {
    return { lines: this.#lines, cells: this.#cells, instrument };
  }

  #countHolding(context: StrategyContext): number {
    const view = this.#view(context);
    return this.#cells.reduce((count, cell) => (isHolding(view, cell) ? count + 1 : count), 0);
  }
}
