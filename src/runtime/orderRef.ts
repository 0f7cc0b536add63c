/** How an order of ours is named to the exchange. */
import type { OrderRecord } from '../core/domain/order.ts';
import type { OrderRef } from '../ports/exchangeGateway.ts';
import type { Session } from './session.ts';

/** Market time reaches us by several ways: an execution may be stamped a little before the event that led to its order. */
const MARKET_SKEW_MS = 60_000;

export function orderRef({ intent, exchangeOrderId }: OrderRecord): OrderRef {
  const { symbol, clientOrderId, createdAt } = intent;
  const ref = { symbol, clientOrderId, since: createdAt - MARKET_SKEW_MS };
  return exchangeOrderId === undefined ? ref : { ...ref, exchangeOrderId };
}

/** The same for a look-up, which may pass over what the books have as other orders. */
export function lookupRef(order: OrderRecord, session: Session): OrderRef {
  return { ...orderRef(order), isOther: (id) => session.isOther(order, id) };
}
