/** Coins that are in the account already, and that no position has, are given to a strategy. */
import { add, divide, subtract, toText, type Decimal } from '../core/domain/decimal.ts';
import { marketSymbol, strategyId } from '../core/domain/ids.ts';
import { unknownWords } from '../core/domain/nearest.ts';
import type { Booking } from '../core/domain/position.ts';
import { heldOfAsset, thereOf } from '../core/engine/cover.ts';
import { giftProblem } from '../core/engine/gift.ts';
import type { MarketState, StrategyRuntime } from '../core/engine/state.ts';
import { isRemoved } from '../core/strategies/caretaker.ts';
import type { Parts } from './parts.ts';

export interface GiveRequest {
  /** As the operator typed it. */
  readonly symbol: string;
  readonly strategy: string;
  /** Base, > 0. */
  readonly amount: Decimal;
  /** Quote that all of it has cost, > 0. */
  readonly cost: Decimal;
}

/** What giving comes to. Exact decimals as text; the average price to ten decimals. */
export interface GivePlan {
  readonly symbol: string;
  readonly strategy: string;
  readonly base: string;
  readonly quote: string;
  readonly amount: string;
  readonly cost: string;
  readonly average: string;
  /** Null while none has been seen. */
  readonly lastPrice: number | null;
  readonly before: string;
  readonly after: string;
}

const AVERAGE_DECIMALS = 10;

/**
 * Nothing is changed.
 * @throws Error `SYMBOL_UNKNOWN`, `NAME_NOT_FOUND` when no configured strategy of that name trades the market, `ADOPT_REFUSED` when
 * exchange and books differ in the coin, there is less of it that no position has, or it makes no position that can be held.
 */
export function planGive(parts: Parts, request: GiveRequest): GivePlan {
  const { market, runtime } = find(parts, request);
  const { amount, cost } = request;
  const { base, quote, symbol } = market.instrument;
  assertFree(parts, market, amount);
  const problem = giftProblem(runtime, request);
  if (problem !== '') throw new Error(`ADOPT_REFUSED: ${problem}`);
  const before = runtime.holding.position.amount;
  return {
    ...{ symbol, strategy: runtime.spec.id, base, quote },
    ...{ amount: toText(amount), cost: toText(cost) },
    average: toText(divide(cost, amount, AVERAGE_DECIMALS, 'half-even')),
    lastPrice: market.lastPrice > 0 ? market.lastPrice : null,
    ...{ before: toText(before), after: toText(add(before, amount)) },
  };
}

/** Books it: from then on the strategy holds, guards and sells it. @throws Error as `planGive` */
export function give(parts: Parts, request: GiveRequest & { readonly reason: string }): GivePlan {
  const plan = planGive(parts, request);
  const { runtime } = find(parts, request);
  const { amount, cost, reason } = request;
  const { id, symbol } = runtime.spec;
  const booking: Booking = { strategyId: id, symbol, amount, cost, cause: 'adopted', reason };
  parts.session.control({ action: 'adopt', booking, reason });
  return plan;
}

function find(
  { session }: Parts,
  { symbol: typed, strategy }: GiveRequest,
): { readonly market: MarketState; readonly runtime: StrategyRuntime } {
  const { markets, strategies } = session.state;
  const market = markets.get(marketSymbol(typed.toUpperCase()));
  if (!market)
    throw new Error(
      `SYMBOL_UNKNOWN: ${typed} is not traded here; there is ${[...markets.keys()].join(', ')}`,
    );
  const runtime = strategies.get(strategyId(strategy));
  if (runtime?.market === market && !isRemoved(runtime.spec)) return { market, runtime };
  const { symbol } = market.instrument;
  const known = market.strategies.filter(({ spec }) => !isRemoved(spec)).map(({ spec }) => spec.id);
  throw new Error(`NAME_NOT_FOUND: ${unknownWords(`strategy on ${symbol}`, strategy, known)}`);
}

function assertFree({ session }: Parts, { instrument }: MarketState, amount: Decimal): void {
  const { state } = session;
  const { base, symbol } = instrument;
  if (state.drift.has(base))
    throw new Error(
      `ADOPT_REFUSED: exchange and books differ in ${base}: \`plimsoll resume ${symbol} --adopt-balances\` first`,
    );
  const there = thereOf(state, base);
  const free = subtract(there, heldOfAsset(state, base));
  if (free.gte(amount)) return;
  throw new Error(
    `ADOPT_REFUSED: the account has ${toText(there)} ${base}, of which positions have all but ${toText(free)}; ${toText(amount)} is more than that`,
  );
}
