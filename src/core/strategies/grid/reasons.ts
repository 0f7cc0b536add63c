import type { ReasonCatalogue } from '../../domain/reasons.ts';

export const GRID_REASONS = {
  GRID_LAID: {
    severity: 'action',
    text: 'grid laid: {lines} lines from {lower} to {upper}, {stake} in each of {cells} cells',
  },
  GRID_STARTING: {
    severity: 'info',
    text: 'buying what the lines above the price are to sell',
  },
  GRID_WORKING: {
    severity: 'info',
    text: 'price {price} is between the lines {below} and {above}; {orders} orders open, {holding} cells holding',
  },
  GRID_ABOVE: {
    severity: 'info',
    text: 'price {price} is above the highest line {upper}; {orders} orders open, {holding} cells holding',
  },
  GRID_BELOW: {
    severity: 'info',
    text: 'price {price} is below the lowest line {lower}; {orders} orders open, {holding} cells holding',
  },
  GRID_RECENTERING: {
    severity: 'action',
    text: 'price {price} has left the range {lower} … {upper} and nothing is held: the grid is laid anew',
  },
  GRID_RELAYING: {
    severity: 'action',
    text: 'the range or the lines were changed in the file: orders are cancelled, then the grid is laid anew',
  },
  GRID_STAKE_TOO_SMALL: {
    severity: 'refusal',
    text: 'no grid: a cell would get {stake}, too little to sell again (minimum notional {minNotional}); use fewer lines or more budget',
  },
  GRID_SPACING_TOO_SMALL: {
    severity: 'refusal',
    text: 'no grid: lines {spacing} apart do not cover two fees ({fees}) or one price step; use fewer lines or a wider range',
  },
  GRID_BUY: { severity: 'action', text: 'buy at line {line}, to be sold at {sellAt}' },
  GRID_SELL: { severity: 'action', text: 'sell at line {line} what was bought at {boughtAt}' },
  GRID_START: {
    severity: 'action',
    text: 'buy of what {cells} cells above the price are to sell',
  },
} satisfies ReasonCatalogue;
