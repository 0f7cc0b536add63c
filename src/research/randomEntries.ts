/**
 * The same trades at random times: what this turnover, held for these times, would have made without choosing when. Each draw gives
 * every trade an entry of its own, evenly among all bars from which it can be held as long as it was; the same money, the same share
 * of fees, and slippage on both sides, because whoever does not choose takes what is there.
 */
import { toFloat } from '../core/domain/decimal.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { BarColumns } from '../core/domain/market.ts';
import { Random } from '../core/domain/random.ts';
import { quantile } from '../core/reporting/metrics.ts';
import type { MarketSpan } from './backtest.ts';
import type { Ending } from './reportMetrics.ts';
import type { RandomBenchmark } from './reportSchema.ts';
import type { OwnedTrade } from './tradeExcursions.ts';

export interface RandomOptions {
  /** ≥ 1 */
  readonly draws: number;
  readonly seed: number;
}

export interface RandomInput extends RandomOptions {
  readonly trades: readonly OwnedTrade[];
  /** What is still held is one more trade each, without a sale. */
  readonly endings: readonly Ending[];
  readonly spans: readonly MarketSpan[];
  /** From when on entries may lie. */
  readonly firstTime: number;
  readonly slippage: number;
  /** What profits are a share of. */
  readonly budget: number;
  /** What the strategies made, as a share of it. */
  readonly result: number;
}

/** A trade as far as a draw needs it. */
interface Drawn {
  readonly market: Market;
  readonly bars: number;
  readonly money: number;
  /** Share of the money bought and sold for. */
  readonly fee: number;
  readonly isSold: boolean;
}

interface Market {
  readonly columns: BarColumns;
  readonly first: number;
  /** Bars that count. */
  readonly rows: number;
  readonly lengthMs: number;
}

/** Null where nothing was traded. */
export function randomBenchmark(input: RandomInput): RandomBenchmark | null {
  const { draws, seed, slippage, budget, result } = input;
  const drawn = drawnTrades(input);
  if (drawn.length === 0) return null;
  const random = Random.stream(seed, 'entries');
  const returns = Array.from({ length: draws }, () => {
    let profit = 0;
    for (const trade of drawn) profit += profitOf(trade, random.uniform(), slippage);
    return profit / budget;
  });
  const at = (q: number): number => quantile(returns, q) ?? Number.NaN;
  return {
    ...{ draws, seed },
    mean: returns.reduce((sum, value) => sum + value, 0) / draws,
    low: at(0.05),
    median: at(0.5),
    high: at(0.95),
    better_than: returns.filter((value) => value < result).length / draws,
  };
}

/** @param at in [0, 1) */
function profitOf(
  { market, bars, money, fee, isSold }: Drawn,
  at: number,
  slippage: number,
): number {
  const { columns, first, rows } = market;
  const row = first + Math.floor(at * Math.max(1, rows - first - bars));
  const entry = (columns.open[row] ?? Number.NaN) * (1 + slippage);
  const last = row + bars;
  const left =
    bars === 0 || last >= rows ? columns.close[Math.min(last, rows - 1)] : columns.open[last];
  const received = money * (((left ?? Number.NaN) * (isSold ? 1 - slippage : 1)) / entry);
  return received - money - fee * (money + (isSold ? received : 0));
}

function drawnTrades({ trades, endings, spans, firstTime }: RandomInput): Drawn[] {
  const markets = new Map<MarketSymbol, Market>();
  for (const { symbol, columns, rows } of spans) {
    const first = columns.openTime.findIndex((time) => time >= firstTime);
    const lengthMs = shortestStep(columns.openTime);
    if (first >= 0 && rows > first) markets.set(symbol, { columns, first, rows, lengthMs });
  }
  const closed = trades.flatMap(({ symbol, ...trade }): Drawn[] => {
    const market = markets.get(symbol);
    if (!market) return [];
    const [money, received] = [toFloat(trade.entryPaid), toFloat(trade.exitReceived)];
    const bars = heldBars(trade.exitTime - trade.entryTime, market);
    return [{ market, bars, money, fee: toFloat(trade.fees) / (money + received), isSold: true }];
  });
  const open = endings.flatMap(({ position }): Drawn[] => {
    const market = markets.get(position.symbol);
    if (!market || position.openedAt === undefined) return [];
    const end = (market.columns.openTime[market.rows - 1] ?? 0) + market.lengthMs;
    const bars = heldBars(end - position.openedAt, market);
    return [{ market, bars, money: toFloat(position.cost), fee: 0, isSold: false }];
  });
  return [...closed, ...open];
}

/** At most all there are. */
function heldBars(ms: number, { lengthMs, first, rows }: Market): number {
  return Math.min(rows - first - 1, Math.max(0, Math.round(ms / lengthMs)));
}

function shortestStep(openTime: Float64Array): number {
  let step = Infinity;
  for (let row = 1; row < openTime.length; row += 1)
    step = Math.min(step, (openTime[row] ?? 0) - (openTime[row - 1] ?? 0));
  return step;
}
