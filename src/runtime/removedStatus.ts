/** What the status document says of strategies that are not configured any more: what they hold and came to counts in the totals. */
import { sumOf, toText, ZERO, type Decimal } from '../core/domain/decimal.ts';
import type { MarketSymbol, StrategyId } from '../core/domain/ids.ts';
import { workingAmount, workingCost, type Position } from '../core/domain/position.ts';
import { counted, ownerOf } from '../core/engine/owner.ts';
import type { EngineState, StrategyRuntime } from '../core/engine/state.ts';
import { unrealisedPnl } from '../core/ledger/accounting.ts';
import type { Holding } from '../core/ledger/ledger.ts';
import { isRemoved } from '../core/strategies/caretaker.ts';
import { decisionStatus } from './decisionStatus.ts';
import { quoteText } from './quoteText.ts';
import type { StrategyStatus } from './statusDocument.ts';

/** What goes under one name on one market. */
interface Left {
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  readonly holdings: Holding[];
}

/** One for each that holds something or has ever traded. */
export function removedStatuses(state: EngineState): StrategyStatus[] {
  const found = new Map<string, Left>();
  for (const bySymbol of state.ledger.holdings.values())
    for (const holding of bySymbol.values()) {
      const { position } = holding;
      const runtime = ownerOf(state, position);
      const isOwn = runtime !== undefined && !isRemoved(runtime.spec);
      if (isOwn || (position.amount.isZero() && position.fills === 0)) continue;
      const { strategyId, symbol } = counted(state, position);
      const left = found.get(strategyId) ?? { strategyId, symbol, holdings: [] };
      left.holdings.push(holding);
      found.set(strategyId, left);
    }
  return [...found.values()].map((left) => removedStatus(state, left));
}

function removedStatus(state: EngineState, { strategyId, symbol, holdings }: Left): StrategyStatus {
  const runtime = ownerOf(state, { strategyId, symbol });
  const lastPrice = state.markets.get(symbol)?.lastPrice ?? Number.NaN;
  const positions = holdings.map(({ position }) => position);
  const sum = (of: (position: Position) => Decimal): Decimal => sumOf(positions.map(of));
  const isHeld = holdings.some(({ position }) => position.openedAt !== undefined);
  return {
    ...{ id: strategyId, kind: 'removed', symbol, timeframe: runtime?.spec.timeframe ?? '' },
    ...{ state: runtime?.stopping ? 'stopping' : 'removed', budget: '0' },
    position: {
      amount: toText(sum(workingAmount)),
      cost: quoteText(sum(workingCost)),
      average_price: averageOf(holdings),
      booked: bookedOf(positions),
      not_there: toText(sumOf(holdings.map(({ absent }) => absent))),
    },
    realised_pnl: quoteText(sum(({ realisedPnl }) => realisedPnl)),
    unrealised_pnl:
      lastPrice > 0 ? quoteText(sum((position) => unrealisedPnl(position, lastPrice))) : null,
    fees_quote: quoteText(sum(({ feesQuote }) => feesQuote)),
    fills: positions.reduce((fills, position) => fills + position.fills, 0),
    open_orders: runtime?.openOrders.length ?? 0,
    ...{ protection: null, exit_in_parts: null },
    last_decision: decisionOf(runtime, isHeld),
  };
}

/** What was moved from one name to the other was booked out of one and into the other. */
function bookedOf(positions: readonly Position[]): StrategyStatus['position']['booked'] {
  const amount = sumOf(positions.map(({ booked }) => booked?.amount ?? ZERO));
  const cost = sumOf(positions.map(({ booked }) => booked?.cost ?? ZERO));
  return amount.isZero() ? null : { amount: toText(amount), cost: quoteText(cost) };
}

function averageOf(holdings: readonly Holding[]): string | null {
  const average = holdings.map(({ averagePrice }) => averagePrice).find((price) => price > 0);
  return average === undefined ? null : averageText(average);
}

/** A price in ten digits. */
export function averageText(price: number): string {
  return String(Number(price.toPrecision(10)));
}

/** What was done with it on the operator's order; before that, that nobody does anything. */
function decisionOf(
  runtime: StrategyRuntime | undefined,
  isHeld: boolean,
): StrategyStatus['last_decision'] {
  if (runtime && runtime.decision.code !== 'WAITING') return decisionStatus(runtime.decision);
  const text = isHeld
    ? 'not configured any more: nothing sells or protects what it holds'
    : 'not configured any more';
  return { at: null, code: 'REMOVED', text, inputs: {}, cause: null };
}
