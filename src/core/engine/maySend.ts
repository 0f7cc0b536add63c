/** The last look before an order leaves: what was right when it was planned may not be right any more. */
import type { OrderRecord } from '../domain/order.ts';
import { brokenRule } from '../risk/brokenRule.ts';
import type { EngineState } from './state.ts';

/** The rule of its market that a planned order breaks by now, in words; empty when none. */
export function whyDeny({ markets }: EngineState, { intent }: OrderRecord): string {
  const market = markets.get(intent.symbol);
  return market ? brokenRule(intent, market.instrument) : '';
}

/** Why a planned order must not be sent now; empty when it may. Exits are held back by their own cancel only. */
export function whyNotSend(state: EngineState, order: OrderRecord): string {
  if (order.cancelRequested) return 'cancelled before it was sent';
  if (order.intent.purpose === 'exit') return '';
  if (state.paused !== undefined) return 'entries were paused before it was sent';
  const market = state.markets.get(order.intent.symbol);
  if (market && market.haltReason !== '') return 'the market was halted before it was sent';
  return market?.stale === true ? 'market data went stale before it was sent' : '';
}
