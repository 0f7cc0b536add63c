/**
 * Bybit spot. Source of what is more than rules/bybit.ts: "Get Trade History" of the documentation (execution list: `execFee` and
 * `feeCurrency`, "Trading fee currency"; the stream of executions has `feeCoin`).
 */
import { DAY_MS } from '../../../core/domain/time.ts';
import { feeOf, mergeFees, unifiedFees } from '../fees.ts';
import type { FeeReader } from '../fees.ts';
import { field, textOf } from '../values.ts';
import { bybitFilters } from './filters.ts';
import { genericQuirks } from './generic.ts';
import type { ExchangeQuirks } from './quirks.ts';
import { bybitRules } from './rules/bybit.ts';

/** ccxt looks for the stream's word alone and guesses from the side otherwise, so that a fee in MNT counted as one in the coin. */
const readFees: FeeReader = (trade) => {
  const row = field(trade, 'info');
  const currency = textOf(field(row, 'feeCurrency')) ?? textOf(field(row, 'feeCoin'));
  if (currency === undefined) return unifiedFees(trade);
  const fee = feeOf(currency, field(row, 'execFee'));
  return fee === undefined ? undefined : mergeFees([fee]);
};

export const bybit: ExchangeQuirks = {
  ...genericQuirks(
    bybitRules,
    { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
    {
      // "Get Trade History": a start alone means the seven days after it.
      windowMs: 7 * DAY_MS,
    },
  ),
  readFees,
  filtersOf: bybitFilters,
};
