/** Where the lines of a grid lie and what each cell between two of them may spend. Pure arithmetic. */
import {
  dec,
  divide,
  floorToStep,
  isAboveZero,
  ONE,
  toText,
  type Decimal,
} from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { NoteInputs } from '../../domain/notes.ts';
import type { Bound } from '../units.ts';
import type { GridParams } from './params.ts';

/** The price a bound means, given the price that distances count from. */
function priceOf(bound: Bound, anchor: number): number {
  return bound.kind === 'price' ? bound.amount.toNumber() : anchor * (1 + bound.fraction);
}

/** Decimal places of what a cell may spend. */
const STAKE_DECIMALS = 8;

/** Prices of all lines, ascending. Percent bounds count from `anchor`. */
export function layLines(params: GridParams, anchor: number): number[] {
  const lower = priceOf(params.lower, anchor);
  const upper = priceOf(params.upper, anchor);
  const last = params.lines - 1;
  const at = (index: number): number =>
    params.spacing === 'geometric'
      ? lower * (upper / lower) ** (index / last)
      : lower + ((upper - lower) * index) / last;
  return Array.from({ length: params.lines }, (_, index) => (index === last ? upper : at(index)));
}

/** Index of the highest line strictly below the price; −1 when the price is at or below all of them. */
export function lineBelow(lines: readonly number[], price: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? Number.POSITIVE_INFINITY) < price) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A grid that can be traded, or why not. */
export type Layout =
  | { readonly ok: true; readonly lines: readonly number[]; readonly stake: Decimal }
  | {
      readonly ok: false;
      readonly code: 'GRID_STAKE_TOO_SMALL' | 'GRID_SPACING_TOO_SMALL';
      readonly inputs: NoteInputs;
    };

/**
 * Lays a grid and checks that it can earn: neighbours farther apart than two maker fees and than a price step, and each cell
 * rich enough that what it buys can be sold again.
 */
export function layGrid(
  params: GridParams,
  anchor: number,
  budget: Decimal,
  instrument: Instrument,
): Layout {
  const lines = layLines(params, anchor);
  const lower = lines[0] ?? 0;
  const upper = lines.at(-1) ?? 0;
  const fees = instrument.makerFee.times(2).toNumber();
  const spacing = narrowest(lines);
  if (!(spacing.fraction > fees && dec(spacing.price).gte(instrument.tickSize))) {
    return {
      ok: false,
      code: 'GRID_SPACING_TOO_SMALL',
      inputs: { spacing: spacing.fraction, fees },
    };
  }
  // What sells leave behind, less than a lot per cell, stays in the position and counts as exposure: kept back.
  const leftovers = instrument.lotSize.times(dec(upper));
  const cells = dec(lines.length - 1);
  const stake = divide(budget.minus(leftovers.times(cells)), cells, STAKE_DECIMALS, 'down');
  if (!canSellAgain(stake, upper, instrument) || !canSellAgain(stake, lower, instrument)) {
    const inputs = { stake: toText(stake), minNotional: toText(instrument.minNotional) };
    return { ok: false, code: 'GRID_STAKE_TOO_SMALL', inputs };
  }
  return { ok: true, lines, stake };
}

function narrowest(lines: readonly number[]): {
  readonly price: number;
  readonly fraction: number;
} {
  let price = Number.POSITIVE_INFINITY;
  let fraction = Number.POSITIVE_INFINITY;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (next === undefined) break;
    price = Math.min(price, next - line);
    fraction = Math.min(fraction, next / line - 1);
  }
  return { price, fraction };
}

/** True when what `stake` buys at `price` can be sold at that price: after a fee in base, and rounded down to lots again. */
function canSellAgain(stake: Decimal, price: number, instrument: Instrument): boolean {
  if (!isAboveZero(stake) || price <= 0) return false;
  const at = dec(price);
  const { lotSize, takerFee, minAmount, minNotional } = instrument;
  const lotCost = at.times(ONE.plus(takerFee)).times(lotSize);
  const bought = divide(stake, lotCost, 0, 'down').times(lotSize);
  const sold = floorToStep(bought.times(ONE.minus(takerFee)), lotSize);
  return isAboveZero(sold) && sold.gte(minAmount) && sold.times(at).gte(minNotional);
}
