/** What a list of closed trades says: how often they win, how much, and how sure that is. Profits in quote, as floats. */
import { meanAndDeviation } from './metrics.ts';

/** Two-sided 95 % of the normal distribution. */
const Z95 = 1.959963984540054;
/** SQN counts no more trades than this, so that many small ones do not look like skill (Tharp). */
const SQN_TRADES_MAX = 100;

export interface TradeMetrics {
  readonly trades: number;
  /** Share with a profit above 0; undefined without trades, as all that follows. */
  readonly winRate: number | undefined;
  /** Wilson's 95 % interval of the win rate (1927). */
  readonly winRateLow: number | undefined;
  readonly winRateHigh: number | undefined;
  /** All that was won over all that was lost; undefined when nothing was lost. */
  readonly profitFactor: number | undefined;
  /** Mean profit of a trade. */
  readonly expectancy: number | undefined;
  readonly best: number | undefined;
  readonly worst: number | undefined;
  readonly averageWin: number | undefined;
  /** Above 0. */
  readonly averageLoss: number | undefined;
  /** System quality number: mean over deviation of profits × √trades, of at most 100 trades (Tharp, 2008). */
  readonly sqn: number | undefined;
  /** Share of capital that would have grown fastest: win rate − loss rate ÷ (average win ÷ average loss) (Kelly, 1956). */
  readonly kelly: number | undefined;
  /** Most trades lost one after another. */
  readonly losingStreak: number;
}

export function tradeMetrics(profits: readonly number[]): TradeMetrics {
  const wins = profits.filter((profit) => profit > 0);
  const losses = profits.filter((profit) => profit < 0).map((profit) => -profit);
  const [averageWin, averageLoss] = [meanOf(wins), meanOf(losses)];
  const winRate = profits.length === 0 ? undefined : wins.length / profits.length;
  const [winRateLow, winRateHigh] = wilson(wins.length, profits.length);
  return {
    trades: profits.length,
    ...{ winRate, winRateLow, winRateHigh, averageWin, averageLoss },
    profitFactor: losses.length === 0 ? undefined : sum(wins) / sum(losses),
    expectancy: meanOf(profits),
    best: profits.length === 0 ? undefined : Math.max(...profits),
    worst: profits.length === 0 ? undefined : Math.min(...profits),
    sqn: sqnOf(profits),
    kelly: kellyOf(winRate, averageWin, averageLoss),
    losingStreak: losingStreakOf(profits),
  };
}

/** Wilson's score interval at 95 % of `hits` in `count`; undefined without any. */
export function wilson(hits: number, count: number): [number | undefined, number | undefined] {
  if (count === 0) return [undefined, undefined];
  const rate = hits / count;
  const z2 = Z95 ** 2 / count;
  const middle = (rate + z2 / 2) / (1 + z2);
  const half = (Z95 * Math.sqrt((rate * (1 - rate)) / count + z2 / (4 * count))) / (1 + z2);
  return [middle - half, middle + half];
}

function sqnOf(profits: readonly number[]): number | undefined {
  const { mean, deviation } = meanAndDeviation(profits);
  const count = Math.min(profits.length, SQN_TRADES_MAX);
  return deviation > 0 ? (mean / deviation) * Math.sqrt(count) : undefined;
}

function kellyOf(
  winRate: number | undefined,
  averageWin: number | undefined,
  averageLoss: number | undefined,
): number | undefined {
  if (winRate === undefined || averageWin === undefined || averageLoss === undefined)
    return undefined;
  return winRate - ((1 - winRate) * averageLoss) / averageWin;
}

function losingStreakOf(profits: readonly number[]): number {
  let [streak, longest] = [0, 0];
  for (const profit of profits) {
    streak = profit < 0 ? streak + 1 : 0;
    longest = Math.max(longest, streak);
  }
  return longest;
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
