/**
 * Places at the exchange: how many orders rest on a market, how many may, and whose stops are among them. Of more stops than
 * the exchange holds, those nearest to the price rest there, which are the highest; the others are kept here, and move up as room comes.
 */
import { add, floorToStep, maxOf, subtract, ZERO, type Decimal } from '../domain/decimal.ts';
import type { MarketSymbol } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderRecord } from '../domain/order.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { isTerminal } from '../orders/transitions.ts';
import { accountOf } from '../ledger/ledger.ts';
import { presentOf } from '../ledger/ledger.ts';
import type { Places } from '../risk/view.ts';
import type { EngineState, MarketState, StrategyRuntime } from './state.ts';

/** Market time for which a refusal for want of a place is believed: somebody else's orders may fill them. */
const CROWDED_MS = 15 * MINUTE_MS;

/** Orders that may rest on a market, ours at most; undefined when the exchange states no limit. */
export function placesOf(state: EngineState, market: MarketState): Places | undefined {
  const { symbol, maxOrders, maxOrdersInAll } = market.instrument;
  if (maxOrders === undefined && maxOrdersInAll === undefined) return undefined;
  const open = count(state, (order) => order.intent.symbol === symbol && rests(order));
  const inAll = maxOrdersInAll === undefined ? Infinity : maxOrdersInAll - count(state, rests);
  const most = Math.min(maxOrders ?? Infinity, open + inAll);
  return { open, most, kept: keptFor(market) };
}

/** Places that the guards of a market's strategies may still need. */
function keptFor({ strategies, instrument }: MarketState): number {
  if (instrument.triggers === 'none') return 0;
  let kept = 0;
  for (const { spec, orders } of strategies) {
    if (spec.stopLoss === undefined) continue;
    const legs = instrument.triggers === 'oco' && spec.takeProfit !== undefined ? 2 : 1;
    kept += Math.max(0, legs - orders.guards.length);
  }
  return kept;
}

/** Base that the account may still buy; undefined when the exchange states no limit. */
export function positionRoomOf(state: EngineState, instrument: Instrument): Decimal | undefined {
  const { maxPosition, base } = instrument;
  if (maxPosition === undefined) return undefined;
  let room = subtract(maxPosition, accountOf(state.ledger, base).total);
  for (const { intent, filled } of state.orders.live()) {
    const isBuy = intent.side === 'buy';
    if (isBuy && state.markets.get(intent.symbol)?.instrument.base === base)
      room = subtract(room, subtract(intent.amount, filled));
  }
  return maxOf(room, ZERO);
}

/** How many stops of ours the exchange holds on a market at most; undefined when as many as there are. */
export function stopsMax({ instrument, crowded }: MarketState, now: number): number | undefined {
  const learned = now < crowded.until ? crowded.stops : Infinity;
  const most = Math.min(instrument.maxTriggerOrders ?? Infinity, learned);
  return most === Infinity ? undefined : most;
}

/** The exchange has refused a stop for want of a place: for a while it is held to hold no more than it does now. */
export function learnCrowded(state: EngineState, market: MarketState): void {
  const stops = stopsOn(state, market.instrument.symbol);
  market.crowded = { stops, until: state.now + CROWDED_MS };
}

/** Whether a strategy's stop is among those that the exchange should hold. */
export function isAmongNearest(state: EngineState, runtime: StrategyRuntime): boolean {
  const { market } = runtime;
  const most = stopsMax(market, state.now);
  if (most === undefined || most >= market.strategies.length) return true;
  return nearerOnes(runtime) < most;
}

/** Strategies of its market whose stops are nearer to the price than a strategy's, and have something to stop. */
export function nearerOnes(runtime: StrategyRuntime): number {
  const isNearer = (other: StrategyRuntime): boolean =>
    other.stopPrice > runtime.stopPrice ||
    (other.stopPrice === runtime.stopPrice && other.spec.id < runtime.spec.id);
  return runtime.market.strategies.filter(
    (other) => other !== runtime && needsStop(other) && isNearer(other),
  ).length;
}

/** Whether there is a place for one more stop right now: those being cancelled still have theirs. */
export function hasPlaceForStop(state: EngineState, market: MarketState): boolean {
  const { symbol, maxTriggerOrdersInAll = Infinity } = market.instrument;
  const most = stopsMax(market, state.now) ?? Infinity;
  if (most < Infinity && stopsOn(state, symbol) >= most) return false;
  return maxTriggerOrdersInAll === Infinity || count(state, isStop) < maxTriggerOrdersInAll;
}

/** Whether a strategy holds what a stop could sell. */
export function needsStop(runtime: StrategyRuntime): boolean {
  return runtime.stopping === undefined && couldBeStopped(runtime);
}

/** The same, whether it is being taken out of the market or not. */
export function couldBeStopped({ stopPrice, holding, market }: StrategyRuntime): boolean {
  if (stopPrice === 0) return false;
  const { lotSize, minAmount } = market.instrument;
  const lots = floorToStep(presentOf(holding), lotSize);
  return lots.gt(ZERO) && lots.gte(minAmount);
}

/** Stops of ours on a market that are not proved ended. */
export function stopsOn(state: EngineState, symbol: MarketSymbol): number {
  return count(state, (order) => isStop(order) && order.intent.symbol === symbol);
}

function isStop({ intent }: OrderRecord): boolean {
  return intent.type === 'stop';
}

function rests({ intent }: OrderRecord): boolean {
  return intent.type !== 'market';
}

function count({ orders }: EngineState, isCounted: (order: OrderRecord) => boolean): number {
  let found = 0;
  // Within a step one may have ended that is not taken out yet.
  for (const order of orders.live()) if (isCounted(order) && !isTerminal(order.state)) found += 1;
  return found;
}

/** Base that sells of a strategy at the exchange would deliver if its stop were reached. */
export function guardedAmount({ openOrders }: StrategyRuntime): Decimal {
  let sum = ZERO;
  for (const { intent, state, filled } of openOrders)
    if (intent.type === 'stop' && (state === 'ACKED' || state === 'PARTIAL'))
      sum = add(sum, subtract(intent.amount, filled));
  return sum;
}
