/**
 * The past of a synthetic market: minutes for the recent part, hours before that, along a path of the same model with
 * streams of its own, shifted so that it ends at the starting price. The live path does not depend on it.
 */
import type { Bar } from './candleSeries.ts';
import type { PastBars } from './candleBook.ts';
import type { Paths } from './paths.ts';
import { Random } from '../../core/domain/random.ts';
import { volumeOfDay } from './regimes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, floorTo } from './timeframes.ts';

/** Steps of the path inside a bar. */
const STEPS_PER_MINUTE = 6;
const STEPS_PER_HOUR = 6;
/** The longest interval served from minutes, in minutes. */
const MINUTES_PER_LONGEST = 30;
/** Spread of bar volumes: standard deviation of their logarithm. */
const VOLUME_SD = 0.5;

interface HistorySymbol {
  readonly id: string;
  readonly startTicks: number;
  readonly lotsPerMinute: number;
}

/** A bar in logs of the price. */
interface LogBar {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In units of the typical volume of a minute. */
  readonly activity: number;
}

interface Track {
  readonly symbol: HistorySymbol;
  readonly volume: Random;
  readonly hours: LogBar[];
  readonly minutes: LogBar[];
}

/**
 * Makes the past of every symbol, once, when the first is asked for: they share the common factor.
 * @returns what makes a symbol's bars from its id.
 */
export function syntheticPast(options: {
  seed: number;
  makePaths: () => Paths;
  startMs: number;
  historyBars: number;
  symbols: readonly HistorySymbol[];
}): (id: string) => PastBars {
  let past: Map<string, PastBars> | undefined;
  return (id) => {
    past ??= walkPast(options);
    const bars = past.get(id);
    if (bars === undefined) throw new Error(`no history of ${id}`);
    past.delete(id);
    return bars;
  };
}

function walkPast(options: Parameters<typeof syntheticPast>[0]): Map<string, PastBars> {
  const { startMs, historyBars } = options;
  const paths = options.makePaths();
  const tracks = options.symbols.map((symbol): Track => ({
    symbol,
    volume: Random.stream(options.seed, `${symbol.id}/volume`),
    hours: [],
    minutes: [],
  }));
  const minutesFromMs =
    floorTo(startMs, HOUR_MS) - Math.ceil((historyBars * MINUTES_PER_LONGEST) / 60) * HOUR_MS;
  const hoursFromMs = Math.min(floorTo(startMs - historyBars * DAY_MS, DAY_MS), minutesFromMs);
  for (let openMs = hoursFromMs; openMs < minutesFromMs; openMs += HOUR_MS) {
    walkBar({ paths, tracks, openMs, minutes: 60, steps: STEPS_PER_HOUR, into: 'hours' });
  }
  const lastMs = floorTo(startMs, MINUTE_MS);
  for (let openMs = minutesFromMs; openMs < lastMs; openMs += MINUTE_MS) {
    walkBar({ paths, tracks, openMs, minutes: 1, steps: STEPS_PER_MINUTE, into: 'minutes' });
  }
  return new Map(
    tracks.map((track, index) => {
      const endLog = paths.logPrice(index);
      const bars = (logBars: readonly LogBar[]): Bar[] =>
        logBars.map((bar) => toBar(track, bar, endLog));
      return [track.symbol.id, { hours: bars(track.hours), minutes: bars(track.minutes) }];
    }),
  );
}

function walkBar(walk: {
  paths: Paths;
  tracks: readonly Track[];
  openMs: number;
  minutes: number;
  steps: number;
  into: 'hours' | 'minutes';
}): void {
  const { paths, tracks, openMs, minutes, steps, into } = walk;
  const bars = tracks.map((_, index) => {
    const log = paths.logPrice(index);
    return { openMs, open: log, high: log, low: log, close: log, activity: 0 };
  });
  const dayShape = volumeOfDay(openMs + (minutes * MINUTE_MS) / 2);
  for (let step = 0; step < steps; step += 1) {
    paths.step(minutes / steps);
    const activity = (paths.phase.activity * dayShape * minutes) / steps;
    for (const [index, bar] of bars.entries()) {
      bar.close = paths.logPrice(index);
      bar.high = Math.max(bar.high, bar.close);
      bar.low = Math.min(bar.low, bar.close);
      bar.activity += paths.volatilityFactor(index) * activity;
    }
  }
  for (const [index, bar] of bars.entries()) {
    const track = tracks[index];
    if (track === undefined) continue;
    bar.activity *= Math.exp(VOLUME_SD * track.volume.normal() - (VOLUME_SD * VOLUME_SD) / 2);
    track[into].push(bar);
  }
}

function toBar(track: Track, bar: LogBar, endLog: number): Bar {
  const ticks = (log: number): number =>
    Math.max(1, Math.round(track.symbol.startTicks * Math.exp(log - endLog)));
  const volume = Math.max(1, Math.round(track.symbol.lotsPerMinute * bar.activity));
  const close = ticks(bar.close);
  const takerBuyVolume = Math.round(volume * (bar.close >= bar.open ? 0.55 : 0.45));
  return {
    openMs: bar.openMs,
    open: ticks(bar.open),
    high: ticks(bar.high),
    low: ticks(bar.low),
    close,
    volume,
    quoteVolume: volume * close,
    prints: Math.max(1, Math.round(72 * bar.activity)),
    takerBuyVolume,
    takerBuyQuoteVolume: takerBuyVolume * close,
  };
}
