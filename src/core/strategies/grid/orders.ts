/** The two orders a cell of a grid can ask for. */
import type { Decimal } from '../../domain/decimal.ts';
import type { Proposal } from '../../domain/order.ts';
import type { Cell } from './cells.ts';

interface CellPrices {
  /** Price of the cell's lower line, where it buys. */
  readonly low: number;
  /** Price of its upper line, where it sells. */
  readonly high: number;
  /** Last price of the market. */
  readonly last: number;
  readonly type: Proposal['type'];
}

/**
 * How far under the last price a sell may go whose line the price has passed already: enough to trade at once, and well inside
 * any price band (the narrowest that can be configured is 0.1 %).
 */
const OVERTAKEN_SLACK = 0.001;

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

/**
 * Sells all that the cell holds at its upper line; risk rounds it down to lots. When the market is above the line already, it
 * sells at the market instead: a limit far from the last price would be refused.
 */
export function sellOrder(cell: Cell, { low, high, last, type }: CellPrices): Proposal {
  const market = type === 'limit_maker' ? last : last * (1 - OVERTAKEN_SLACK);
  return {
    purpose: 'exit',
    side: 'sell',
    type,
    price: market > high ? market : high,
    amount: cell.held,
    reason: 'GRID_SELL',
    inputs: { line: cell.index + 2, boughtAt: low },
    tag: cell.tag,
  };
}
