/** Which strategies cannot trade as they are configured, and why: worked out anew at each reading. */
import type { StrategyId } from '../core/domain/ids.ts';
import type { EngineState, StrategyRuntime } from '../core/engine/state.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import { isFatal, misfitsOf, placeOf } from '../core/strategies/fitness.ts';
import type { Misfit } from '../core/strategies/fitTypes.ts';
import { kindOf } from '../core/strategies/registry.ts';
import { explain } from './explain.ts';
import type { Parts, TraderDeps } from './parts.ts';

export interface Unfit {
  readonly spec: StrategySpec;
  readonly problem: string;
  /** `file:line` of the key that it is about. */
  readonly where: string;
}

/** What no waiting mends: the size of the order itself is refused. */
const SIZE_REFUSALS: ReadonlySet<string> = new Set([
  'AMOUNT_TOO_SMALL',
  'AMOUNT_TOO_LARGE',
  'NOTIONAL_TOO_SMALL',
  'EXIT_TOO_SMALL',
]);

export function cannotTrade(
  { strategies, limits }: Pick<TraderDeps, 'strategies' | 'limits'>,
  { session, gone, unlisted }: Pick<Parts, 'session' | 'gone' | 'unlisted'>,
): ReadonlyMap<StrategyId, Unfit> {
  const { state } = session;
  const absent = new Map([...gone, ...unlisted].map(({ symbol, why }) => [symbol, why]));
  const unfit = new Map<StrategyId, Unfit>();
  for (const { spec } of strategies) {
    const runtime = state.strategies.get(spec.id);
    const why = absent.get(spec.symbol);
    const found = runtime
      ? unfitInMarket(runtime, limits.maxTotalExposure)
      : why !== undefined && { key: 'symbol', problem: why };
    if (!found) continue;
    const { key, problem } = found;
    unfit.set(spec.id, { spec, problem, where: placeOf(spec, key) });
  }
  return unfit;
}

type Found = Pick<Misfit, 'key' | 'problem'>;

/** Once it has begun, what it was refused counts and no longer what it would be. */
function unfitInMarket(
  runtime: StrategyRuntime,
  maxTotalExposure: EngineState['limits']['maxTotalExposure'],
): Found | undefined {
  const { spec, market, holding, openOrders } = runtime;
  const refused = refusedFor(runtime);
  if (refused) return refused;
  if (holding.position.fills > 0 || openOrders.length > 0) return undefined;
  const { instrument, lastPrice } = market;
  return misfitsOf(spec, { maxTotalExposure, market: { instrument, lastPrice } }).find(isFatal);
}

/** Why the entry it decided on last was refused, when no waiting mends that. */
function refusedFor({ spec, decision }: StrategyRuntime): Found | undefined {
  const kind = kindOf(spec.kind);
  const reason = kind?.reasons[decision.code];
  if (!kind || reason?.severity !== 'refusal') return undefined;
  const { cause } = decision;
  const { key } = kind.entry(spec);
  if (!cause) return reason.isOfCause === true ? undefined : { key, problem: explain(decision) };
  if (!SIZE_REFUSALS.has(cause.code)) return undefined;
  return { key, problem: explain(cause).replace(/^refused: /u, '') };
}
