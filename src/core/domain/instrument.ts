import type { Decimal } from './decimal.ts';
import type { Asset, MarketSymbol } from './ids.ts';

/** A tradable spot market and its trading rules. Prices in quote per base, amounts in base. */
export interface Instrument {
  readonly symbol: MarketSymbol;
  readonly base: Asset;
  readonly quote: Asset;
  /** Price step. > 0. */
  readonly tickSize: Decimal;
  /** Amount step (lot). > 0. */
  readonly lotSize: Decimal;
  /** Smallest amount of one order, in base. ≥ 0. */
  readonly minAmount: Decimal;
  /** Largest amount of one order, in base; absent when the exchange states none. */
  readonly maxAmount?: Decimal;
  /** Smallest price × amount of one order, in quote. ≥ 0. */
  readonly minNotional: Decimal;
  /** Maker fee as a fraction of the notional: 0.001 is 0.1 %. */
  readonly makerFee: Decimal;
  /** Taker fee as a fraction of the notional. */
  readonly takerFee: Decimal;
  /**
   * What the exchange can hold for us until a price is reached: nothing · a stop · a stop and a limit order above it, of which
   * one ends the other (OCO).
   */
  readonly triggers: 'none' | 'stop' | 'oco';
}
