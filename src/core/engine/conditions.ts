/** What of the engine's state a person must act on, while it lasts. Pure: nothing is remembered here. */
import type { AttentionCode, Condition } from '../domain/attention.ts';
import { floorToStep, subtract, toText, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { OrderRecord } from '../domain/order.ts';
import { PAUSED } from '../domain/switch.ts';
import { presentOf } from '../ledger/ledger.ts';
import { baseMarkets, heldOfAsset, missingOf, thereOf } from './cover.ts';
import { isRemoved } from '../strategies/caretaker.ts';
import { HOLD } from './halts.ts';
import { lackOf } from './locks.ts';
import type { EngineState, MarketState, StrategyRuntime } from './state.ts';

/** One refused sell may be bad luck and is asked for again at once. */
const REFUSALS_MIN = 2;
/** Market time that taking a strategy out of the market may take before it is worth a look. */
const STOPPING_MS_MAX = 2 * MINUTE_MS;

export function engineConditions(state: EngineState): Condition[] {
  return [
    ...pauseOf(state),
    ...[...state.markets.values()].flatMap(haltOf),
    ...[...state.strategies.values()].flatMap((runtime) => strategyConditions(state, runtime)),
    ...quarantined(state),
    ...phantoms(state),
    ...lacks(state),
    ...lostOrders(state),
  ];
}

function pauseOf({ paused }: EngineState): Condition[] {
  if (!paused) return [];
  const { reason, since } = paused;
  return [{ code: 'entries.paused', sinceMarket: since, inputs: { reason } }];
}

function haltOf({ instrument, haltReason, haltedAt }: MarketState): Condition[] {
  if (haltReason === '') return [];
  const [code, reason] = kindOfHalt(haltReason);
  return [{ code, symbol: instrument.symbol, sinceMarket: haltedAt, inputs: { reason } }];
}

function kindOfHalt(haltReason: string): readonly [AttentionCode, string] {
  if (haltReason.startsWith(HOLD)) return ['symbol.on_hold', haltReason.slice(HOLD.length)];
  if (haltReason.startsWith(PAUSED)) return ['symbol.paused', haltReason.slice(PAUSED.length)];
  return ['symbol.halted', haltReason];
}

function strategyConditions(state: EngineState, runtime: StrategyRuntime): Condition[] {
  const { spec, failure, decision, guard, exits, paused } = runtime;
  const held = heldOf(runtime);
  const about = { strategy: spec.id, symbol: spec.symbol };
  const found: Condition[] = [];
  if (failure !== '')
    found.push({
      ...about,
      code: 'strategy.failed',
      sinceMarket: decision.at,
      inputs: { message: failure },
    });
  // One that is not configured enters nothing in any case.
  if (paused && !isRemoved(spec))
    found.push({
      ...about,
      code: 'strategy.paused',
      sinceMarket: paused.since,
      inputs: { reason: paused.reason },
    });
  if (held === undefined) return found;
  if (exits.failures >= REFUSALS_MIN)
    found.push({
      ...about,
      code: 'exit.refused',
      sinceMarket: exits.since,
      inputs: { ...held, times: exits.failures, message: exits.message },
    });
  if (guard.alarmed)
    found.push({
      ...about,
      code: 'position.unprotected',
      sinceMarket: guard.exposedSince,
      inputs: held,
    });
  return [...found, ...stoppingOf(state, runtime, held)];
}

type Held = { readonly amount: string; readonly base: Asset };

/** What could be sold; undefined when that is nothing. */
function heldOf({ holding, market: { instrument } }: StrategyRuntime): Held | undefined {
  const amount = presentOf(holding);
  if (!floorToStep(amount, instrument.lotSize).gt(ZERO)) return undefined;
  return { amount: toText(amount), base: instrument.base };
}

function stoppingOf(
  { now }: EngineState,
  { spec, stopping, openOrders }: StrategyRuntime,
  held: Held,
): Condition[] {
  if (!stopping || stopping.since === 0 || now - stopping.since < STOPPING_MS_MAX) return [];
  // At the exchange, for the price that the operator has named.
  if (stopping.terms?.limit !== undefined && openOrders.every(isResting)) return [];
  return [
    {
      code: 'stop.unfinished',
      strategy: spec.id,
      symbol: spec.symbol,
      sinceMarket: stopping.since,
      inputs: { ...held, reason: stopping.reason, orders: openOrders.length },
    },
  ];
}

function isResting({ intent, state }: OrderRecord): boolean {
  return intent.type === 'limit' && (state === 'ACKED' || state === 'PARTIAL');
}

function quarantined({ orders }: EngineState): Condition[] {
  return [...orders.live()]
    .filter(({ state }) => state === 'QUARANTINED')
    .map(({ intent, message, updatedAt }) => ({
      code: 'order.quarantined',
      order: intent.intentId,
      strategy: intent.strategyId,
      symbol: intent.symbol,
      sinceMarket: updatedAt,
      inputs: { message },
    }));
}

/** Positions of an asset that add up to more than the account has of it, by at least a lot. */
function phantoms(state: EngineState): Condition[] {
  return baseMarkets(state).flatMap(({ instrument }): Condition[] => {
    const { base, symbol, lotSize } = instrument;
    const missing = missingOf(state, base);
    if (missing.lt(lotSize)) return [];
    const positions = toText(heldOfAsset(state, base));
    const numbers = { positions, balance: toText(thereOf(state, base)), missing: toText(missing) };
    return [{ code: 'position.phantom', symbol, inputs: { asset: base, ...numbers } }];
  });
}

/** Coins that positions need and strangers hold, by at least a lot. */
function lacks(state: EngineState): Condition[] {
  return baseMarkets(state).flatMap(({ instrument }): Condition[] => {
    const { base, symbol, lotSize } = instrument;
    const lack = lackOf(state, base);
    if (!lack || subtract(lack.positions, lack.free).lt(lotSize)) return [];
    const { locked, positions, free } = lack;
    const numbers = { locked: toText(locked), positions: toText(positions), free: toText(free) };
    return [{ code: 'coins.locked', symbol, inputs: { asset: base, ...numbers } }];
  });
}

/** One condition for all of a market. */
function lostOrders({ markets, strangers }: EngineState): Condition[] {
  return [...markets.keys()].flatMap((symbol): Condition[] => {
    const lost = [...strangers.values()].filter((one) => one.isLost && one.symbol === symbol);
    const [first] = lost;
    if (!first) return [];
    const { exchangeOrderId, since, terms } = first;
    const inputs = {
      orders: lost.length,
      exchangeOrderId,
      side: terms?.side ?? 'an order',
      amount: terms ? toText(terms.amount) : 'of an amount that is not said',
    };
    return [{ code: 'order.lost', symbol, sinceMarket: since, inputs }];
  });
}
