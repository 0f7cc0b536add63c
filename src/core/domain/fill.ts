import type { Decimal } from './decimal.ts';
import type { Asset, ClientOrderId, ExchangeOrderId, MarketSymbol, TradeId } from './ids.ts';
import type { Side } from './side.ts';
import type { Millis } from './time.ts';

export type Liquidity = 'maker' | 'taker' | 'unknown';

/** One execution. Identity is (exchange, account, symbol, tradeId, side): the same fill seen twice counts once. */
export interface Fill {
  readonly tradeId: TradeId;
  readonly symbol: MarketSymbol;
  readonly exchangeOrderId: ExchangeOrderId;
  /** Absent when the exchange's trade rows do not carry it; then matched by exchangeOrderId. */
  readonly clientOrderId?: ClientOrderId;
  readonly side: Side;
  readonly price: Decimal;
  /** Base amount, > 0. */
  readonly amount: Decimal;
  /** Fee charged, ≥ 0 (a rebate is negative), in `feeAsset`. */
  readonly fee: Decimal;
  readonly feeAsset: Asset;
  readonly liquidity: Liquidity;
  /** Exchange time of the execution. */
  readonly at: Millis;
}

/** Free and locked balance of one asset at the exchange. */
export interface Balance {
  readonly asset: Asset;
  readonly free: Decimal;
  readonly locked: Decimal;
}
