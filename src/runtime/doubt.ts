/** Orders of which executions may be missing in the books, and what that says about balances. */
import { ZERO } from '../core/domain/decimal.ts';
import type { Balance } from '../core/domain/fill.ts';
import type { Asset } from '../core/domain/ids.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import { accountOf } from '../core/ledger/ledger.ts';
import { hasFillGap } from '../core/orders/lifecycle.ts';
import type { Session } from './session.ts';

/** True while it may have traded without our having been told. */
export function mayLackFills(order: OrderRecord): boolean {
  return order.state === 'UNKNOWN' || order.state === 'SENDING' || hasFillGap(order);
}

/** The exchange's balances, and of which assets nothing can be said yet. */
export interface Comparable {
  readonly balances: readonly Balance[];
  /** Base and quote of markets with an order that may lack fills: the balances of these are the ledger's own. */
  readonly unjudged: readonly Asset[];
}

/**
 * The exchange's balances as far as they can be compared with the ledger. Whether the others agree shows when it is known what became
 * of the orders.
 */
export function comparable(session: Session, balances: readonly Balance[]): Comparable {
  const { markets, ledger } = session.state;
  const doubted = new Set<Asset>();
  for (const { intent } of session.liveOrders().filter(mayLackFills)) {
    const { base, quote } = markets.get(intent.symbol)?.instrument ?? {};
    if (base !== undefined) doubted.add(base);
    if (quote !== undefined) doubted.add(quote);
  }
  const unjudged = [...doubted];
  if (unjudged.length === 0) return { balances, unjudged };
  const own = unjudged.map((asset) => {
    const { total } = accountOf(ledger, asset);
    return { asset, free: total, locked: ZERO };
  });
  return { balances: [...balances.filter(({ asset }) => !doubted.has(asset)), ...own], unjudged };
}
