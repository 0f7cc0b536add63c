/** Who sells a position when its stop is reached, and how an exit goes out that is more than one order: for the status document. Pure. */
import { floorToStep, maxOf, subtract, sumOf, ZERO, type Decimal } from '../domain/decimal.ts';
import { isGuard } from '../domain/order.ts';
import { presentOf } from '../ledger/ledger.ts';
import { largestAmount } from '../risk/marketRules.ts';
import { sizeRefusal } from '../risk/sizeChecks.ts';
import { exactPrice, isPrice } from '../risk/sizing.ts';
import { couldBeStopped, guardedAmount } from './places.ts';
import type { StrategyRuntime } from './state.ts';

/**
 * exchange: its stop is there for everything · partly: it is there for a part, the rest is sold here when it fills · here: this process
 * watches the price.
 */
export interface Protection {
  readonly where: 'exchange' | 'partly' | 'here';
  readonly stopPrice: number;
  /** Base that the exchange's stop sells. */
  readonly atExchange: Decimal;
  /** Why it is not at the exchange; empty where it is. */
  readonly why: string;
}

/** Undefined without a stop, and while there is nothing that it could sell. */
export function protectionOf(runtime: StrategyRuntime): Protection | undefined {
  const { stopPrice, holding, market, stopping } = runtime;
  if ((stopping && !stopping.terms) || !couldBeStopped(runtime)) return undefined;
  const atExchange = guardedAmount(runtime);
  const lots = floorToStep(presentOf(holding), market.instrument.lotSize);
  if (atExchange.gte(lots)) return { where: 'exchange', stopPrice, atExchange, why: '' };
  return {
    where: atExchange.gt(ZERO) ? 'partly' : 'here',
    stopPrice,
    atExchange,
    why: whyNotThere(runtime, { lots, atExchange }),
  };
}

interface Amounts {
  /** What the stop is to sell. */
  readonly lots: Decimal;
  readonly atExchange: Decimal;
}

function whyNotThere(runtime: StrategyRuntime, amounts: Amounts): string {
  const { guard, market, stopping, stopPrice } = runtime;
  if (stopping) return 'it is being sold on the operator’s order';
  if (market.instrument.triggers === 'none') return 'the exchange holds no stops for us';
  if (guard.isKeptHere) return 'the exchange holds others that are nearer to the price';
  const { lots, atExchange } = amounts;
  const sells = ownSells(runtime);
  const shape = { type: 'stop', side: 'sell', reference: exactPrice(stopPrice) } as const;
  const rest = maxOf(lots.minus(atExchange).minus(sells), ZERO);
  const isLittle = isLessThanOne(sizeRefusal(rest, shape, market.instrument)?.code);
  const most = largestAmount(shape, market.instrument);
  if (atExchange.gt(ZERO) && most !== undefined && rest.plus(atExchange).gt(most))
    return 'the exchange takes no more in one order';
  if (!isLittle) return 'the exchange has not taken it yet';
  return sells.isZero()
    ? 'the rest is less than one order may be'
    : 'its own sells hold the coins, and are cancelled when the stop is reached';
}

function isLessThanOne(code: string | undefined): boolean {
  return code === 'AMOUNT_TOO_SMALL' || code === 'NOTIONAL_TOO_SMALL';
}

/** Base that a strategy's own orders sell, or will. */
function ownSells({ openOrders, waiting }: StrategyRuntime): Decimal {
  const sells = [...openOrders, ...waiting.map(({ record }) => record)].filter(
    ({ intent }) => intent.side === 'sell' && !isGuard(intent),
  );
  return sumOf(sells.map(({ intent, filled }) => subtract(intent.amount, filled)));
}

/** What is left to be sold of an exit that goes out in parts, and the largest part; undefined while there is none. */
export function partsOf(
  runtime: StrategyRuntime,
): { readonly left: Decimal; readonly largest: Decimal } | undefined {
  const { parts, market, holding, openOrders } = runtime;
  const { instrument, lastPrice } = market;
  if (parts === undefined || !isPrice(lastPrice)) return undefined;
  const shape = { type: 'market', side: 'sell', reference: exactPrice(lastPrice) } as const;
  const largest = largestAmount(shape, instrument);
  if (largest === undefined) return undefined;
  if (runtime.stopping) return { left: presentOf(holding), largest };
  const open = openOrders.find(({ intent }) => intent.intentId === parts.orderId);
  const unsold = open ? subtract(open.intent.amount, open.filled) : ZERO;
  return { left: parts.left.plus(unsold), largest };
}
