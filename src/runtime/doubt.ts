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

/**
 * The exchange's balances as far as they can be compared with the ledger: in base and quote of a market with an order that may lack
 * fills, the ledger's own. Whether those agree shows when it is known what became of the order.
 */
export function comparable(session: Session, balances: readonly Balance[]): readonly Balance[] {
  const { markets, ledger } = session.state;
  const doubted = new Set<Asset>();
  for (const { intent } of session.liveOrders().filter(mayLackFills)) {
    const { base, quote } = markets.get(intent.symbol)?.instrument ?? {};
    if (base !== undefined) doubted.add(base);
    if (quote !== undefined) doubted.add(quote);
  }
  if (doubted.size === 0) return balances;
  const own = [...doubted].map((asset) => {
    const { total } = accountOf(ledger, asset);
    return { asset, free: total, locked: ZERO };
  });
  return [...balances.filter(({ asset }) => !doubted.has(asset)), ...own];
}
