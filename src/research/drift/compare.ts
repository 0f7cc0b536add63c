/**
 * A recorded run against the backtest of the same period, trade by trade. Each that differs gets its causes, on evidence; one that
 * was decided because the strategy stood otherwise follows from the trade that made it stand so. What is left is unexplained.
 */
import type { Decimal } from '../../core/domain/decimal.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Millis } from '../../core/domain/time.ts';
import { causesOfLone, causesOfPair } from './causes.ts';
import { pairsOf, roleOf, type Pair } from './pairs.ts';
import type { DriftDifference, DriftInput, Facts, Finding } from './types.ts';
import { cashOf, sumsOf, type Sums } from './sums.ts';
import type { Trace, TracedOrder } from './trace.ts';

export interface DriftComparison {
  /** Trades of each run: orders that got something. */
  readonly trades: { readonly live: number; readonly backtest: number };
  /** That many came out alike in both. */
  readonly alike: number;
  readonly differences: readonly DriftDifference[];
  /** Of these, those that nothing explains. */
  readonly unexplained: number;
}

export function compareRuns(input: DriftInput): DriftComparison {
  const [live, backtest] = [within(input.live, input), within(input.backtest, input)];
  const pairs = pairsOf(live, backtest, input.lengthMs)
    .filter(hasTraded)
    .sort((a, b) => apartIn(a, input).from - apartIn(b, input).from || rankOf(a) - rankOf(b));
  const differences: DriftDifference[] = [];
  const facts: Facts = { ...input, differences };
  for (const pair of pairs) {
    const findings = findingsOf(pair, facts);
    if (findings.length > 0) differences.push(difference(pair, findings, facts));
  }
  const count = (orders: readonly TracedOrder[]): number =>
    orders.filter(({ fills }) => fills.length > 0).length;
  const both = pairs.filter(({ live: a, backtest: b }) => traded(a) && traded(b)).length;
  const differing = differences.filter(({ live: a, backtest: b }) => a && b).length;
  return {
    trades: { live: count(live), backtest: count(backtest) },
    alike: both - differing,
    differences,
    unexplained: differences.filter(({ findings }) =>
      findings.some(({ cause }) => cause === 'unexplained'),
    ).length,
  };
}

function findingsOf({ live, backtest }: Pair, facts: Facts): Finding[] {
  if (live && backtest) return causesOfPair(live, backtest, facts);
  if (live) return causesOfLone(live, 'daemon', facts);
  return backtest ? causesOfLone(backtest, 'model', facts) : [];
}

/** Orders of bars whose outcome lies within the period, with what they got in it. */
function within({ orders }: Trace, { toMs, lengthMs }: DriftInput): TracedOrder[] {
  const isOver = (bar: Millis, symbol: MarketSymbol): boolean => bar + lengthMs(symbol) <= toMs;
  return orders
    .filter(({ intent, slot, isAtClose }) =>
      isOver(isAtClose ? slot + lengthMs(intent.symbol) : slot, intent.symbol),
    )
    .map((order) => ({
      ...order,
      fills: order.fills.filter(({ bar }) => isOver(bar, order.intent.symbol)),
    }));
}

const traded = (order: TracedOrder | undefined): boolean => (order?.fills.length ?? 0) > 0;
const hasTraded = ({ live, backtest }: Pair): boolean => traded(live) || traded(backtest);

/** The bar of the first trade in either run. */
function timeOf({ live, backtest }: Pair): Millis {
  return Math.min(...[live, backtest].map((order) => order?.fills[0]?.bar ?? Infinity));
}

/**
 * From the first trade on where both traded; where only one did, from when the order was at work first. Until it changed last in
 * either run.
 */
function apartIn(pair: Pair, { lengthMs }: DriftInput): DriftDifference['apart'] {
  const { live, backtest } = pair;
  const orders = [live, backtest].filter((order) => order !== undefined);
  const to = Math.max(...orders.map(({ lastBar }) => lastBar));
  if (traded(live) && traded(backtest)) return { from: timeOf(pair), to };
  const starts = orders.map(({ slot, isAtClose, intent }) =>
    isAtClose ? slot + lengthMs(intent.symbol) : slot,
  );
  return { from: Math.min(...starts), to };
}

/** Those that both runs have come first: what follows may follow from them. */
function rankOf({ live, backtest }: Pair): number {
  return live && backtest ? 0 : 1;
}

function difference(pair: Pair, findings: readonly Finding[], facts: Facts): DriftDifference {
  const { live, backtest } = pair;
  const order = live ?? backtest;
  if (!order) throw new Error('a pair of nothing');
  const { intent } = order;
  const [, quote = ''] = intent.symbol.split('/');
  const [liveSums, backtestSums] = [sumsIf(live), sumsIf(backtest)];
  const common = {
    number: facts.differences.length + 1,
    strategyId: intent.strategyId,
    symbol: intent.symbol,
    role: roleOf(order),
    reason: intent.reason,
    bar: timeOf(pair),
    apart: apartIn(pair, facts),
    live: liveSums,
    backtest: backtestSums,
    findings,
  };
  if (!liveSums || !backtestSums) return common;
  const cash = (sums: Sums): Decimal => cashOf(sums, intent.side, quote);
  return { ...common, effect: cash(liveSums).minus(cash(backtestSums)) };
}

function sumsIf(order: TracedOrder | undefined): Sums | undefined {
  return order && order.fills.length > 0 ? sumsOf(order) : undefined;
}

/** By cause: how many differences it explains by itself, and how many follow from those. */
export function causeCounts(
  differences: readonly DriftDifference[],
): ReadonlyMap<Finding['cause'], { own: number; following: number }> {
  const counts = new Map<Finding['cause'], { own: number; following: number }>();
  for (const { findings } of differences) {
    for (const { cause, follows } of findings) {
      const count = counts.get(cause) ?? { own: 0, following: 0 };
      counts.set(cause, count);
      if (follows === undefined) count.own += 1;
      else count.following += 1;
    }
  }
  return counts;
}
