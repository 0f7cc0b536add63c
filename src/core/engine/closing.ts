/** What selling a strategy's position on the operator's order would come to, before anything of it is done. Pure. */
import type { Decimal } from '../domain/decimal.ts';
import { approve } from '../risk/approve.ts';
import type { Refusal } from '../risk/view.ts';
import { riskView } from './riskView.ts';
import type { EngineState, StrategyRuntime } from './state.ts';
import { exitOf } from './stopping.ts';

/** How it is to be sold. */
export interface CloseWish {
  /** Base; absent: all that is held. */
  readonly amount?: Decimal;
  /** Lowest price; absent: the market's. */
  readonly limit?: Decimal;
}

/** What would be sold, on a lot, and the limit on a tick. */
export interface Closing {
  readonly ok: true;
  readonly amount: Decimal;
  readonly limit: Decimal | undefined;
}

/** Looked at as if everything the strategy has open had been cancelled, which comes first. */
export function closingOf(
  state: EngineState,
  runtime: StrategyRuntime,
  { amount, limit }: CloseWish,
): Closing | Refusal {
  const { openOrders, waiting, holding } = runtime;
  const without = [...openOrders, ...waiting.map(({ record }) => record)].map(
    ({ intent }) => intent.intentId,
  );
  const exit = exitOf(amount ?? holding.position.amount, limit);
  const proposal = { ...exit, reason: 'OPERATOR_EXIT' };
  // What orders hold that are in no books of ours is waited for.
  const verdict = approve(proposal, riskView(state, runtime, { without, isAlone: true }));
  if (!verdict.ok) return verdict;
  return { ok: true, amount: verdict.wanted, limit: verdict.order.price };
}
