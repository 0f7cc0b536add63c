import type { CcxtParams } from '../types.ts';
import { orderQuirksOf } from './orderQuirks.ts';
import type { OrderRules } from './orderRules.ts';
import type { ExchangeQuirks, FillPaging } from './quirks.ts';

/** Own trades in a full answer, where an exchange is asked for as many. */
const FILLS_PER_PAGE = 100;

type TimePaging = Extract<FillPaging, { readonly kind: 'byTime' }>;

/** An exchange of which only the rules of its orders are known: everything else goes through ccxt's unified calls. */
export function genericQuirks(
  rules: OrderRules,
  options: CcxtParams,
  fillPages: Partial<TimePaging> = {},
): ExchangeQuirks {
  return {
    id: rules.exchange,
    options,
    wsOptions: {},
    usedShare: () => undefined,
    listPaths: new Set(),
    rules,
    orders: orderQuirksOf(rules),
    fillPages: { kind: 'byTime', size: FILLS_PER_PAGE, ...fillPages },
    permissions: () => Promise.resolve(undefined),
  };
}
