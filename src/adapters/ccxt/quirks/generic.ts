import type { CcxtParams } from '../types.ts';
import { orderQuirksOf } from './orderQuirks.ts';
import type { OrderRules } from './orderRules.ts';
import type { ExchangeQuirks } from './quirks.ts';

/** Own trades that every one of these exchanges gives in one answer. */
const FILLS_PER_PAGE = 100;

/** An exchange of which only the rules of its orders are known: everything else goes through ccxt's unified calls. */
export function genericQuirks(rules: OrderRules, options: CcxtParams): ExchangeQuirks {
  return {
    id: rules.exchange,
    options,
    wsOptions: {},
    usedShare: () => undefined,
    listPaths: new Set(),
    rules,
    orders: orderQuirksOf(rules),
    fillPages: { kind: 'byTime', size: FILLS_PER_PAGE },
    permissions: () => Promise.resolve(undefined),
  };
}
