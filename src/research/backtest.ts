/**
 * A backtest: the same session as live, fed from columns. Bars of all markets come in the order in which they end. The exchange model
 * and the engine's guards go through every bar of the data (barPlayer.ts), those that end together one after the other; then the engine
 * gets the closed bars, or the longer ones that they complete, and strategies decide.
 */
import type { CandleEvent } from '../core/domain/events.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { AttributedFill } from '../core/domain/position.ts';
import type { Millis } from '../core/domain/time.ts';
import type { EquityCurve } from '../core/reporting/equityCurve.ts';
import type { Sample } from '../core/reporting/thinned.ts';
import { BarPlayer, type PlayParts } from './barPlayer.ts';
import { MarketWalk, type BacktestData } from './marketWalk.ts';
import { AccountMarks } from './marks.ts';

/** Turns between two progress reports. */
const PROGRESS_EVERY = 4_096;

export interface BacktestOptions {
  /** Bars that open before it only warm the strategies up. */
  readonly fromMs: Millis;
  /** Bars that open at or after it are left out. */
  readonly toMs: Millis;
  /** What is held is sold at the last close, as exit reason `END`; absent: it stays open. */
  readonly closeAtEnd?: boolean;
  /** Hears shares in [0, 1]. */
  readonly onProgress: (share: number) => void;
}

/** What lets others work meanwhile, and may end the run early. */
export interface Interruption {
  readonly pause: () => Promise<void>;
  readonly isCancelled: () => boolean;
}

/** A fill, and the number of the bar of its market's data in which it happened. */
export interface PlacedFill extends AttributedFill {
  readonly row: number;
}

/** One market as it was gone through. */
export interface MarketSpan {
  readonly symbol: MarketSymbol;
  readonly columns: BarColumns;
  /** Bars gone through, those of the warm-up among them. */
  readonly rows: number;
  /** Of the first bar that counts; NaN when there is none. */
  readonly firstClose: number;
  readonly lastClose: number;
  /** Milliseconds missing before a bar, by its open time. */
  readonly holes: ReadonlyMap<Millis, number>;
}

export interface BacktestRun {
  /** The account's equity, marked after every bar. */
  readonly curve: EquityCurve;
  /** What holding would have done, on the same marks; see {@link AccountMarks.holding}. */
  readonly holding: EquityCurve;
  readonly samples: readonly Sample[];
  /** Mean share of the equity that was held, over all bars. */
  readonly exposure: number;
  readonly fills: readonly PlacedFill[];
  /** Notes by code. */
  readonly decisions: ReadonlyMap<string, number>;
  /** Moments at which bars ended, from the beginning on. */
  readonly bars: number;
  readonly markets: readonly MarketSpan[];
  readonly firstTime: Millis;
  readonly lastTime: Millis;
  /** It was ended before the data. */
  readonly isCut: boolean;
}

/** @throws Error with the session's failure when it stopped; `INSTRUMENT_MISSING`. */
export function runBacktest(
  parts: PlayParts,
  data: BacktestData | readonly BacktestData[],
  options: BacktestOptions,
): BacktestRun {
  const way = new Way(parts, [data].flat(), options);
  for (const share of way.turns()) options.onProgress(share);
  return way.finish(options);
}

/** The same, with pauses in between, at each of which it may be ended. @throws Error as `runBacktest` */
export async function runBacktestInTurns(
  parts: PlayParts,
  data: readonly BacktestData[],
  options: BacktestOptions & Interruption,
): Promise<BacktestRun> {
  const way = new Way(parts, data, options);
  for (const share of way.turns()) {
    options.onProgress(share);
    await options.pause();
    if (options.isCancelled()) {
      way.isCut = true;
      break;
    }
  }
  return way.finish(options);
}

interface Collected {
  readonly fills: PlacedFill[];
  readonly decisions: Map<string, number>;
}

class Lane {
  readonly walk: MarketWalk;
  readonly player: BarPlayer;

  constructor(walk: MarketWalk, player: BarPlayer) {
    this.walk = walk;
    this.player = player;
  }

  play(): void {
    const { bar } = this.walk;
    if (this.player.concerns(bar)) this.player.play(bar);
  }
}

/** The way of all markets through their data. */
class Way {
  isCut = false;
  readonly #parts: PlayParts;
  readonly #lanes: readonly Lane[];
  /** Those of one turn; reused, because there are millions of turns. */
  readonly #group: Lane[] = [];
  readonly #marks: AccountMarks;
  readonly #collected: Collected;
  readonly #fromMs: Millis;
  readonly #tell = (bar: CandleEvent): void => {
    this.#parts.session.dispatch(bar);
  };
  #firstTime = Number.NaN;
  #lastTime = Number.NaN;

  constructor(parts: PlayParts, data: readonly BacktestData[], { fromMs, toMs }: BacktestOptions) {
    const { state } = parts.session;
    this.#parts = parts;
    this.#fromMs = fromMs;
    this.#lanes = data.map((each) => {
      const market = state.markets.get(each.symbol);
      if (!market) throw new Error(`INSTRUMENT_MISSING: ${each.symbol}`);
      return new Lane(new MarketWalk(market, each, toMs), new BarPlayer(parts, market));
    });
    const walks = this.#lanes.map(({ walk }) => walk);
    this.#marks = new AccountMarks(state, walks);
    this.#collected = collect(parts, walks);
  }

  /** Goes through everything; gives the share that is done now and then. */
  *turns(): Generator<number> {
    const all = this.#lanes.reduce((sum, { walk }) => sum + walk.rows, 0);
    do {
      yield this.#lanes.reduce((sum, { walk }) => sum + walk.row + 1, 0) / all;
    } while (this.#goOn(PROGRESS_EVERY));
  }

  /** @returns false at the end */
  #goOn(turns: number): boolean {
    for (let turn = 0; turn < turns; turn += 1) {
      const due = this.#nextDue();
      if (due === Infinity) return false;
      this.#turn(due);
      if (!this.#isArmed) continue;
      this.#lastTime = due;
      this.#marks.mark(due);
    }
    return true;
  }

  finish({ closeAtEnd = false }: BacktestOptions): BacktestRun {
    const { session } = this.#parts;
    if (closeAtEnd && this.#isArmed) this.#closeAtEnd();
    if (session.failure) throw session.failure;
    const { curve, holding, samples, exposure, count } = this.#marks;
    return {
      ...this.#collected,
      ...{ curve, holding, exposure, samples: samples.samples, bars: count },
      markets: this.#lanes.map(({ walk }) => this.#spanOf(walk)),
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      isCut: this.isCut,
    };
  }

  get #isArmed(): boolean {
    return !Number.isNaN(this.#firstTime);
  }

  #nextDue(): Millis {
    let next = Infinity;
    for (const { walk } of this.#lanes) if (walk.due < next) next = walk.due;
    return next;
  }

  /** Bars that end together. */
  #turn(due: Millis): void {
    const group = this.#group;
    let count = 0;
    for (const lane of this.#lanes) if (lane.walk.due === due) group[count++] = lane;
    for (let at = 0; at < count; at += 1) this.#begin(group[at]);
    for (let at = 0; at < count; at += 1) group[at]?.play();
    for (let at = 0; at < count; at += 1) group[at]?.walk.completed(this.#tell);
  }

  #begin(lane: Lane | undefined): void {
    if (!lane) return;
    const { walk } = lane;
    const { openTime } = walk.load();
    walk.overdue(this.#tell);
    if (!this.#isArmed && openTime >= this.#fromMs) this.#arm(openTime);
  }

  #arm(at: Millis): void {
    this.#firstTime = at;
    this.#parts.session.dispatch({ kind: 'control', at, action: 'arm', reason: 'backtest' });
  }

  /** Sells what is held at the last closes, each as a bar that never leaves it. */
  #closeAtEnd(): void {
    const at = this.#lastTime;
    const { session } = this.#parts;
    for (const { walk, player } of this.#lanes) {
      if (walk.row < 0) continue;
      const { symbol } = walk;
      const reason = 'nothing comes after it';
      player.play(walk.after(), () => {
        session.dispatch({ kind: 'control', at, action: 'finish', symbol, reason });
      });
    }
    this.#marks.again(at);
  }

  #spanOf({ symbol, columns, row, close, rows, holes }: MarketWalk): MarketSpan {
    const firstClose = this.#marks.firstClose(symbol);
    const gone = Math.min(row + 1, rows);
    return { symbol, columns, rows: gone, firstClose, lastClose: close, holes };
  }
}

function collect({ session }: PlayParts, walks: readonly MarketWalk[]): Collected {
  const fills: PlacedFill[] = [];
  const decisions = new Map<string, number>();
  const bySymbol = new Map(walks.map((walk) => [walk.symbol, walk]));
  session.onStep((output) => {
    for (const { fill, strategyId, intentId } of output.fills)
      fills.push({ fill, strategyId, intentId, row: bySymbol.get(fill.symbol)?.row ?? -1 });
    for (const { code } of output.notes) decisions.set(code, (decisions.get(code) ?? 0) + 1);
  });
  return { fills, decisions };
}
