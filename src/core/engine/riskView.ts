/** What risk gets to see of the engine when a strategy proposes. */
import { accountOf } from '../ledger/ledger.ts';
import { orderIdentity } from '../orders/clientOrderId.ts';
import type { RiskView } from '../risk/approve.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

export function riskView(state: EngineState, runtime: StrategyRuntime): RiskView {
  const { market, spec, stoppedAt, stoppedUntil } = runtime;
  const { instrument } = market;
  return {
    now: state.now,
    armed: state.armed,
    paused: state.paused,
    halted: market.haltReason === '' ? undefined : market.haltReason,
    stale: market.stale,
    stoppedOut: state.now < stoppedUntil ? { stoppedAt, until: stoppedUntil } : undefined,
    instrument,
    lastPrice: market.lastPrice,
    strategy: { id: spec.id, budget: spec.budget },
    position: runtime.holding.position,
    book: state.book,
    quoteBalance: accountOf(state.ledger, instrument.quote).total,
    baseBalance: accountOf(state.ledger, instrument.base).total,
    limits: state.limits,
    identify: (side, ahead = 0) =>
      orderIdentity({
        instanceId: state.instanceId,
        runId: state.runId,
        sequence: state.nextSequence + ahead,
        strategyId: spec.id,
        symbol: spec.symbol,
        side,
      }),
  };
}
