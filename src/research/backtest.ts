/**
 * A backtest: the same session as live, fed from columns. Per bar the exchange model sees the bar first (orders of the bar before
 * fill at its open or where it trades through them), then the engine does. What
 * the fills of a bar lead to (a guard, the other side of a grid) is at the exchange before the engine sees the bar.
 */
import type { CandleEvent } from '../core/domain/events.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { AttributedFill } from '../core/domain/position.ts';
import { type Timeframe, timeframeMs } from '../core/domain/time.ts';
import { accountOf } from '../core/ledger/ledger.ts';
import { aggregateColumns } from '../core/market/aggregate.ts';
import { EquityCurve } from '../core/reporting/equityCurve.ts';
import type { Session } from '../runtime/session.ts';

/** Bars between two progress reports. */
const PROGRESS_EVERY = 262_144;

export interface BacktestParts {
  readonly session: Session;
  /** The exchange model: sees every bar before the engine. */
  readonly exchange: { onCandle(event: CandleEvent): void };
}

export interface BacktestData {
  readonly symbol: MarketSymbol;
  readonly columns: BarColumns;
  readonly timeframe: Timeframe;
}

export interface BacktestOptions {
  /** Bar length of the strategy; a multiple of the data's. */
  readonly timeframe: Timeframe;
  /** Bars that open before it only warm the strategy up. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly onProgress: (share: number) => void;
}

export interface BacktestRun {
  readonly curve: EquityCurve;
  /** The price on the same marks: what holding would have done. */
  readonly prices: EquityCurve;
  /** Mean share of the equity that was held, over all bars. */
  readonly exposure: number;
  readonly fills: readonly AttributedFill[];
  /** Notes by code. */
  readonly decisions: ReadonlyMap<string, number>;
  readonly bars: number;
  readonly firstClose: number;
  readonly lastClose: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

/** @throws Error with the session's failure when it stopped. */
export function runBacktest(
  parts: BacktestParts,
  data: BacktestData,
  options: BacktestOptions,
): BacktestRun {
  const collected = collect(parts.session);
  const run = data.timeframe === options.timeframe ? sameBars : longerBars;
  const span = run(parts, data, options);
  if (parts.session.failure) throw parts.session.failure;
  return { ...span, ...collected };
}

type Span = Omit<BacktestRun, 'fills' | 'decisions'>;

function collect(session: Session): Pick<BacktestRun, 'fills' | 'decisions'> {
  const fills: AttributedFill[] = [];
  const decisions = new Map<string, number>();
  session.onStep((output) => {
    for (const fill of output.fills) fills.push(fill);
    for (const { code } of output.notes) decisions.set(code, (decisions.get(code) ?? 0) + 1);
  });
  return { fills, decisions };
}

function sameBars(parts: BacktestParts, data: BacktestData, options: BacktestOptions): Span {
  const { session, exchange } = parts;
  const event = blankEvent(data.symbol, data.timeframe);
  const walk = new Walk(session, data, options);
  for (let row = 0; row < walk.rows; row += 1) {
    walk.load(event, row);
    exchange.onCandle(event);
    session.dispatch(event);
    walk.mark(event);
  }
  return walk.span();
}

/** The exchange model sees the data's own bars; the engine gets each longer bar when its last part is through. */
function longerBars(parts: BacktestParts, data: BacktestData, options: BacktestOptions): Span {
  const { session, exchange } = parts;
  const lengthMs = timeframeMs(options.timeframe);
  const longer = aggregateColumns(data.columns, lengthMs);
  const event = blankEvent(data.symbol, data.timeframe);
  const longEvent = blankEvent(data.symbol, options.timeframe);
  const walk = new Walk(session, data, options);
  let next = 0;
  for (let row = 0; row < walk.rows; row += 1) {
    walk.load(event, row);
    exchange.onCandle(event);
    const following = data.columns.openTime[row + 1] ?? Infinity;
    const end = (longer.openTime[next] ?? Infinity) + lengthMs;
    if (following >= end) {
      loadEvent(longEvent, longer, next, lengthMs);
      next += 1;
      session.dispatch(longEvent);
    }
    walk.mark(event);
  }
  return walk.span();
}

function blankEvent(symbol: MarketSymbol, timeframe: Timeframe): CandleEvent {
  return {
    kind: 'candle',
    at: 0,
    symbol,
    timeframe,
    openTime: 0,
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
    closed: true,
  };
}

function loadEvent(event: CandleEvent, columns: BarColumns, row: number, lengthMs: number): void {
  const openTime = columns.openTime[row] ?? 0;
  event.openTime = openTime;
  event.at = openTime + lengthMs;
  event.open = columns.open[row] ?? 0;
  event.high = columns.high[row] ?? 0;
  event.low = columns.low[row] ?? 0;
  event.close = columns.close[row] ?? 0;
  event.volume = columns.volume[row] ?? 0;
}

/** The way through the data: rows in range, arming at the start, equity on every bar. */
class Walk {
  readonly rows: number;
  readonly #session: Session;
  readonly #columns: BarColumns;
  readonly #lengthMs: number;
  readonly #options: BacktestOptions;
  readonly #cash: { readonly totalFloat: number };
  readonly #held: { readonly totalFloat: number };
  readonly #curve = new EquityCurve();
  readonly #prices = new EquityCurve();
  #exposureSum = 0;
  #armed = false;
  #bars = 0;
  #firstClose = Number.NaN;
  #firstTime = Number.NaN;

  constructor(session: Session, data: BacktestData, options: BacktestOptions) {
    const market = session.state.markets.get(data.symbol);
    if (!market) throw new Error(`INSTRUMENT_MISSING: ${data.symbol}`);
    this.#session = session;
    this.#columns = data.columns;
    this.#lengthMs = timeframeMs(data.timeframe);
    this.#options = options;
    this.#cash = accountOf(session.state.ledger, market.instrument.quote);
    this.#held = accountOf(session.state.ledger, market.instrument.base);
    this.rows = rowsBefore(data.columns, options.toMs);
  }

  load(event: CandleEvent, row: number): void {
    loadEvent(event, this.#columns, row, this.#lengthMs);
    if (!this.#armed && event.openTime >= this.#options.fromMs) this.#arm(event);
    if (row % PROGRESS_EVERY === 0) this.#options.onProgress(row / this.rows);
  }

  mark(event: CandleEvent): void {
    if (!this.#armed) return;
    this.#bars += 1;
    const held = this.#held.totalFloat * event.close;
    const equity = this.#cash.totalFloat + held;
    this.#curve.mark(event.at, equity);
    this.#prices.mark(event.at, event.close);
    this.#exposureSum += held / equity;
  }

  span(): Span {
    const last = this.rows - 1;
    return {
      curve: this.#curve,
      prices: this.#prices,
      exposure: this.#exposureSum / this.#bars,
      bars: this.#bars,
      firstClose: this.#firstClose,
      lastClose: this.#columns.close[last] ?? Number.NaN,
      firstTime: this.#firstTime,
      lastTime: (this.#columns.openTime[last] ?? 0) + this.#lengthMs,
    };
  }

  #arm(event: CandleEvent): void {
    this.#armed = true;
    this.#firstClose = event.close;
    this.#firstTime = event.openTime;
    this.#session.dispatch({
      kind: 'control',
      at: event.openTime,
      action: 'arm',
      reason: 'backtest',
    });
  }
}

function rowsBefore({ openTime }: BarColumns, toMs: number): number {
  let rows = openTime.length;
  while (rows > 0 && (openTime[rows - 1] ?? 0) >= toMs) rows -= 1;
  return rows;
}
