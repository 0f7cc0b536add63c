/** What else could have come of the same trades and the same returns. */
import type { Random } from '../domain/random.ts';
import { blockLength, stationaryRows } from './bootstrap.ts';
import { momentsOf, quantileOf } from './moments.ts';

/** Of a figure over many draws. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface DrawOptions {
  readonly random: Random;
  readonly draws?: number;
  /** Share of draws between `low` and `high`. */
  readonly within?: number;
}

const DRAWS_DEFAULT = 1000;
const WITHIN_DEFAULT = 0.9;

export interface TradeOrder {
  /** Deepest fall from a peak, as a fraction, over orders of the same trades. */
  readonly drawdown: Spread;
  /** Of the order in which they came. */
  readonly actual: number;
  /** Share of orders with a fall at least as deep as the actual one: near 0, the order was unlucky; near 1, lucky. */
  readonly asDeep: number;
}

/**
 * The trades in other orders: the sum stays, the way there does not.
 * @param profits of trades in their order, quote.
 * @param equity before the first, above 0.
 * @returns undefined without trades.
 */
export function tradeOrder(
  profits: readonly number[],
  equity: number,
  { random, draws = DRAWS_DEFAULT, within = WITHIN_DEFAULT }: DrawOptions,
): TradeOrder | undefined {
  if (profits.length === 0) return undefined;
  const actual = additiveDrawdown(profits, equity);
  const order = [...profits];
  const depths: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    shuffle(order, random);
    depths.push(additiveDrawdown(order, equity));
  }
  const asDeep = depths.filter((depth) => depth >= actual - 1e-12).length / draws;
  return { drawdown: spreadOf(depths, within), actual, asDeep };
}

export interface DrawnReturns {
  /** Growth over the whole time, as a fraction. */
  readonly totalReturn: Spread;
  /** Per period. */
  readonly sharpe: Spread;
  readonly drawdown: Spread;
  /** Share of draws that lost. */
  readonly lossShare: number;
  readonly meanBlock: number;
}

/** Returns drawn anew in blocks (bootstrap.ts). Undefined for fewer than two. */
export function drawnReturns(
  returns: readonly number[],
  {
    random,
    draws = DRAWS_DEFAULT,
    within = WITHIN_DEFAULT,
    meanBlock = blockLength(returns),
  }: DrawOptions & { readonly meanBlock?: number },
): DrawnReturns | undefined {
  if (returns.length < 2) return undefined;
  const [totals, sharpes, depths]: [number[], number[], number[]] = [[], [], []];
  for (let draw = 0; draw < draws; draw += 1) {
    const rows = stationaryRows(random, returns.length, meanBlock);
    const drawn = Array.from(rows, (row) => returns[row] ?? 0);
    const { total, drawdown } = compound(drawn);
    const moments = momentsOf(drawn);
    totals.push(total);
    depths.push(drawdown);
    sharpes.push(moments ? moments.mean / moments.deviation : 0);
  }
  return {
    totalReturn: spreadOf(totals, within),
    sharpe: spreadOf(sharpes, within),
    drawdown: spreadOf(depths, within),
    lossShare: totals.filter((total) => total < 0).length / draws,
    meanBlock,
  };
}

function spreadOf(values: readonly number[], within: number): Spread {
  const ascending = [...values].sort((a, b) => a - b);
  return {
    low: quantileOf(ascending, (1 - within) / 2),
    median: quantileOf(ascending, 0.5),
    high: quantileOf(ascending, (1 + within) / 2),
  };
}

/** Fisher and Yates. */
function shuffle(values: number[], random: Random): void {
  for (let at = values.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.uniform() * (at + 1));
    [values[at], values[other]] = [values[other] ?? 0, values[at] ?? 0];
  }
}

function additiveDrawdown(profits: readonly number[], equity: number): number {
  let [value, peak, depth] = [equity, equity, 0];
  for (const profit of profits) {
    value += profit;
    peak = Math.max(peak, value);
    depth = Math.max(depth, 1 - value / peak);
  }
  return depth;
}

function compound(returns: readonly number[]): {
  readonly total: number;
  readonly drawdown: number;
} {
  let [value, peak, drawdown] = [1, 1, 0];
  for (const r of returns) {
    value *= 1 + r;
    peak = Math.max(peak, value);
    drawdown = Math.max(drawdown, 1 - value / peak);
  }
  return { total: value - 1, drawdown };
}
