/**
 * The memory of a grid: one cell between each two neighbouring lines. A cell buys at its lower line, sells what it got at its
 * upper line, and begins again; it has at most one live order.
 */
import { z } from 'zod';
import { divide, sumOf, toText, ZERO, type Decimal } from '../../domain/decimal.ts';
import type { IntentId } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { OrderRecord } from '../../domain/order.ts';
import { Backoff, backoffSnapshot } from '../backoff.ts';
import { snapshotDecimal, snapshotIntent } from '../snapshots.ts';

export interface Cell {
  readonly index: number;
  /** Names the cell's orders: `L01` is the lowest. */
  readonly tag: string;
  readonly backoff: Backoff;
  /** Base bought and not yet sold, fees in base taken off. */
  held: Decimal;
  /** The live order; undefined when there is none. */
  order: IntentId | undefined;
  /** Whether what was held at the last look could be sold on that market; not kept, looked at anew when either differs. */
  sellable:
    { readonly held: Decimal; readonly instrument: Instrument; readonly is: boolean } | undefined;
}

export const cellSnapshot = z.strictObject({
  held: snapshotDecimal,
  order: snapshotIntent,
  backoff: backoffSnapshot,
});

export type CellState = z.input<typeof cellSnapshot>;

export function makeCells(count: number, barMs: number): Cell[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    tag: `L${String(index + 1).padStart(2, '0')}`,
    backoff: new Backoff(barMs),
    held: ZERO,
    order: undefined,
    sellable: undefined,
  }));
}

export function snapshotCell(cell: Cell): CellState {
  return {
    held: toText(cell.held),
    order: cell.order ?? null,
    backoff: cell.backoff.snapshot(),
  };
}

export function restoreCell(cell: Cell, state: z.output<typeof cellSnapshot>): void {
  cell.held = state.held;
  cell.order = state.order ?? undefined;
  cell.backoff.restore(state.backoff);
}

export function heldByCells(cells: readonly Cell[]): Decimal {
  return sumOf(cells.map((cell) => cell.held));
}

/** Everything was sold from outside, and no order is open. */
export function empty(cells: readonly Cell[]): void {
  for (const cell of cells) {
    cell.held = ZERO;
    cell.order = undefined;
    cell.backoff.accepted();
  }
}

/** The cell an order belongs to; one of a grid that was laid anew meanwhile goes to the top cell. */
export function cellOf(cells: readonly Cell[], order: OrderRecord): Cell | undefined {
  return cells.find((cell) => cell.tag === order.intent.tag) ?? cells.at(-1);
}

/** Takes over which orders are really open. True when anything was different. */
export function adoptOrders(cells: readonly Cell[], orders: readonly OrderRecord[]): boolean {
  let changed = false;
  for (const cell of cells) {
    const open = orders.find((order) => order.intent.tag === cell.tag)?.intent.intentId;
    if (open === cell.order) continue;
    cell.order = open;
    changed = true;
  }
  return changed;
}

/**
 * Spreads base over the cells from `first` up, evenly and in whole lots; the rest of the division goes to the lowest of them.
 * They sell it at their upper lines.
 */
export function spread(
  cells: readonly Cell[],
  amount: Decimal,
  first: number,
  instrument: Instrument,
): void {
  const from = Math.max(0, Math.min(first, cells.length - 1));
  const { lotSize } = instrument;
  const lots = divide(amount, lotSize.times(cells.length - from), 0, 'floor');
  const share = lots.times(lotSize);
  let rest = amount;
  for (const cell of cells.slice(from + 1)) {
    cell.held = cell.held.plus(share);
    rest = rest.minus(share);
  }
  const lowest = cells[from];
  if (lowest) lowest.held = lowest.held.plus(rest);
}

/** Takes base off the cells, from the top down: they claim more than there is. */
export function shrink(cells: readonly Cell[], amount: Decimal): void {
  let rest = amount;
  for (const cell of cells.toReversed()) {
    if (rest.lte(ZERO)) return;
    const taken = cell.held.lt(rest) ? cell.held : rest;
    if (taken.lte(ZERO)) continue;
    cell.held = cell.held.minus(taken);
    rest = rest.minus(taken);
  }
}
