/** Who sells a position when its stop is reached, and how an exit goes out that is more than one order: for the status document. Pure. */
import { floorToStep, subtract, ZERO, type Decimal } from '../domain/decimal.ts';
import { presentOf } from '../ledger/ledger.ts';
import { largestAmount } from '../risk/marketRules.ts';
import { exactPrice, isPrice } from '../risk/sizing.ts';
import { couldBeStopped, guardedAmount } from './places.ts';
import type { StrategyRuntime } from './state.ts';

/**
 * exchange: its stop is there for everything · partly: it is there for as much as one order may be, the rest is sold here when it
 * fills · here: this process watches the price.
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
  const isThere = atExchange.gt(ZERO);
  return {
    where: isThere ? 'partly' : 'here',
    stopPrice,
    atExchange,
    why: isThere ? 'the exchange takes no more in one order' : whyHere(runtime),
  };
}

function whyHere({ guard, market, stopping }: StrategyRuntime): string {
  if (stopping) return 'it is being sold on the operator’s order';
  if (market.instrument.triggers === 'none') return 'the exchange holds no stops for us';
  if (guard.isKeptHere) return 'the exchange holds others that are nearer to the price';
  return 'the exchange has not taken it yet';
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
