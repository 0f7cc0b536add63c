/** Selling what a strategy holds, or all that is held of a market, on the operator's order. */
import { dec, toText, ZERO } from '../core/domain/decimal.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import { formatUtc } from '../core/domain/time.ts';
import { closingOf, type Closing, type CloseWish } from '../core/engine/closing.ts';
import type { EngineState, StrategyRuntime } from '../core/engine/state.ts';
import type { Refusal } from '../core/risk/view.ts';
import { isRemoved } from '../core/strategies/caretaker.ts';
import type { Clock } from '../ports/clock.ts';
import { explain } from './explain.ts';
import { Farewell, type MarketFarewell } from './farewell.ts';
import { named } from './named.ts';
import type { Parts } from './parts.ts';
import { quoteText } from './quoteText.ts';
import { waitUntil } from './waitUntil.ts';

/** As the operator typed it. */
export interface CloseRequest extends CloseWish {
  /** A strategy or a market. */
  readonly name: string;
}

/** What a close would do to one strategy. Amounts are exact decimals as text. */
export interface ClosePlan {
  readonly strategy: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly held: string;
  /** 0: nothing is sold, only orders are cancelled. */
  readonly amount: string;
  /** Null: at the market. */
  readonly limit: string | null;
  /** At the limit, or at the last price. */
  readonly worth: string;
  /** Orders that are cancelled first. */
  readonly openOrders: number;
  /** The strategy is not configured any more. */
  readonly isRemoved: boolean;
}

/** What came of it. */
export interface CloseResult {
  /** Null when nothing has happened yet. */
  readonly market: MarketFarewell | null;
  /** Everything asked for is sold. */
  readonly isComplete: boolean;
  /** Sells that wait at the exchange for their price. */
  readonly resting: readonly {
    readonly order: string;
    readonly strategy: string;
    readonly amount: string;
    readonly limit: string;
    /** Its stop is watched here meanwhile. */
    readonly hasStop: boolean;
  }[];
  /** Until when these enter nothing, market time; removed ones never do. */
  readonly waits: readonly { readonly strategy: string; readonly until: string }[];
}

interface Target {
  readonly runtime: StrategyRuntime;
  /** Absent: nothing is held that could be sold, and its orders are cancelled. */
  readonly closing: Closing | undefined;
}

/**
 * What a close would do, nothing of it done.
 * @throws Error `NAME_NOT_FOUND`, `NOTHING_TO_CLOSE`, `USAGE`; `CLOSE_REFUSED` when the exchange would not take such a sell.
 */
export function planClose({ session }: Parts, request: CloseRequest): ClosePlan[] {
  return targetsOf(session.state, request).map(({ runtime, closing }) => {
    const { spec, market, holding, openOrders } = runtime;
    const { base, quote } = market.instrument;
    const { amount = ZERO, limit } = closing ?? {};
    const price = limit ?? (amount.isZero() ? ZERO : dec(market.lastPrice));
    return {
      ...{ strategy: spec.id, symbol: spec.symbol, base, quote },
      held: toText(holding.position.amount),
      amount: toText(amount),
      limit: limit ? toText(limit) : null,
      worth: quoteText(amount.times(price)),
      openOrders: openOrders.length,
      isRemoved: isRemoved(spec),
    };
  });
}

/**
 * Cancels what the strategies have open, sells, and waits until that is done or rests at its limit, `waitMs` at most; what is left
 * then goes on. @throws Error as `planClose`; then nothing has changed.
 */
export async function close(
  { session }: Parts,
  request: CloseRequest & { readonly reason: string },
  wait: { readonly clock: Clock; readonly waitMs: number },
): Promise<CloseResult> {
  const targets = targetsOf(session.state, request);
  const farewell = new Farewell(session, new Set(targets.map(({ runtime }) => runtime.spec.id)));
  try {
    for (const { runtime, closing } of targets) {
      const amount = request.amount === undefined || !closing ? {} : { amount: closing.amount };
      const limit = closing?.limit === undefined ? {} : { limit: closing.limit };
      const { reason } = request;
      const terms = { ...amount, ...limit };
      session.control({ action: 'flatten', strategy: runtime.spec.id, reason, ...terms });
    }
    const isSettled = (): boolean =>
      session.stopped || targets.every(({ runtime }) => !runtime.stopping || isResting(runtime));
    await waitUntil(isSettled, wait);
    return resultOf(session.state, targets, farewell);
  } finally {
    farewell.end();
  }
}

function targetsOf(state: EngineState, request: CloseRequest): Target[] {
  const { name, amount, limit } = request;
  const { strategies } = named(state, name);
  const holders = strategies.filter(({ holding }) => holding.position.amount.gt(0));
  assertOne(holders, request);
  const looks = holders.map((runtime) => ({
    runtime,
    closing: closingOf(state, runtime, request),
  }));
  const refused = looks.filter(({ closing }) => !closing.ok && !isResidue(closing));
  if (refused.length > 0) throw new Error(`CLOSE_REFUSED: ${wordsOf(refused)}`);
  const sellers = looks.flatMap(({ runtime, closing }) =>
    closing.ok ? [{ runtime, closing }] : [],
  );
  // Terms are about a sale.
  const isOfSale = amount !== undefined || limit !== undefined;
  const targets = isOfSale ? sellers : [...sellers, ...cancelled(strategies, sellers)];
  if (targets.length > 0) return targets;
  if (holders.length === 0) throw new Error(`NOTHING_TO_CLOSE: nothing is held by ${name}`);
  throw new Error(`NOTHING_TO_CLOSE: nothing that could be sold is held: ${wordsOf(looks)}`);
}

/** @throws Error `USAGE` when it is not clear of whose position the amount is, or it is more than that. */
function assertOne(holders: readonly StrategyRuntime[], { name, amount }: CloseRequest): void {
  if (amount === undefined) return;
  if (holders.length > 1) {
    const ids = holders.map(({ spec }) => spec.id).join(', ');
    throw new Error(
      `USAGE: several strategies hold ${name}: name the one that --amount is of: ${ids}`,
    );
  }
  const held = holders[0]?.holding.position.amount;
  if (held && amount.gt(held))
    throw new Error(`USAGE: ${name} holds ${toText(held)}, not ${toText(amount)}`);
}

/** Of those that sell nothing, what is open must not buy either. */
function cancelled(
  strategies: readonly StrategyRuntime[],
  sellers: readonly { readonly runtime: StrategyRuntime }[],
): Target[] {
  return strategies
    .filter((runtime) => !sellers.some((seller) => seller.runtime === runtime))
    .filter(({ openOrders, waiting }) => openOrders.length + waiting.length > 0)
    .map((runtime) => ({ runtime, closing: undefined }));
}

/** What an earlier sale has left. */
function isResidue({ code }: Refusal): boolean {
  return code === 'AMOUNT_TOO_SMALL' || code === 'NOTIONAL_TOO_SMALL' || code === 'NOTHING_TO_EXIT';
}

function wordsOf(
  looks: readonly { readonly runtime: StrategyRuntime; readonly closing: Closing | Refusal }[],
): string {
  return looks
    .map(({ runtime, closing }) => `${runtime.spec.id}: ${closing.ok ? '' : explain(closing)}`)
    .join('; ');
}

function isResting({ stopping, openOrders }: StrategyRuntime): boolean {
  return (
    stopping?.terms?.limit !== undefined && openOrders.length > 0 && openOrders.every(restsAtLimit)
  );
}

function restsAtLimit({ intent, state }: OrderRecord): boolean {
  return intent.type === 'limit' && (state === 'ACKED' || state === 'PARTIAL');
}

function resultOf(state: EngineState, targets: readonly Target[], farewell: Farewell): CloseResult {
  const runtimes = targets.map(({ runtime }) => runtime);
  const symbol: MarketSymbol | undefined = runtimes[0]?.spec.symbol;
  return {
    market: farewell.read().find((market) => market.symbol === symbol) ?? null,
    isComplete: runtimes.every(({ stopping }) => !stopping),
    resting: runtimes.filter(isResting).flatMap(({ spec, openOrders, stopPrice }) =>
      openOrders.map(({ intent, filled }) => ({
        order: intent.intentId,
        strategy: spec.id,
        amount: toText(intent.amount.minus(filled)),
        limit: intent.price ? toText(intent.price) : '',
        hasStop: stopPrice > 0,
      })),
    ),
    waits: runtimes
      .filter(({ spec, stoppedUntil }) => !isRemoved(spec) && stoppedUntil > state.now)
      .map(({ spec, stoppedUntil }) => ({ strategy: spec.id, until: formatUtc(stoppedUntil) })),
  };
}
