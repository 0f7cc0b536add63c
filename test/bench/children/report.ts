/** Makes the report of a run with many trades, as it is printed, kept and drawn. */
import { DEFAULT_ACCOUNT } from '../../../src/compose/backtestAccount.ts';
import { guessInstrument } from '../../../src/compose/instrumentGuess.ts';
import { dec, ZERO } from '../../../src/core/domain/decimal.ts';
import type { Fill } from '../../../src/core/domain/fill.ts';
import {
  asset,
  clientOrderId,
  exchangeOrderId,
  intentId,
  marketSymbol,
  strategyId,
  tradeId,
} from '../../../src/core/domain/ids.ts';
import type { BarColumns } from '../../../src/core/domain/market.ts';
import type { OrderRecord, Side } from '../../../src/core/domain/order.ts';
import { flatPosition } from '../../../src/core/ledger/accounting.ts';
import { EquityCurve } from '../../../src/core/reporting/equityCurve.ts';
import type { StrategySpec } from '../../../src/core/strategies/contract.ts';
import { reportPage } from '../../../src/interface/report/page.ts';
import type { BacktestRun, PlacedFill } from '../../../src/research/backtest.ts';
import { backtestReport, type ReportInput } from '../../../src/research/report.ts';
import type { ChildService } from '../child.ts';
import { syntheticBars } from '../market.ts';
import { startStopwatch, type Cost } from '../statistics.ts';

const SYMBOL = marketSymbol('BTC/USDT');
const STRATEGY = strategyId('bench');
const QUOTE = asset('USDT');
const SEED = 20_260_101;
const BARS_PER_TRADE = 5;
const FEE = dec('0.01');

export interface ReportCase {
  readonly trades: number;
  /** Timed times, after one that is not. */
  readonly rounds: number;
}

export interface ReportFigures {
  readonly report: readonly Cost[];
  readonly json: readonly Cost[];
  readonly page: readonly Cost[];
  readonly jsonBytes: number;
}

export async function open(request: unknown): Promise<ChildService> {
  const { trades, rounds } = request as ReportCase;
  const input = inputOf(trades);
  const figures = { report: [] as Cost[], json: [] as Cost[], page: [] as Cost[], jsonBytes: 0 };
  for (let round = 0; round <= rounds; round += 1) {
    const [report, made] = timed(() => backtestReport(input));
    if (report.trades.length !== trades) throw new Error(`${report.trades.length} trades`);
    const [text, written] = timed(() => JSON.stringify(report));
    const [, drawn] = timed(() => reportPage(report, []));
    figures.jsonBytes = text.length;
    if (round === 0) continue;
    figures.report.push(made);
    figures.json.push(written);
    figures.page.push(drawn);
  }
  return { ready: figures satisfies ReportFigures };
}

function timed<Result>(work: () => Result): [Result, Cost] {
  const stopwatch = startStopwatch();
  const result = work();
  return [result, stopwatch.stop()];
}

/** A buy and a sell in turn, some bars apart. */
function inputOf(trades: number): ReportInput {
  const columns = syntheticBars(trades * BARS_PER_TRADE, SEED);
  const { makerFee: maker, takerFee: taker } = DEFAULT_ACCOUNT;
  const guessed = { price: columns.close[0] ?? 1, priceDecimals: 2 };
  const instrument = guessInstrument(SYMBOL, guessed, { maker, taker });
  const fills: PlacedFill[] = [];
  const orders = new Map<string, OrderRecord>();
  for (let trade = 0; trade < trades; trade += 1)
    for (const [side, offset] of [
      ['buy', 0],
      ['sell', 3],
    ] as const) {
      const placed = placedFill(columns, trade * BARS_PER_TRADE + offset, side, fills.length);
      fills.push(placed);
      orders.set(placed.intentId, orderOf(placed, fills.length));
    }
  return {
    specs: [specOf()],
    instruments: new Map([[SYMBOL, instrument]]),
    markets: new Map([[SYMBOL, ABOUT]]),
    run: runOf(columns, fills),
    positions: new Map([[STRATEGY, flatPosition(STRATEGY, SYMBOL)]]),
    orders: [...orders.values()],
    findOrder: (id) => orders.get(id),
    initialEquity: DEFAULT_ACCOUNT.balance,
    fillSettings: { slippage: 0, touch: 'through', max_share: null, latency_ms: 0 },
    ambiguousBars: 0,
    otherEquity: undefined,
  };
}

const ABOUT = {
  ...{ data: 'bench', timeframe: '1m', detail: null },
  data_notes: { gaps: [], jumps: [], zero_volume_bars: 0, conversions: [], assumed: [] },
} as const;

function placedFill(columns: BarColumns, row: number, side: Side, serial: number): PlacedFill {
  const fill: Fill = {
    ...{ tradeId: tradeId(String(serial)), symbol: SYMBOL, side, fee: FEE, feeAsset: QUOTE },
    exchangeOrderId: exchangeOrderId(String(serial)),
    price: dec((columns.close[row] ?? 1).toFixed(2)),
    amount: dec('0.01'),
    liquidity: 'maker',
    at: columns.openTime[row] ?? 0,
  };
  return { fill, strategyId: STRATEGY, intentId: intentId(`bench-${serial}`), row };
}

function orderOf(
  { fill, intentId: id, strategyId: owner }: PlacedFill,
  sequence: number,
): OrderRecord {
  const { side, price, amount, at } = fill;
  return {
    intent: {
      ...{ intentId: id, clientOrderId: clientOrderId(`x${sequence}`), sequence },
      ...{ strategyId: owner, symbol: SYMBOL, side, type: 'limit', price, amount },
      purpose: side === 'buy' ? 'entry' : 'exit',
      ...{ referencePrice: price, reason: 'GRID_SELL', inputs: {}, tag: 'L07', createdAt: at },
    },
    ...{ state: 'FILLED', filled: amount, filledQuote: ZERO, reportedFilled: amount },
    ...{ cancelRequested: false, message: '', updatedAt: at },
  };
}

function specOf(): StrategySpec {
  return {
    ...{ id: STRATEGY, kind: 'grid', symbol: SYMBOL, timeframe: '1m', budget: dec('1000') },
    ...{ cooldownMs: 0, params: {}, source: 'bench' },
  };
}

function runOf(columns: BarColumns, fills: readonly PlacedFill[]): BacktestRun {
  const [curve, holding] = [new EquityCurve(), new EquityCurve()];
  for (const [row, close] of columns.close.entries()) {
    curve.mark(columns.openTime[row] ?? 0, 10_000 + close / 100);
    holding.mark(columns.openTime[row] ?? 0, close);
  }
  const [rows, last] = [columns.close.length, columns.close.length - 1];
  const [firstClose, lastClose] = [columns.close[0] ?? 1, columns.close[last] ?? 1];
  return {
    ...{ curve, holding, samples: [], exposure: 0.5, fills, decisions: new Map(), bars: rows },
    markets: [{ symbol: SYMBOL, columns, rows, firstClose, lastClose, holes: new Map() }],
    firstTime: columns.openTime[0] ?? 0,
    lastTime: columns.openTime[last] ?? 0,
    isCut: false,
  };
}
