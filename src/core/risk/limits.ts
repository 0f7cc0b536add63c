import type { Decimal } from '../domain/decimal.ts';

/** Limits over all strategies. A strategy's own limit is its budget. */
export interface RiskLimits {
  /** Most quote that all strategies together may have at work: cost of positions plus open buys, fees included. */
  readonly maxTotalExposure: Decimal;
  /** Farthest a limit price may lie from the last price, as a fraction of it: 0.05 is 5 %. */
  readonly priceBand: number;
  /** Most orders open at once; entries beyond it are refused, exits never. */
  readonly maxOpenOrders: number;
}
