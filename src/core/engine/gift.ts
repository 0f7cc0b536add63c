/** Whether coins that were there before make a position that can be held at what they are said to have cost. Pure. */
import { add, divide, toFloat, toText, type Decimal } from '../domain/decimal.ts';
import { isTooSmall, leastText } from '../domain/orderSize.ts';
import { workingAmount, workingCost } from '../domain/position.ts';
import { exactPrice, isPrice, lotAmount } from '../risk/sizing.ts';
import { sizeRefusal } from '../risk/sizeChecks.ts';
import { stopPriceOf, targetPriceOf } from '../risk/stops.ts';
import type { StrategyRuntime } from './state.ts';

/** What is to be given to a strategy. */
export interface Gift {
  /** Base, > 0. */
  readonly amount: Decimal;
  /** Quote that all of it has cost, > 0. */
  readonly cost: Decimal;
}

/** How many times dearer or cheaper than now a coin may have been: beyond that, the price of one was taken for the cost of all, or the reverse. */
const TIMES_MAX = 10;
const PRICE_DECIMALS = 10;

/** Why a strategy should not be given this, in words; empty when nothing speaks against it. As long as no price is known, only the size does. */
export function giftProblem(runtime: StrategyRuntime, gift: Gift): string {
  return sizeProblem(runtime, gift) || costProblem(runtime, gift) || saleProblem(runtime, gift);
}

/** What could not be sold by itself would be nobody's to guard. */
function sizeProblem({ market, holding }: StrategyRuntime, { amount }: Gift): string {
  const { instrument, lastPrice } = market;
  const { base } = instrument;
  const lots = lotAmount(amount, instrument);
  if (isTooSmall(lots, 'market', instrument))
    return `${toText(amount)} ${base} is less than one order may be: ${leastText('market', instrument)}`;
  if (!isPrice(lastPrice)) return '';
  const shape = { type: 'market', side: 'sell', reference: exactPrice(lastPrice) } as const;
  const all = lotAmount(add(workingAmount(holding.position), amount), instrument);
  if (sizeRefusal(all, shape, instrument)?.code !== 'NOTIONAL_TOO_SMALL') return '';
  return `${toText(all)} ${base} could not be sold: the exchange takes no less than ${leastText('market', instrument)}`;
}

function costProblem({ market }: StrategyRuntime, { amount, cost }: Gift): string {
  const { lastPrice, instrument } = market;
  if (!isPrice(lastPrice)) return '';
  const each = toFloat(cost) / toFloat(amount);
  if (each <= lastPrice * TIMES_MAX && each >= lastPrice / TIMES_MAX) return '';
  const { base, quote } = instrument;
  const price = toText(divide(cost, amount, PRICE_DECIMALS, 'half-even'));
  return `${toText(amount)} ${base} for ${toText(cost)} ${quote} in all are ${price} a piece, more than ${TIMES_MAX} times off the last price, ${lastPrice}; for coins that were so much dearer or cheaper, give what they are worth now`;
}

/** A position that is sold at once is no position. */
function saleProblem({ spec, holding, market }: StrategyRuntime, { amount, cost }: Gift): string {
  const { lastPrice } = market;
  if (!isPrice(lastPrice)) return '';
  const { position } = holding;
  const average =
    toFloat(add(workingCost(position), cost)) / toFloat(add(workingAmount(position), amount));
  const { stopLoss, takeProfit } = spec;
  const stop = stopLoss === undefined ? 0 : stopPriceOf(average, stopLoss);
  const target = takeProfit === undefined ? Infinity : targetPriceOf(average, takeProfit);
  if (lastPrice > stop && lastPrice < target) return '';
  const why = lastPrice <= stop ? `its stop-loss of ${stop}` : `its take-profit of ${target}`;
  return `${spec.id} would sell all that it holds at once: at ${average} a piece on average ${why} is reached by the last price, ${lastPrice}`;
}
