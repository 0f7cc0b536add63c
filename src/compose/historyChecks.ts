/** `check look-ahead` and `check warm-up`, from files. */
import { slice } from '../core/domain/barColumns.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { Timeframe } from '../core/domain/time.ts';
import { wholeAggregates } from '../core/market/aggregate.ts';
import {
  checkLookAhead,
  checkWarmUp,
  type CheckOptions,
  type LookAheadCheck,
  type WarmUpCheck,
} from '../research/historyChecks.ts';
import { openTrial, type TrialRequest } from './backtestTrial.ts';
import { asItsKindDoes, strategySubject, type MakeObserved } from './strategySubject.ts';

export interface HistoryCheckRequest extends TrialRequest, CheckOptions {
  /** Bars that open outside are left out. UTC, ms. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** @throws Error `CONFIG_INVALID`, `DATA_…` */
export async function lookAheadOf(
  request: HistoryCheckRequest,
  make: MakeObserved = asItsKindDoes,
): Promise<LookAheadCheck> {
  const trial = openTrial(request);
  const { spec, data } = trial;
  const { timeframe } = data;
  const bars = within(data.columns, request);
  const subject = strategySubject(trial, { make, timeframe, onlyLast: false });
  return checkLookAhead({ spec, strategy: make(spec, bars), subject, bars, timeframe }, request);
}

/** @throws Error `CONFIG_INVALID`, `DATA_…` */
export async function warmUpOf(
  request: HistoryCheckRequest,
  make: MakeObserved = asItsKindDoes,
): Promise<WarmUpCheck> {
  const trial = openTrial(request);
  const { spec, data } = trial;
  const { timeframe } = spec;
  const bars = inBarsOf(timeframe, data.timeframe, within(data.columns, request));
  const subject = strategySubject(trial, { make, timeframe, onlyLast: true });
  return checkWarmUp({ spec, strategy: make(spec, bars), subject, bars, timeframe }, request);
}

function inBarsOf(wanted: Timeframe, given: Timeframe, bars: BarColumns): BarColumns {
  return wanted === given ? bars : wholeAggregates(bars, given, wanted);
}

function within(
  columns: BarColumns,
  { dataFile, fromMs = -Infinity, toMs = Infinity }: HistoryCheckRequest,
): BarColumns {
  const start = columns.openTime.filter((at) => at < fromMs).length;
  const end = columns.openTime.filter((at) => at < toMs).length;
  if (end - start < 2)
    throw new Error(`DATA_INVALID: ${dataFile} has no bars in the time asked for`);
  return slice(columns, start, end);
}
