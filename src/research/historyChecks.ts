/** `check look-ahead` and `check warm-up`: a strategy, and the signals it reads, over histories cut at the end or at the beginning. */
import type { BarColumns } from '../core/domain/market.ts';
import { timeframeMs, type Millis, type Timeframe } from '../core/domain/time.ts';
import { SignalEngine } from '../core/signals/signalEngine.ts';
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';
import { barsToWarm, settleBars } from '../runtime/intake.ts';
import { signalSubject } from './subjects.ts';
import { lookAhead, warmUp, type LookAhead, type Subject, type WarmUp } from './truncation.ts';

/** Numbers may be so far from what all of the past would make them, as a share of their size. */
const DEVIATION_MAX = 0.01;
/** Least of the history that must be there besides what a daemon fetches, as a multiple of that. */
const PAST_MIN = 2;

export interface Checked {
  readonly strategy: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly bars: number;
  readonly from: Millis;
  readonly to: Millis;
}

export interface LookAheadCheck extends Checked {
  readonly strategySays: LookAhead;
  /** Absent: the strategy reads none. */
  readonly signalsSay?: LookAhead;
}

export interface WarmUpCheck extends Checked {
  /** Bars the strategy says it needs, and those that a daemon fetches. */
  readonly declared: number;
  readonly fetched: number;
  readonly strategySays: WarmUp;
  /** Absent: the strategy reads none. */
  readonly signalsSay?: WarmUp;
  /** With what a daemon fetches all is said as with all of the past, and numbers are as near as `deviationMax`. */
  readonly isEnough: boolean;
  readonly deviationMax: number;
}

/** What is looked at. */
export interface Observed {
  readonly spec: StrategySpec;
  /** One of them, for what it says of itself. */
  readonly strategy: Pick<Strategy, 'warmUpBars' | 'settleBars' | 'readsSignals'>;
  /** The strategy over a history. */
  readonly subject: Subject;
  readonly bars: BarColumns;
  /** Of these bars; for a warm-up that of the strategy. */
  readonly timeframe: Timeframe;
}

export interface CheckOptions {
  /** Shorter histories, or moments. ≥ 1. */
  readonly count: number;
  readonly onProgress: (share: number) => void;
}

export async function checkLookAhead(
  observed: Observed,
  { count, onProgress }: CheckOptions,
): Promise<LookAheadCheck> {
  const { bars, subject, timeframe } = observed;
  const lengthMs = timeframeMs(timeframe);
  const options = { cuts: count, lengthMs, onProgress };
  const strategySays = await lookAhead(subject, bars, options);
  const signalsSay = readsSignals(observed)
    ? await lookAhead(signalSubject(lengthMs), bars, options)
    : undefined;
  return { ...aboutOf(observed), strategySays, ...(signalsSay && { signalsSay }) };
}

/** @throws Error `DATA_INVALID` when there are too few bars to tell. */
export async function checkWarmUp(
  observed: Observed,
  { count: moments, onProgress }: CheckOptions,
): Promise<WarmUpCheck> {
  const { bars, subject, timeframe, strategy } = observed;
  const lengthMs = timeframeMs(timeframe);
  const declared = strategy.warmUpBars;
  const fetched = barsToWarm([settleBars(strategy), new SignalEngine(lengthMs).warmUpBars]);
  const needed = fetched * PAST_MIN;
  if (bars.openTime.length < needed)
    throw new Error(
      `DATA_INVALID: there are ${bars.openTime.length} bars of ${timeframe}; to tell what a longer past would change, ${needed} are needed`,
    );
  const options = { lengths: lengthsTo(declared, fetched), moments, sizeOf, onProgress };
  const strategySays = await warmUp(subject, bars, options);
  const signalsSay = readsSignals(observed)
    ? await warmUp(scoreSubject(lengthMs), bars, options)
    : undefined;
  return {
    ...aboutOf(observed),
    ...{ declared, fetched, strategySays, ...(signalsSay && { signalsSay }) },
    isEnough: [strategySays, signalsSay].every((says) => isEnough(says?.lengths.at(-1))),
    deviationMax: DEVIATION_MAX,
  };
}

/** A score lies between −1 and 1. */
function sizeOf(name: string): number | undefined {
  return /(?:^| )score$/u.test(name) ? 1 : undefined;
}

/** Which data points there are, and the score: what a strategy reads. */
function scoreSubject(lengthMs: number): Subject {
  const signals = signalSubject(lengthMs);
  return async (bars) =>
    (await signals(bars)).map(({ at, words, numbers }) => ({
      ...{ at, words },
      numbers: { score: numbers['score'] ?? Number.NaN },
    }));
}

function readsSignals({ strategy }: Observed): boolean {
  return strategy.readsSignals !== false;
}

function isEnough(length: WarmUp['lengths'][number] | undefined): boolean {
  return !length || (length.otherWords === 0 && length.deviation <= DEVIATION_MAX);
}

/** What is declared, doubled until it is what a daemon fetches. */
function lengthsTo(declared: number, fetched: number): number[] {
  const lengths: number[] = [];
  for (let bars = Math.max(1, declared); bars < fetched; bars *= 2) lengths.push(bars);
  return [...lengths, fetched];
}

function aboutOf({ spec, bars: { openTime }, timeframe }: Observed): Checked {
  const { id: strategy, symbol } = spec;
  const to = (openTime.at(-1) ?? 0) + timeframeMs(timeframe);
  return { strategy, symbol, timeframe, bars: openTime.length, from: openTime[0] ?? 0, to };
}
