import type { Decimal } from './decimal.ts';
import type { Asset, MarketSymbol } from './ids.ts';

/** Parts of a price: 1.2 is 20 % above it. `up` 0: no upper bound. */
export interface PriceBounds {
  readonly up: number;
  readonly down: number;
}

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
  /** False: market orders may be smaller than that. Absent: they may not. */
  readonly minNotionalAtMarket?: boolean;
  /** Largest price × amount of one order, in quote; absent when the exchange states none. */
  readonly maxNotional?: Decimal;
  /** True: that binds market orders, too. Absent: it does not. */
  readonly maxNotionalAtMarket?: boolean;
  /** Largest price × amount of an order at the market where that has a bound of its own. */
  readonly marketMaxNotional?: Decimal;
  /**
   * Bounds and step of the amount of an order that trades at the market, besides those of all orders. Stops that will trade there
   * are taken for such: whether an exchange holds them to it is not documented. Each absent when the exchange states none.
   */
  readonly marketMinAmount?: Decimal;
  readonly marketMaxAmount?: Decimal;
  readonly marketLotSize?: Decimal;
  /** Lowest and highest limit price and trigger; absent when the exchange states none. */
  readonly minPrice?: Decimal;
  readonly maxPrice?: Decimal;
  /** Bounds of a limit price around the exchange's average price of some minutes, as parts of it; absent: none. */
  readonly priceBand?: { readonly buy: PriceBounds; readonly sell: PriceBounds };
  /** Most orders of the account that may rest on the market, stops among them; absent when the exchange states none. */
  readonly maxOrders?: number;
  /** Most of them that wait for a trigger. */
  readonly maxTriggerOrders?: number;
  /** The same two over all markets of the exchange. */
  readonly maxOrdersInAll?: number;
  readonly maxTriggerOrdersInAll?: number;
  /** Most base the account may hold, what its open buys will bring included; absent when the exchange states none. */
  readonly maxPosition?: Decimal;
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
