/**
 * A backtest: the same session as live, fed from columns. The exchange model and the engine's guards go through every bar of the data
 * (barPlayer.ts); then the engine gets the closed bar, or the longer one that it completes, and strategies decide.
 */
import type { CandleEvent } from '../core/domain/events.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { AttributedFill } from '../core/domain/position.ts';
import { type Timeframe, timeframeMs } from '../core/domain/time.ts';
import type { MarketState } from '../core/engine/state.ts';
import { accountOf } from '../core/ledger/ledger.ts';
import { aggregateColumns } from '../core/market/aggregate.ts';
import { EquityCurve } from '../core/reporting/equityCurve.ts';
import type { Session } from '../runtime/session.ts';
import { BarPlayer, type PlayParts } from './barPlayer.ts';

/** Bars between two progress reports. */
const PROGRESS_EVERY = 262_144;

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
  /** What is held is sold at the last close, as exit reason `END`; absent: it stays open. */
  readonly closeAtEnd?: boolean;
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
  /** Milliseconds missing before a bar, by its open time: the holes that were gone over. */
  readonly holes: ReadonlyMap<number, number>;
}

/** @throws Error with the session's failure when it stopped. */
export function runBacktest(
  parts: PlayParts,
  data: BacktestData,
  options: BacktestOptions,
): BacktestRun {
  const { session } = parts;
  const market = session.state.markets.get(data.symbol);
  if (!market) throw new Error(`INSTRUMENT_MISSING: ${data.symbol}`);
  const collected = collect(session);
  const walk = new Walk(session, market, data, options);
  goThrough(parts, walk, new BarPlayer(parts, market));
  if (options.closeAtEnd === true) closeAtEnd(parts, walk, new BarPlayer(parts, market));
  if (session.failure) throw session.failure;
  return { ...walk.span(), ...collected };
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

function goThrough({ session }: PlayParts, walk: Walk, player: BarPlayer): void {
  for (let row = 0; row < walk.rows; row += 1) {
    const bar = walk.load(row);
    if (player.concerns(bar)) player.play(bar);
    const complete = walk.completedBy(row);
    if (complete) session.dispatch(complete);
    walk.mark(bar);
  }
}

/** Sells what is held at the last close, as a bar that never leaves it. */
function closeAtEnd({ session }: PlayParts, walk: Walk, player: BarPlayer): void {
  const bar = walk.last();
  const { at } = bar;
  player.play(bar, () => {
    session.dispatch({ kind: 'control', at, action: 'finish', reason: 'nothing comes after it' });
  });
  walk.markAgain(bar);
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
    told: true,
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

/** The way through the data: rows in range, arming at the start, bars of the strategy's length, equity on every bar. */
class Walk {
  readonly rows: number;
  readonly #session: Session;
  readonly #columns: BarColumns;
  readonly #lengthMs: number;
  readonly #options: BacktestOptions;
  readonly #bar: CandleEvent;
  readonly #longer: LongerBars | undefined;
  readonly #cash: { readonly totalFloat: number };
  readonly #held: { readonly totalFloat: number };
  readonly #curve = new EquityCurve();
  readonly #prices = new EquityCurve();
  #exposureSum = 0;
  readonly #holes = new Map<number, number>();
  #armed = false;
  #bars = 0;
  #firstClose = Number.NaN;
  #firstTime = Number.NaN;

  constructor(
    session: Session,
    { instrument }: MarketState,
    data: BacktestData,
    options: BacktestOptions,
  ) {
    this.#session = session;
    this.#columns = data.columns;
    this.#lengthMs = timeframeMs(data.timeframe);
    this.#options = options;
    this.#bar = blankEvent(data.symbol, data.timeframe);
    this.#longer =
      data.timeframe === options.timeframe ? undefined : new LongerBars(data, options.timeframe);
    this.#cash = accountOf(session.state.ledger, instrument.quote);
    this.#held = accountOf(session.state.ledger, instrument.base);
    this.rows = rowsBefore(data.columns, options.toMs);
  }

  /** A bar of the data. One object, overwritten. */
  load(row: number): CandleEvent {
    const bar = this.#bar;
    const due = bar.at;
    loadEvent(bar, this.#columns, row, this.#lengthMs);
    if (bar.openTime > due && row > 0) this.#holes.set(bar.openTime, bar.openTime - due);
    if (!this.#armed && bar.openTime >= this.#options.fromMs) this.#arm(bar);
    if (row % PROGRESS_EVERY === 0) this.#options.onProgress(row / this.rows);
    return bar;
  }

  /** The bar of the strategy's own length that is complete with this row, if one is. */
  completedBy(row: number): CandleEvent | undefined {
    return this.#longer ? this.#longer.completedBy(row) : this.#bar;
  }

  /** What comes after the last bar when nothing moves any more. */
  last(): CandleEvent {
    const { at, close } = this.#bar;
    return { ...this.#bar, openTime: at, open: close, high: close, low: close };
  }

  mark({ at, close }: CandleEvent): void {
    if (!this.#armed) return;
    this.#bars += 1;
    const held = this.#held.totalFloat * close;
    const equity = this.#cash.totalFloat + held;
    this.#curve.mark(at, equity);
    this.#prices.mark(at, close);
    this.#exposureSum += held / equity;
  }

  /** The last mark once more, after what was sold at it. */
  markAgain({ at, close }: CandleEvent): void {
    this.#curve.mark(at, this.#cash.totalFloat + this.#held.totalFloat * close);
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
      holes: this.#holes,
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

/** Longer bars out of the data's, each when its last part is through. A part of one at either end of the data is none. */
class LongerBars {
  readonly #openTimes: Float64Array;
  readonly #columns: BarColumns;
  readonly #lengthMs: number;
  readonly #event: CandleEvent;
  readonly #startsAt: number;
  readonly #endsAt: number;
  #next = 0;

  constructor({ columns, symbol, timeframe: given }: BacktestData, timeframe: Timeframe) {
    this.#openTimes = columns.openTime;
    this.#lengthMs = timeframeMs(timeframe);
    this.#columns = aggregateColumns(columns, this.#lengthMs);
    this.#event = blankEvent(symbol, timeframe);
    this.#startsAt = columns.openTime[0] ?? 0;
    this.#endsAt = (columns.openTime.at(-1) ?? 0) + timeframeMs(given);
  }

  completedBy(row: number): CandleEvent | undefined {
    const start = this.#columns.openTime[this.#next] ?? Infinity;
    const end = start + this.#lengthMs;
    if ((this.#openTimes[row + 1] ?? this.#endsAt) < end) return undefined;
    loadEvent(this.#event, this.#columns, this.#next, this.#lengthMs);
    this.#next += 1;
    return start < this.#startsAt ? undefined : this.#event;
  }
}

function rowsBefore({ openTime }: BarColumns, toMs: number): number {
  let rows = openTime.length;
  while (rows > 0 && (openTime[rows - 1] ?? 0) >= toMs) rows -= 1;
  return rows;
}
