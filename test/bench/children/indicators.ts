/** What one indicator of one library takes per update, over the same bars. */
import type { Bar } from '../../../src/core/domain/market.ts';
import { create } from '../../../src/core/indicators/catalogue.ts';
import type { ChildService } from '../child.ts';
import { TECHNICAL_INDICATORS, TRADING_SIGNALS, type Rival } from '../indicatorRivals.ts';
import { syntheticBars } from '../market.ts';
import { startStopwatch } from '../statistics.ts';

export type Library = 'plimsoll' | 'technicalindicators' | 'trading-signals';

export interface IndicatorCase {
  readonly library: Library;
  readonly name: string;
  readonly bars: number;
  readonly rounds: number;
}

export interface IndicatorFigures {
  /** Nanoseconds of the thread per update, of each round. */
  readonly nsPerUpdate: readonly number[];
}

/** Rounds after which the compiler has done what it will do. */
const WARM_UP_ROUNDS = 20;

/** What all three have in common: something is made of a bar. The sum keeps the work from being left out. */
type Feed = (bar: Bar & { readonly reference: number }) => unknown;

interface Streaming {
  nextValue(value: unknown): unknown;
  add(value: unknown): unknown;
}

export async function open(request: unknown): Promise<ChildService> {
  const { library, name, bars: count, rounds } = request as IndicatorCase;
  const bars = barsOf(count);
  const feed = await feedOf(library, name);
  const nsPerUpdate: number[] = [];
  let seen = 0;
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    const stopwatch = startStopwatch();
    for (const bar of bars) if (feed(bar) !== undefined) seen += 1;
    const { threadMs, cpuMs } = stopwatch.stop();
    if (round >= 0) nsPerUpdate.push(((threadMs ?? cpuMs) * 1e6) / count);
  }
  if (seen === 0) throw new Error(`${library} ${name} says nothing`);
  return { ready: { nsPerUpdate } satisfies IndicatorFigures };
}

function barsOf(count: number): (Bar & { readonly reference: number })[] {
  const { openTime, open, high, low, close, volume } = syntheticBars(count, 1);
  return Array.from(openTime, (at, row) => ({
    openTime: at,
    open: open[row] ?? 1,
    high: high[row] ?? 1,
    low: low[row] ?? 1,
    close: close[row] ?? 1,
    volume: volume[row] ?? 1,
    reference: (high[row] ?? 1) * 3 + (low[row] ?? 1),
  }));
}

async function feedOf(library: Library, name: string): Promise<Feed> {
  if (library === 'plimsoll') {
    const indicator = create(name, {});
    return (bar) => indicator.update(bar);
  }
  // By a name that the compiler does not follow: the package need not be there to build this.
  const found = (await import(library)) as Found;
  if (library === 'trading-signals') return signalsFeed(found, name);
  const rival = rivalOf(TECHNICAL_INDICATORS, name);
  const streaming = made(found, rival);
  return rival[2] === 'close'
    ? (bar) => streaming.nextValue(bar.close)
    : (bar) => streaming.nextValue(bar);
}

function signalsFeed(found: Found, name: string): Feed {
  if (name === 'macd') {
    const streaming = convergence(found);
    return (bar) => streaming.add(bar.close);
  }
  const rival = rivalOf(TRADING_SIGNALS, name);
  const streaming = made(found, rival);
  return rival[2] === 'close' ? (bar) => streaming.add(bar.close) : (bar) => streaming.add(bar);
}

function rivalOf(rivals: Readonly<Record<string, Rival>>, name: string): Rival {
  const rival = rivals[name];
  if (!rival) throw new Error(`there is no ${name} to compare with`);
  return rival;
}

type Found = Record<string, unknown> & { readonly default?: Record<string, unknown> };
type Constructor = new (...given: readonly unknown[]) => Streaming;

function made(found: Found, [name, given]: Rival): Streaming {
  const Kind = (found[name] ?? found.default?.[name]) as Constructor;
  return new Kind(...given);
}

/** trading-signals' MACD is made of its averages. */
function convergence(found: Found): Streaming {
  const [fast, slow, signal] = [12, 26, 9].map((n) => made(found, ['EMA', [n], 'close']));
  return made(found, ['MACD', [fast, slow, signal], 'close']);
}
