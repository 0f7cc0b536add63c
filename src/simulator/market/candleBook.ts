/**
 * All bars of one market: minutes aggregated from prints, hours from minutes, every other interval on request.
 * Two bounded rings are kept; a request for an interval below one hour reads the minutes, any other the hours.
 */
import type { Bar, Print } from './candleSeries.ts';
import { CandleSeries, addPrint, flatBar, joinBars } from './candleSeries.ts';
import type { Timeframe } from './timeframes.ts';
import { HOUR_MS, MINUTE_MS, TIMEFRAME_MS, floorTo } from './timeframes.ts';

/** Minutes kept: 45 days. */
export const MINUTES_MAX = 65_536;
/** Hours kept: 3.7 years. */
export const HOURS_MAX = 32_768;

/** Bars before the first live minute: hours of the distant past, then minutes that end where the live ones start. */
export interface PastBars {
  readonly hours: readonly Bar[];
  readonly minutes: readonly Bar[];
}

export class CandleBook {
  #minutes = new CandleSeries(MINUTE_MS, MINUTES_MAX);
  #hours = new CandleSeries(HOUR_MS, HOURS_MAX);
  #past: (() => PastBars) | undefined;
  #forming: Bar;

  /**
   * @param startMs the minute in which the first bar opens; @param ticks the price it opens at.
   * @param past makes the bars before it; called once, when somebody first looks at closed bars.
   */
  constructor(startMs: number, ticks: number, past?: () => PastBars) {
    this.#forming = flatBar(floorTo(startMs, MINUTE_MS), ticks);
    this.#past = past;
  }

  /** Closed minutes. */
  get minutes(): CandleSeries {
    this.loadPast();
    return this.#minutes;
  }

  /** Closed hours. */
  get hours(): CandleSeries {
    this.loadPast();
    return this.#hours;
  }

  /** The minute that is still open. A copy. */
  get forming(): Bar {
    return { ...this.#forming };
  }

  get lastTicks(): number {
    return this.#forming.close;
  }

  /** Replaces the open minute: the seam for history and snapshots. */
  resume(forming: Bar): void {
    this.#forming = { ...forming };
  }

  /** Adds a print to the open minute. */
  print(print: Print): void {
    addPrint(this.#forming, print);
  }

  /** Closes the open minute and opens the next one, flat at the last price. Returns the closed bar. */
  closeMinute(): Bar {
    const closed = this.#forming;
    this.addMinute(closed);
    this.#forming = flatBar(closed.openMs + MINUTE_MS, closed.close);
    return closed;
  }

  /** Appends bars of an earlier run. Bars already kept are skipped; after a gap only what follows it is kept. */
  append(hours: readonly Bar[], minutes: readonly Bar[]): void {
    for (const bar of hours) {
      if (isNext(this.hours, bar)) this.hours.push(bar);
    }
    for (const bar of minutes) {
      if (isNext(this.minutes, bar)) this.addMinute(bar);
    }
  }

  /** Appends a finished minute, and its hour when the minute completes one. What is before a gap is forgotten. */
  addMinute(bar: Bar): void {
    if (this.#minutes.length === MINUTES_MAX) this.loadPast();
    if (this.#minutes.length > 0 && this.#minutes.nextMs !== bar.openMs) {
      this.#minutes.clear();
      this.#hours.clear();
    }
    this.#minutes.push(bar);
    const endMs = bar.openMs + MINUTE_MS;
    if (endMs % HOUR_MS !== 0) return;
    const hourMs = endMs - HOUR_MS;
    if (this.#hours.length > 0 && this.#hours.nextMs !== hourMs) return;
    const hour = join(hourMs, this.#minutes, hourMs, endMs);
    if (hour !== undefined) this.#hours.push(hour);
  }

  /** Puts the past before what has been live so far, which is taken over minute by minute. */
  loadPast(): void {
    const past = this.#past;
    if (past === undefined) return;
    this.#past = undefined;
    const live = this.#minutes;
    this.#minutes = new CandleSeries(MINUTE_MS, MINUTES_MAX);
    this.#hours = new CandleSeries(HOUR_MS, HOURS_MAX);
    const { hours, minutes } = past();
    for (const bar of hours) this.#hours.push(bar);
    for (const bar of minutes) this.addMinute(bar);
    for (let ms = live.firstMs; ms < live.nextMs; ms += MINUTE_MS) {
      const bar = live.at(ms);
      if (bar !== undefined) this.addMinute(bar);
    }
  }

  /** Opening time of the oldest bar that can be served for an interval. */
  firstMs(timeframe: Timeframe): number {
    const intervalMs = TIMEFRAME_MS[timeframe];
    const series = intervalMs >= HOUR_MS && this.hours.length > 0 ? this.hours : this.minutes;
    return floorTo(series.length > 0 ? series.firstMs : this.#forming.openMs, intervalMs);
  }

  /** The bar of an interval that opens at `openMs`, as far as it has come; undefined when nothing of it is kept. */
  bar(timeframe: Timeframe, openMs: number): Bar | undefined {
    return this.span(openMs, openMs + TIMEFRAME_MS[timeframe]);
  }

  /** The bar of the whole minutes in [openMs, endMs), as far as it has come; undefined when nothing of it is kept. */
  span(openMs: number, endMs: number): Bar | undefined {
    let minutesFromMs = openMs;
    let joined: Bar | undefined;
    if (openMs % HOUR_MS === 0 && endMs % HOUR_MS === 0) {
      joined = join(openMs, this.hours, openMs, endMs);
      if (joined !== undefined)
        minutesFromMs = Math.min(endMs, Math.max(openMs, this.hours.nextMs));
    }
    joined = chain(joined, join(openMs, this.minutes, minutesFromMs, endMs));
    const forming = this.#forming;
    const isOpen = forming.openMs >= openMs && forming.openMs < endMs;
    return isOpen ? chain(joined, { ...forming, openMs }) : joined;
  }

  /**
   * Bars in ascending order that open within [fromMs, toMs], the open one included, at most `limit`:
   * the earliest when `fromMs` is given, else the latest.
   */
  bars(timeframe: Timeframe, range: { fromMs?: number; toMs?: number; limit: number }): Bar[] {
    const intervalMs = TIMEFRAME_MS[timeframe];
    const oldestMs = this.firstMs(timeframe);
    const newestMs = Math.min(
      floorTo(range.toMs ?? Number.MAX_SAFE_INTEGER, intervalMs),
      floorTo(this.#forming.openMs, intervalMs),
    );
    const latestStartMs = newestMs - (range.limit - 1) * intervalMs;
    const wantedMs =
      range.fromMs === undefined
        ? latestStartMs
        : Math.ceil(range.fromMs / intervalMs) * intervalMs;
    const bars: Bar[] = [];
    for (
      let openMs = Math.max(oldestMs, wantedMs);
      openMs <= newestMs && bars.length < range.limit;
      openMs += intervalMs
    ) {
      const bar = this.bar(timeframe, openMs);
      if (bar !== undefined) bars.push(bar);
    }
    return bars;
  }
}

/** Whether a bar can follow; a series that ended before a gap is emptied so that it can. */
function isNext(series: CandleSeries, bar: Bar): boolean {
  if (series.length > 0 && bar.openMs > series.nextMs) series.clear();
  return series.length === 0 || bar.openMs === series.nextMs;
}

function chain(earlier: Bar | undefined, later: Bar | undefined): Bar | undefined {
  if (earlier === undefined) return later;
  return later === undefined ? earlier : joinBars(earlier, later);
}

/** Joins the bars of a series that open in [fromMs, endMs) into one that opens at `openMs`. */
function join(
  openMs: number,
  series: CandleSeries,
  fromMs: number,
  endMs: number,
): Bar | undefined {
  let joined: Bar | undefined;
  const startMs = Math.max(fromMs, series.firstMs);
  for (let ms = startMs; ms < Math.min(endMs, series.nextMs); ms += series.intervalMs) {
    const bar = series.at(ms);
    if (bar !== undefined) joined = chain(joined, { ...bar, openMs });
  }
  return joined;
}
