/** What risk gets to see of the engine when an order is proposed. */
import type { Decimal } from '../domain/decimal.ts';
import type { IntentId } from '../domain/ids.ts';
import { accountOf } from '../ledger/ledger.ts';
import { orderIdentity } from '../orders/clientOrderId.ts';
import type { RiskView } from '../risk/view.ts';
import { thereOf } from './cover.ts';
import { placesOf, positionRoomOf } from './places.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/** What an order comes after, when it was wanted before it could be planned. */
export interface Origin {
  /** The sequence number it was promised; absent: the next one. */
  readonly sequence?: number;
  /** The order it replaces. */
  readonly parentId?: IntentId | undefined;
  /** What that one left unfilled. */
  readonly amountMax?: Decimal | undefined;
  /** Orders of the strategy that will have ended by then. */
  readonly without?: readonly IntentId[];
}

export const NO_ORIGIN: Origin = {};

export function riskView(state: EngineState, runtime: StrategyRuntime, origin: Origin): RiskView {
  const { market, spec, stoppedAt, stoppedUntil } = runtime;
  const { instrument } = market;
  return {
    now: state.now,
    armed: state.armed,
    paused: state.paused !== undefined || runtime.paused !== undefined,
    halted: market.haltReason === '' ? undefined : market.haltReason,
    stale: market.stale,
    stoppedOut: state.now < stoppedUntil ? { stoppedAt, until: stoppedUntil } : undefined,
    instrument,
    lastPrice: market.lastPrice,
    strategy: spec,
    position: runtime.holding.position,
    holding: runtime.holding,
    absent: runtime.holding.absent,
    book: origin.without ? state.book.without(origin.without) : state.book,
    quoteBalance: accountOf(state.ledger, instrument.quote).total,
    baseBalance: thereOf(state, instrument.base),
    limits: state.limits,
    amountMax: origin.amountMax,
    // Worked out when they are asked for: most markets have no such limit, and most proposals end before it.
    positionRoom: () => positionRoomOf(state, instrument),
    places: () => placesOf(state, market),
    identify: (side, ahead = 0) => {
      const names = orderIdentity({
        instanceId: state.instanceId,
        runId: state.runId,
        sequence: (origin.sequence ?? state.nextSequence) + ahead,
        strategyId: spec.id,
        symbol: spec.symbol,
        side,
      });
      return origin.parentId === undefined ? names : { ...names, parentId: origin.parentId };
    },
  };
}
