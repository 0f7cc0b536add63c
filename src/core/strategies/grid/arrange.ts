/** Which orders a grid should have: the ones nearest to the price, at most so many. Pure. */
import { ZERO } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { isSellable } from '../inventory.ts';
import type { Cell } from './cells.ts';

/** What a cell would do at this price. */
export type Wish = 'buy' | 'sell' | 'nothing';

/** The grid as it stands. */
export interface GridView {
  readonly lines: readonly number[];
  readonly cells: readonly Cell[];
  readonly instrument: Instrument;
}

/** A cell that holds something sellable sells; an empty one buys when its lower line is below the price. */
export function wishOf(view: GridView, cell: Cell, lineBelow: number): Wish {
  if (isHolding(view, cell)) return 'sell';
  return cell.index <= lineBelow ? 'buy' : 'nothing';
}

export function isHolding({ lines, instrument }: GridView, cell: Cell): boolean {
  const { held, sellable } = cell;
  if (held === ZERO) return false;
  if (sellable?.held === held && sellable.instrument === instrument) return sellable.is;
  const is = held.gt(ZERO) && isSellable(held, lines[cell.index + 1] ?? 0, instrument);
  cell.sellable = { held, instrument, is };
  return is;
}

export interface Arrangement {
  /** Cells that should have an order and have none, nearest first. */
  readonly missing: readonly { readonly cell: Cell; readonly wish: 'buy' | 'sell' }[];
  /** Cells whose live orders are farther away than the wanted ones, farthest first. */
  readonly surplus: readonly Cell[];
  readonly live: number;
  readonly holding: number;
}

interface Ranked {
  readonly cell: Cell;
  readonly wish: Wish;
  readonly distance: number;
}

/** Lines between the price and the order. A sell whose line the price has passed can trade at once: nearest of all. */
function distanceOf(cell: Cell, wish: Wish, lineBelow: number): number {
  if (wish !== 'sell') return Math.abs(cell.index - lineBelow - 0.5);
  return Math.max(0, cell.index + 1 - lineBelow - 0.5);
}

/**
 * Ranks cells by how many lines their order lies away from the price (not by the price itself: the ranking changes only when
 * a line is crossed).
 */
export function arrange(view: GridView, lineBelow: number, maxOpenOrders: number): Arrangement {
  const ranked: Ranked[] = [];
  let live = 0;
  let holding = 0;
  for (const cell of view.cells) {
    const wish = wishOf(view, cell, lineBelow);
    if (wish === 'sell') holding += 1;
    if (cell.order !== undefined) live += 1;
    if (wish === 'nothing' && cell.order === undefined) continue;
    ranked.push({ cell, wish, distance: distanceOf(cell, wish, lineBelow) });
  }
  ranked.sort((a, b) => a.distance - b.distance || a.cell.index - b.cell.index);
  const missing: { readonly cell: Cell; readonly wish: 'buy' | 'sell' }[] = [];
  for (const { cell, wish } of ranked.slice(0, maxOpenOrders)) {
    if (cell.order === undefined && wish !== 'nothing') missing.push({ cell, wish });
  }
  const surplus = ranked
    .slice(maxOpenOrders)
    .map(({ cell }) => cell)
    .filter((cell) => cell.order !== undefined)
    .reverse();
  return { missing, surplus, live, holding };
}
