/** OKX spot. Sources: rules/okx.ts, and "Get account configuration" of the documentation for the rights of a key. */
import type { CcxtExchange, Endpoints } from '../types.ts';
import { field, listOf, textOf } from '../values.ts';
import { okxFilters } from './filters.ts';
import { genericQuirks } from './generic.ts';
import type { ExchangeQuirks } from './quirks.ts';
import { okxRules } from './rules/okx.ts';

/** `perm` is a list such as `read_only,trade,withdraw`. */
async function permissions(exchange: CcxtExchange): ReturnType<ExchangeQuirks['permissions']> {
  const call = field(exchange, 'privateGetAccountConfig');
  if (typeof call !== 'function') return undefined;
  const answer: unknown = await Reflect.apply(call, exchange, []);
  const [config] = listOf(field(answer, 'data')) ?? [];
  const rights = textOf(field(config, 'perm'))?.split(',');
  return rights === undefined
    ? undefined
    : {
        trading: rights.includes('trade'),
        withdrawals: rights.includes('withdraw'),
        // Funds move between a user's own accounts with the right to trade; to others they go with that to withdraw.
        transfers: rights.includes('withdraw'),
      };
}

export const okx: ExchangeQuirks = {
  ...genericQuirks(okxRules, { defaultType: 'spot', fetchMarkets: { types: ['spot'] } }),
  simulated: {
    urls: ({ http, ws }: Endpoints) => ({ rest: http, ws: `${ws}/ws/v5` }),
    refine: (Base) => Base,
  },
  filtersOf: okxFilters,
  permissions,
};
