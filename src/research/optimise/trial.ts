/** One trial of a strategy on a part of a recording: what is to be run, and what came of it. Plain data: it travels to any worker. */
import type { Millis } from '../../core/domain/time.ts';
import type { Assignment } from '../../core/search/space.ts';
import type { TrialState } from '../../ports/trialLedger.ts';

export interface TrialTask {
  /** Replaces keys of the strategy's file. */
  readonly params: Assignment;
  /** Opening times of bars: traded from, inclusive, to before. */
  readonly fromMs: Millis;
  readonly toMs: Millis;
  /** Bars from here on warm it up; at most `fromMs`. */
  readonly warmFromMs: Millis;
  /** What is held at the end is sold there. */
  readonly closeAtEnd: boolean;
  /** Fees and slippage, times these. */
  readonly feeFactor: number;
  readonly slippageFactor: number;
}

/** What came of it. Figures are null where they cannot be said. */
export interface TrialOutcome {
  readonly state: TrialState;
  readonly problem: string;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Of the account, daily, fractions. */
  readonly returns: readonly number[];
  /** Of the price over the same days. */
  readonly benchmark: readonly number[];
  /** Of closed trades, quote. */
  readonly profits: readonly number[];
  /** Quote. */
  readonly equity: number;
  readonly budget: number;
  readonly seconds: number;
}

/** Bars from one moment to another, as the strategy would meet them. */
export function plainTask(params: Assignment, fromMs: Millis, toMs: Millis): TrialTask {
  const factors = { feeFactor: 1, slippageFactor: 1 };
  return { params, fromMs, toMs, warmFromMs: fromMs, closeAtEnd: false, ...factors };
}
