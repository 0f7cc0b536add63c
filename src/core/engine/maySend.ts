/** The last look before an order leaves: what was right when it was planned may not be right any more. */
import type { OrderIntent, OrderRecord } from '../domain/order.ts';
import { brokenRule } from '../risk/brokenRule.ts';
import { placesOf, stopsMax, stopsOn } from './places.ts';
import type { EngineState, MarketState } from './state.ts';

/** The rule of its market that a planned order breaks by now, in words; empty when none. */
export function whyDeny(state: EngineState, { intent }: OrderRecord): string {
  const market = state.markets.get(intent.symbol);
  if (!market) return '';
  const broken = brokenRule(intent, market.instrument, market.lastPrice);
  return broken === '' && intent.type !== 'market' ? whyNoPlace(state, market, intent) : broken;
}

/** The exchange's limits of resting orders may have become narrower, too; this one is counted among them. */
function whyNoPlace(state: EngineState, market: MarketState, { type }: OrderIntent): string {
  const places = placesOf(state, market);
  if (places && places.open > places.most)
    return `EXCHANGE_FULL (open ${places.open}, most ${places.most})`;
  const most = stopsMax(market, state.now) ?? Infinity;
  const stops = type === 'stop' ? stopsOn(state, market.instrument.symbol) : 0;
  return stops > most ? `EXCHANGE_FULL (stops ${stops}, most ${most})` : '';
}

/** Why a planned order must not be sent now; empty when it may. Exits are held back by their own cancel only. */
export function whyNotSend(state: EngineState, order: OrderRecord): string {
  if (order.cancelRequested) return 'cancelled before it was sent';
  if (order.intent.purpose === 'exit') return '';
  if (state.paused !== undefined) return 'entries were paused before it was sent';
  if (state.strategies.get(order.intent.strategyId)?.paused !== undefined)
    return 'its strategy was paused before it was sent';
  const market = state.markets.get(order.intent.symbol);
  if (market && market.haltReason !== '') return 'the market was halted before it was sent';
  return market?.stale === true ? 'market data went stale before it was sent' : '';
}
