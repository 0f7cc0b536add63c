import { ZERO, type Decimal } from './decimal.ts';
import type { Asset, ClientOrderId, ExchangeOrderId, MarketSymbol, TradeId } from './ids.ts';
import type { Side } from './side.ts';
import type { Millis } from './time.ts';

export type Liquidity = 'maker' | 'taker' | 'unknown';

/** An amount that was charged, > 0, or paid back, < 0. */
export interface Fee {
  readonly asset: Asset;
  readonly amount: Decimal;
}

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
  /** What was charged besides, each in an asset of its own that is not `feeAsset`; absent when nothing was. */
  readonly moreFees?: readonly Fee[];
  readonly liquidity: Liquidity;
  /** Exchange time of the execution. */
  readonly at: Millis;
  /** False: the bar it was made from leaves open whether it happened. Absent: it did. */
  readonly certain?: false;
}

/** Everything that was charged for an execution, by asset; empty when nothing was. */
export function feesOf({ fee, feeAsset, moreFees = [] }: Fill): readonly Fee[] {
  return fee.isZero() ? moreFees : [{ asset: feeAsset, amount: fee }, ...moreFees];
}

/** What was charged in one asset; zero when nothing was. */
export function feeIn({ fee, feeAsset, moreFees }: Fill, asset: Asset): Decimal {
  if (feeAsset === asset) return fee;
  return moreFees?.find((other) => other.asset === asset)?.amount ?? ZERO;
}

/** Free and locked balance of one asset at the exchange. */
export interface Balance {
  readonly asset: Asset;
  readonly free: Decimal;
  readonly locked: Decimal;
}
