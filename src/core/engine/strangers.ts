/** Orders and fills at the exchange that are not ours. They are noted once, left alone, and halt their symbol. */
import { toText } from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { OrderReport } from '../domain/order.ts';
import { clientOrderIdIsOurs } from '../orders/clientOrderId.ts';
import { halt } from './halts.ts';
import type { EngineState } from './state.ts';

/** Strangers remembered, so that each is noted once; beyond that many they are noted again. */
const FOREIGN_MAX = 1_000;

/** An order of our making that the journal lacks is a stranger too: most likely an old copy of the journal was put back. */
export function noteForeignOrder(state: EngineState, report: OrderReport): void {
  const { exchangeOrderId, clientOrderId, symbol, status, filled } = report;
  const market = state.markets.get(symbol);
  if (!market || !isNewForeign(state, `order ${symbol} ${exchangeOrderId}`)) return;
  const inputs = {
    exchangeOrderId,
    symbol,
    ...(clientOrderId !== undefined && { clientOrderId }),
  };
  state.out.note({ at: state.now, code: 'FOREIGN_ORDER', symbol, inputs });
  const what = clientOrderIdIsOurs(clientOrderId ?? '')
    ? 'was made by Plimsoll but is not in this journal (an old copy put back?)'
    : 'is not ours';
  // One that ended without a fill has moved nothing.
  if (status === 'open' || !filled.isZero())
    halt(state, market, `order ${exchangeOrderId} ${what}`);
}

/** A fill may be ahead of the news that its order was placed; it comes again when the order is known, so it is not judged yet. */
export function noteForeignFill(state: EngineState, fill: Fill): void {
  const { tradeId, symbol, side, amount } = fill;
  const market = state.markets.get(symbol);
  const open = market?.strategies.flatMap((runtime) => runtime.openOrders) ?? [];
  if (!market || open.some((order) => order.exchangeOrderId === undefined)) return;
  if (!isNewForeign(state, nameOf(fill))) return;
  const inputs = { tradeId, symbol, side, amount: toText(amount) };
  state.out.note({ at: state.now, code: 'FOREIGN_FILL', symbol, inputs });
  // An older one may be from before there were books; what it has moved since shows in the balances.
  if (fill.at >= state.armedAt) halt(state, market, `fill ${tradeId} belongs to no order of ours`);
}

/** True when the fill was noted as one that belongs to no order of ours. */
export function isForeignFill({ foreign }: EngineState, fill: Fill): boolean {
  return foreign.has(nameOf(fill));
}

function nameOf({ symbol, tradeId, side }: Fill): string {
  return `fill ${symbol} ${tradeId} ${side}`;
}

/** True the first time this is asked of something that is not ours. */
function isNewForeign({ foreign }: EngineState, name: string): boolean {
  if (foreign.has(name)) return false;
  if (foreign.size >= FOREIGN_MAX) foreign.clear();
  foreign.add(name);
  return true;
}
