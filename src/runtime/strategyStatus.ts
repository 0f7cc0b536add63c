/** What the status document says of each strategy. */
import { toText } from '../core/domain/decimal.ts';
import { workingAmount, workingCost } from '../core/domain/position.ts';
import { partsOf, protectionOf } from '../core/engine/protection.ts';
import type { EngineState, StrategyRuntime } from '../core/engine/state.ts';
import { unrealisedPnl } from '../core/ledger/accounting.ts';
import { decisionStatus } from './decisionStatus.ts';
import { cannotTrade, type Unfit } from './fitness.ts';
import type { Parts, TraderDeps } from './parts.ts';
import { quoteText } from './quoteText.ts';
import { averageText, removedStatuses } from './removedStatus.ts';
import type { StrategyStatus } from './statusDocument.ts';

/** In the order of the files, those among them whose market the exchange does not list; then those that are in no file any more. */
export function strategyStatuses(deps: TraderDeps, parts: Parts): StrategyStatus[] {
  const { state } = parts.session;
  const unfit = cannotTrade(deps, parts);
  const configured = deps.strategies.flatMap(({ spec }) => {
    const runtime = state.strategies.get(spec.id);
    const why = unfit.get(spec.id);
    if (runtime) return [strategyStatus(state, runtime, why)];
    return why ? [absentStatus(why)] : [];
  });
  return [...configured, ...removedStatuses(state)];
}

const ABSENT = 'SYMBOL_UNLISTED';

function absentStatus({ spec, problem }: Unfit): StrategyStatus {
  const { id, kind, symbol, timeframe, budget } = spec;
  return {
    ...{ id, kind, symbol, timeframe, state: 'cannot-trade', budget: toText(budget) },
    position: { amount: '0', cost: '0', average_price: null, booked: null, not_there: '0' },
    ...{ realised_pnl: '0', unrealised_pnl: null, fees_quote: '0', fills: 0, open_orders: 0 },
    ...{ protection: null, exit_in_parts: null },
    last_decision: { at: null, code: ABSENT, text: problem, inputs: {}, cause: null },
  };
}

function strategyStatus(
  state: EngineState,
  runtime: StrategyRuntime,
  unfit: Unfit | undefined,
): StrategyStatus {
  const { spec, market, holding, decision } = runtime;
  const { position } = holding;
  return {
    id: spec.id,
    kind: spec.kind,
    symbol: spec.symbol,
    timeframe: spec.timeframe,
    state: stateOf(state, runtime, unfit),
    budget: toText(spec.budget),
    position: {
      amount: toText(workingAmount(position)),
      cost: quoteText(workingCost(position)),
      average_price: Number.isNaN(holding.averagePrice) ? null : averageText(holding.averagePrice),
      booked: position.booked
        ? { amount: toText(position.booked.amount), cost: quoteText(position.booked.cost) }
        : null,
      not_there: toText(holding.absent),
    },
    realised_pnl: quoteText(position.realisedPnl),
    unrealised_pnl:
      market.lastPrice > 0 ? quoteText(unrealisedPnl(position, market.lastPrice)) : null,
    fees_quote: quoteText(position.feesQuote),
    fills: position.fills,
    open_orders: runtime.openOrders.length,
    ...wayOut(runtime),
    last_decision: decisionStatus(decision),
  };
}

/** How the position is left. */
function wayOut(runtime: StrategyRuntime): Pick<StrategyStatus, 'protection' | 'exit_in_parts'> {
  const protection = protectionOf(runtime);
  const parts = partsOf(runtime);
  return {
    protection: protection
      ? {
          where: protection.where,
          stop_price: protection.stopPrice,
          at_exchange: toText(protection.atExchange),
          why: protection.why,
        }
      : null,
    exit_in_parts: parts ? { left: toText(parts.left), largest: toText(parts.largest) } : null,
  };
}

function stateOf(
  state: EngineState,
  runtime: StrategyRuntime,
  unfit: Unfit | undefined,
): StrategyStatus['state'] {
  if (runtime.failure !== '') return 'failed';
  if (runtime.stopping) return 'stopping';
  if (runtime.paused) return 'paused';
  if (state.now < runtime.stoppedUntil) return 'cooling-down';
  if (unfit) return 'cannot-trade';
  if (runtime.decision.code === 'WAITING') return 'waiting';
  return runtime.decision.code === 'WARMING_UP' ? 'warming-up' : 'active';
}
