/** The two orders a cell of a grid can ask for. */
import type { Decimal } from '../../domain/decimal.ts';
import type { OrderType, Proposal } from '../../domain/order.ts';
import type { Cell } from './cells.ts';

interface CellPrices {
  /** Price of the cell's lower line, where it buys. */
  readonly low: number;
  /** Price of its upper line, where it sells. */
  readonly high: number;
  readonly type: OrderType;
}

/** Spends the cell's stake at its lower line. */
export function buyOrder(cell: Cell, { low, high, type }: CellPrices, stake: Decimal): Proposal {
  return {
    purpose: 'entry',
    side: 'buy',
    type,
    price: low,
    quote: stake,
    reason: 'GRID_BUY',
    inputs: { line: cell.index + 1, sellAt: high },
    tag: cell.tag,
  };
}

/** Sells all that the cell holds at its upper line; risk rounds it down to lots. */
export function sellOrder(cell: Cell, { low, high, type }: CellPrices): Proposal {
  return {
    purpose: 'exit',
    side: 'sell',
    type,
    price: high,
    amount: cell.held,
    reason: 'GRID_SELL',
    inputs: { line: cell.index + 2, boughtAt: low },
    tag: cell.tag,
  };
}
