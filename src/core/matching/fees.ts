/** What an execution costs. */
import type { Decimal } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Liquidity } from '../domain/fill.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';

/** `received`: in the asset the trade brings in, base for buys and quote for sells, as Binance does. `quote`: always in quote. */
export type FeeAsset = 'received' | 'quote';

export interface Fee {
  readonly amount: Decimal;
  readonly asset: Asset;
}

/** The exact fee of one execution. Unknown liquidity pays the taker's rate. */
export function feeOf(
  execution: {
    readonly side: Side;
    readonly price: Decimal;
    readonly amount: Decimal;
    readonly liquidity: Liquidity;
  },
  instrument: Instrument,
  feeIn: FeeAsset,
): Fee {
  const rate = execution.liquidity === 'maker' ? instrument.makerFee : instrument.takerFee;
  const isInBase = feeIn === 'received' && execution.side === 'buy';
  return isInBase
    ? { amount: execution.amount.times(rate), asset: instrument.base }
    : { amount: execution.price.times(execution.amount).times(rate), asset: instrument.quote };
}
