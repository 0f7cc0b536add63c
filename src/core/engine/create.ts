/** Makes an engine from configuration and what the journal remembers. */
import { ZERO } from '../domain/decimal.ts';
import type { MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { PositionMove } from '../domain/position.ts';
import type { StrategySpec, Strategy } from '../strategies/contract.ts';
import { holdingOf } from '../ledger/ledger.ts';
import { Caretaker, isRemoved, removedSpec } from '../strategies/caretaker.ts';
import { EngineContext } from './context.ts';
import { isGuard } from '../domain/order.ts';
import { refreshPrices } from './guards.ts';
import { movesDue } from './moving.ts';
import { counted, ownerOf } from './owner.ts';
import { restoreRuntime } from './snapshot.ts';
import {
  emptyState,
  seriesOf,
  StrategyRuntime,
  type EngineSetup,
  type EngineState,
} from './state.ts';

/**
 * @param snapshots strategy states by id, as `snapshotRuntime` made them; a strategy without one starts fresh.
 * @throws Error `INSTRUMENT_MISSING` when a strategy's market is not among the instruments;
 *         `SNAPSHOT_INVALID` when a kept state does not fit its strategy.
 */
export function createEngine(
  setup: EngineSetup,
  snapshots: ReadonlyMap<StrategyId, Json>,
): EngineState {
  const state = emptyState(setup);
  for (const { spec, strategy } of setup.strategies) addStrategy(state, spec, strategy);
  addCaretakers(state);
  addPlaces(state, movesDue(state));
  for (const { symbol, reason, since } of setup.halted) {
    const market = state.markets.get(symbol);
    if (market) Object.assign(market, { haltReason: reason, haltedAt: since });
  }
  for (const order of setup.orders) addOrder(state, order);
  for (const bySymbol of state.ledger.holdings.values()) {
    for (const { position } of bySymbol.values())
      // What is to be moved counts already where it is to go, and what is there is nothing.
      if (!position.amount.isZero()) state.book.setPosition(counted(state, position));
  }
  for (const runtime of state.strategies.values())
    recall(state, runtime, snapshots.get(runtime.spec.id));
  return state;
}

function recall(state: EngineState, runtime: StrategyRuntime, snapshot: Json | undefined): void {
  if (snapshot !== undefined) restoreRuntime(runtime, snapshot);
  refreshPrices(runtime);
  if (isRemoved(runtime.spec)) forgetPlans(runtime);
  for (const { record } of runtime.waiting) {
    state.book.reserve(record, runtime.market.instrument);
    state.nextSequence = Math.max(state.nextSequence, record.intent.sequence + 1);
  }
}

/** Nobody is left who wants them; nor is there a stop that could be missed. */
function forgetPlans(runtime: StrategyRuntime): void {
  runtime.waiting = [];
  runtime.guard.alarmed = false;
  runtime.guard.exposedSince = 0;
}

/** Where positions are to go that are not under the name they belong to. */
function addPlaces(state: EngineState, moves: readonly PositionMove[]): void {
  state.moves = moves;
  for (const { to, symbol } of moves)
    if (!state.strategies.has(to)) addCaretaker(state, to, symbol);
}

function addCaretaker(state: EngineState, id: StrategyId, symbol: MarketSymbol): void {
  const [timeframe = '1m'] = state.markets.get(symbol)?.series.keys() ?? [];
  addRuntime(state, removedSpec({ id, symbol, timeframe, budget: ZERO }), new Caretaker());
}

/** For what strategies hold that are not configured any more, where the market is there to sell it. */
function addCaretakers(state: EngineState): void {
  for (const [id, bySymbol] of state.ledger.holdings) {
    if (state.strategies.has(id)) continue;
    for (const [symbol, { position }] of bySymbol) {
      if (position.amount.isZero() || state.strategies.has(id)) continue;
      if (state.markets.has(symbol)) addCaretaker(state, id, symbol);
    }
  }
}

function addStrategy(state: EngineState, spec: StrategySpec, strategy: Strategy): void {
  const runtime = addRuntime(state, spec, strategy);
  seriesOf(runtime.market, spec.timeframe).strategies.push(runtime);
}

function addRuntime(state: EngineState, spec: StrategySpec, strategy: Strategy): StrategyRuntime {
  const market = state.markets.get(spec.symbol);
  if (!market)
    throw new Error(
      `INSTRUMENT_MISSING: strategy ${spec.id} trades ${spec.symbol}, which is not among the instruments`,
    );
  const { series, signals } = seriesOf(market, spec.timeframe);
  const holding = holdingOf(state.ledger, spec.id, spec.symbol);
  const runtime = new StrategyRuntime(
    { spec, strategy },
    { market, series, signals, holding },
    (made) => new EngineContext(state, made),
  );
  market.strategies.push(runtime);
  state.strategies.set(spec.id, runtime);
  return runtime;
}

function addOrder(state: EngineState, order: OrderRecord): void {
  state.orders.add(order);
  const market = state.markets.get(order.intent.symbol);
  if (market) state.book.reserve(order, market.instrument);
  const runtime = ownerOf(state, order.intent);
  if (!runtime || isRemoved(runtime.spec)) state.orphans.push(order);
  if (!runtime) return;
  runtime.orders.add(order);
  if (order.state === 'UNKNOWN') runtime.doubted.push(order);
  if (isGuard(order.intent)) runtime.guard.lastId = order.intent.intentId;
}
