/** Whether what an entry buys could be sold again, as far as the market's rules show it. */
import {
  dec,
  divide,
  ONE,
  roundTo,
  subtract,
  toText,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import { givenUpAt, unsellable, type Unsellable } from '../domain/exitSize.ts';
import { minNotionalOf } from '../domain/orderSize.ts';
import type { StrategySpec } from './contract.ts';
import type { FitFacts, MarketFacts, Misfit } from './fitTypes.ts';
import { quoteOf } from './units.ts';

/** Decimal places of a value that is worked out without a price. */
const VALUE_DECIMALS = 8;
/** A fall that every strategy which sells at a loss must expect. */
const USUAL_FALL = 0.05;

/** Base on a lot that `quote` pays for at the last price, fee included. */
export function boughtFor(quote: Decimal, { instrument, lastPrice }: MarketFacts): Decimal {
  const price = dec(lastPrice).times(ONE.plus(instrument.takerFee));
  return divide(quote, price.times(instrument.lotSize), 0, 'down').times(instrument.lotSize);
}

/**
 * Why what `quote` buys could not be sold again after a fall by a fraction; undefined when it could. While no price is known, lots
 * are taken for too small to matter.
 */
export function unsellableAfter(
  quote: Decimal,
  fall: number | undefined,
  market: MarketFacts,
): Pick<Unsellable, 'value' | 'least'> | undefined {
  const { instrument, lastPrice } = market;
  if (lastPrice > 0) {
    const at = givenUpAt(lastPrice, fall);
    return unsellable(boughtFor(quote, market), ZERO, at, instrument);
  }
  const { takerFee } = instrument;
  const left = quote.times(subtract(ONE, takerFee)).times(subtract(ONE, dec(fall ?? 0)));
  const value = divide(left, ONE.plus(takerFee), VALUE_DECIMALS, 'down');
  const minNotional = minNotionalOf('market', instrument);
  if (value.gte(minNotional)) return undefined;
  return { value, least: `${toText(minNotional)} ${instrument.quote}` };
}

/** Of a strategy that enters whole and leaves at a loss by itself: without a stop-loss, how far down is not known before. */
export function lossMisfits(spec: StrategySpec, { market }: FitFacts): Misfit[] {
  const { budget, stopLoss, symbol } = spec;
  if (market === undefined || stopLoss !== undefined) return [];
  const found = unsellableAfter(budget, USUAL_FALL, market);
  if (!found) return [];
  const problem = `the buy is for ${money(spec, budget)}, of which after a fall of ${percent(dec(USUAL_FALL))} only ${money(spec, found.value)} could be sold; ${symbol} takes no order at the market below ${found.least}`;
  return [{ key: 'budget', problem, severity: 'doubtful' }];
}

/** An amount of quote, for people. */
export function money({ symbol }: StrategySpec, quote: Decimal): string {
  return `${toText(roundTo(quote, 8, 'half-even'))} ${quoteOf(symbol)}`;
}

/** A fraction, for people. */
export function percent(fraction: Decimal): string {
  return `${toText(fraction.times(100))} %`;
}
