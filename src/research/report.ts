/** A backtest in numbers: put together from the run, the books and what is known of the data. */
import { dec, sumOf, toFloat, toText, ZERO, type Decimal } from '../core/domain/decimal.ts';
import type { MarketSymbol, StrategyId } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { Position } from '../core/domain/position.ts';
import { formatUtc } from '../core/domain/time.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import type { BacktestRun, MarketSpan } from './backtest.ts';
import { chartData } from './chartData.ts';
import { randomBenchmark, type RandomInput, type RandomOptions } from './randomEntries.ts';
import {
  equityRows,
  exitRows,
  metricsOf,
  monthRows,
  tallyOf,
  winRateOf,
  type Ending,
  type MetricsInput,
  type Tally,
} from './reportMetrics.ts';
import {
  fillRows,
  groupedBy,
  orderRows,
  ownedTrades,
  tradeRows,
  type FindOrder,
} from './reportRows.ts';
import type { OwnedTrade } from './tradeExcursions.ts';
import {
  REPORT_SCHEMA_VERSION,
  type BacktestMarket,
  type BacktestReport,
  type BacktestStrategy,
  type FillSettings,
  type OpenPosition,
  type RandomBenchmark,
} from './reportSchema.ts';

/** What is to be said of a market that the run does not know. */
export type AboutMarket = Pick<BacktestMarket, 'data' | 'timeframe' | 'detail' | 'data_notes'>;

export interface ReportInput {
  readonly specs: readonly StrategySpec[];
  readonly instruments: ReadonlyMap<MarketSymbol, Instrument>;
  readonly markets: ReadonlyMap<MarketSymbol, AboutMarket>;
  readonly run: BacktestRun;
  readonly positions: ReadonlyMap<StrategyId, Position>;
  /** Every order that was decided, in that order. */
  readonly orders: readonly OrderRecord[];
  readonly findOrder: FindOrder;
  readonly initialEquity: Decimal;
  readonly fillSettings: FillSettings;
  readonly ambiguousBars: number;
  /** Final equity with every ambiguous bar read the other way; undefined when none is. */
  readonly otherEquity: Decimal | undefined;
  /** Absent: no random entries are drawn. */
  readonly random?: RandomOptions | undefined;
}

/** One strategy, and what it did. */
interface Part extends Ending {
  readonly spec: StrategySpec;
  readonly trades: readonly OwnedTrade[];
}

export function backtestReport(input: ReportInput): BacktestReport {
  const { run, findOrder } = input;
  const trades = ownedTrades(run.fills, input.instruments);
  const rows = tradeRows(trades, run, findOrder);
  const parts = partsOf(input, trades);
  const figures: MetricsInput = {
    ...{ run, trades, rows, tally: tallyOf(trades, parts), orders: input.orders.length },
    budget: sumOf(input.specs.map(({ budget }) => budget)),
    held: heldReturn(input),
    initialEquity: input.initialEquity,
    ambiguousBars: input.ambiguousBars,
    otherEquity: input.otherEquity,
  };
  const first = firstHeld(run);
  const metrics = metricsOf(figures);
  return {
    schema_version: REPORT_SCHEMA_VERSION,
    strategies: strategyRows(input, parts),
    markets: run.markets.flatMap((span) => marketRow(span, input, parts)),
    from: formatUtc(run.firstTime),
    to: formatUtc(run.lastTime),
    interrupted: run.isCut,
    cost_basis: 'average',
    fill_settings: input.fillSettings,
    trades: rows,
    orders: orderRows(input.orders),
    fills: fillRows(run, findOrder),
    equity: equityRows(figures, first),
    months: monthRows(run.curve.dayEnds),
    exits: exitRows(trades, ({ exitIntent }) => findOrder(exitIntent)?.intent.reason ?? ''),
    metrics,
    random: randomOf(input, figures, { endings: parts, result: metrics.return }),
    decisions: Object.fromEntries([...run.decisions].sort(([a], [b]) => (a < b ? -1 : 1))),
    chart: chartData(figures, first),
  };
}

function randomOf(
  { random, fillSettings }: ReportInput,
  { run, trades, budget }: MetricsInput,
  more: Pick<RandomInput, 'endings' | 'result'>,
): RandomBenchmark | null {
  if (!random) return null;
  const { markets: spans, firstTime } = run;
  const { slippage } = fillSettings;
  return randomBenchmark({
    ...{ ...random, ...more, trades, spans, firstTime, slippage },
    budget: toFloat(budget),
  });
}

function partsOf(
  { specs, positions, run }: ReportInput,
  trades: readonly OwnedTrade[],
): readonly Part[] {
  const byStrategy = groupedBy(trades, ({ strategyId }) => strategyId);
  return specs.flatMap((spec) => {
    const position = positions.get(spec.id);
    const span = run.markets.find(({ symbol }) => symbol === spec.symbol);
    if (!position || !span) return [];
    const value = position.amount.isZero() ? ZERO : position.amount.times(dec(span.lastClose));
    return [{ spec, position, value, trades: byStrategy.get(spec.id) ?? [] }];
  });
}

/** The first mark of what holding would have done: with several markets it is a part of the budgets, which begins at the whole. */
function firstHeld({ markets: [only, ...others] }: BacktestRun): number {
  return only && others.length === 0 ? only.firstClose : 1;
}

function heldReturn({ specs, run }: ReportInput): number {
  const all = specs.reduce((sum, { budget }) => sum + toFloat(budget), 0);
  const change = new Map(run.markets.map((span) => [span.symbol, changeOf(span)]));
  const won = specs.map(({ symbol, budget }) => toFloat(budget) * (change.get(symbol) ?? 0));
  return specs.length === 1
    ? (change.values().next().value ?? 0)
    : won.reduce((sum, each) => sum + each, 0) / all;
}

function changeOf({ firstClose, lastClose }: MarketSpan): number {
  return lastClose / firstClose - 1;
}

function strategyRows(input: ReportInput, parts: readonly Part[]): BacktestStrategy[] {
  const orders = groupedBy(input.orders, ({ intent }) => intent.strategyId);
  const fills = groupedBy(input.run.fills, ({ strategyId }) => strategyId);
  return parts.map((part) => {
    const { spec, trades } = part;
    const tally = tallyOf(trades, [part]);
    return {
      ...{ strategy: spec.id, kind: spec.kind, symbol: spec.symbol, timeframe: spec.timeframe },
      budget: toText(spec.budget),
      return: toFloat(tally.realised.plus(tally.unrealised)) / toFloat(spec.budget),
      ...moneyOf(tally),
      orders: orders.get(spec.id)?.length ?? 0,
      fills: fills.get(spec.id)?.length ?? 0,
      trades: trades.length,
      win_rate: winRateOf(trades),
      open_position: openPosition(part),
    };
  });
}

function marketRow(
  span: MarketSpan,
  { markets }: ReportInput,
  parts: readonly Part[],
): BacktestMarket[] {
  const about = markets.get(span.symbol);
  if (!about) return [];
  const own = parts.filter(({ spec }) => spec.symbol === span.symbol);
  const trades = own.flatMap((part) => part.trades);
  const { data, timeframe, detail, data_notes } = about;
  return [
    {
      ...{ symbol: span.symbol, data, timeframe, detail, buy_and_hold: changeOf(span) },
      ...moneyOf(tallyOf(trades, own)),
      trades: trades.length,
      data_notes,
    },
  ];
}

function moneyOf({ realised, unrealised, fees }: Tally): {
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
} {
  return { realised: toText(realised), unrealised: toText(unrealised), fees: toText(fees) };
}

function openPosition({ position: { amount, cost, dust }, value }: Part): OpenPosition {
  return {
    amount: toText(amount),
    cost: toText(cost),
    value: toText(value),
    dust: dust ? { amount: toText(dust.amount), cost: toText(dust.cost) } : null,
  };
}
