/** Orders and fills at the exchange that are not ours. They are noted once and halt their symbol; what they hold is left to them. */
import { toText } from '../domain/decimal.ts';
import type { UnlistedEvent } from '../domain/events.ts';
import type { Fill } from '../domain/fill.ts';
import type { OrderReport } from '../domain/order.ts';
import { strangerKey } from '../domain/stranger.ts';
import { clientOrderIdIsOurs, isOfInstance } from '../orders/clientOrderId.ts';
import { tend } from './guards.ts';
import { halt } from './halts.ts';
import { noteLack } from './locks.ts';
import type { EngineState, MarketState, StrategyRuntime } from './state.ts';
import { advanceStop } from './stopping.ts';
import { placeOrWait } from './waiting.ts';

/** Strangers remembered, so that each is noted once; beyond that many they are noted again. */
const FOREIGN_MAX = 1_000;

/** Open strangers remembered; of more than that it is not known what they hold. */
const STRANGERS_MAX = 1_000;

/** An order of our making that the journal lacks is a stranger too: most likely an old copy of the journal was put back. */
export function noteForeignOrder(state: EngineState, report: OrderReport): void {
  const { exchangeOrderId, clientOrderId, symbol, status, filled } = report;
  const market = state.markets.get(symbol);
  if (!market) return;
  remember(state, report);
  heedStrangers(state, market);
  if (!isNewForeign(state, `order ${symbol} ${exchangeOrderId}`)) return;
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

/** The exchange lists its open orders without these. */
export function onUnlisted(state: EngineState, event: UnlistedEvent): void {
  const { symbol, exchangeOrderIds } = event;
  const market = state.markets.get(symbol);
  let isLess = false;
  for (const id of exchangeOrderIds)
    isLess = state.strangers.delete(strangerKey(symbol, id)) || isLess;
  if (market && isLess) heedStrangers(state, market);
}

/** It is in our books after all: news of it may be ahead of the answer to its request. */
export function knowStranger(state: EngineState, { symbol, exchangeOrderId }: OrderReport): void {
  if (state.strangers.size > 0) state.strangers.delete(strangerKey(symbol, exchangeOrderId));
}

function remember({ strangers, instanceId, now }: EngineState, report: OrderReport): void {
  const { exchangeOrderId, clientOrderId, symbol, status, filled, terms } = report;
  const key = strangerKey(symbol, exchangeOrderId);
  const known = strangers.get(key);
  if (status !== 'open') strangers.delete(key);
  else if (known) {
    known.terms = terms ?? known.terms;
    known.filled = filled;
  } else if (strangers.size < STRANGERS_MAX)
    strangers.set(key, {
      ...{ symbol, exchangeOrderId, clientOrderId, terms, filled, since: now },
      isLost: isOfInstance(clientOrderId ?? '', instanceId),
      ...{ asked: 0, askAgainAt: 0 },
    });
}

/** What is to be sold or guarded follows what strangers leave of a coin, at once. */
function heedStrangers(state: EngineState, { instrument: { base } }: MarketState): void {
  const wasLacking = state.locked.has(base);
  noteLack(state, base);
  if (!wasLacking && !state.locked.has(base)) return;
  for (const runtime of state.strategies.values())
    if (runtime.market.instrument.base === base) goOn(state, runtime);
}

function goOn(state: EngineState, runtime: StrategyRuntime): void {
  const { lockedExit } = runtime;
  advanceStop(state, runtime);
  if (lockedExit && !runtime.stopping) placeOrWait(state, runtime, lockedExit);
  tend(state, runtime);
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
