/** A backtest from files: strategies and recordings in, report out. */
import { join } from 'node:path';
import type { Millis, Timeframe } from '../core/domain/time.ts';
import { backtestReport } from '../research/report.ts';
import type { BacktestReport } from '../research/reportSchema.ts';
import { statedFills } from './backtestFillModel.ts';
import type { DataChoice } from './backtestHistory.ts';
import { aboutMarket } from './backtestMarket.ts';
import { passThrough, type BacktestPass, type PassOptions } from './backtestPass.ts';
import { commonRange } from './backtestRange.ts';
import { openTrials, type Trial, type TrialTerms } from './backtestTrial.ts';
import { dataDirOf } from './dataDir.ts';

export interface BacktestRequest extends TrialTerms {
  readonly strategyFiles: readonly string[];
  /** Candle files, each as it is or as `BTC/USDT=FILE`; absent: stored candles of `exchange`. */
  readonly dataFiles?: readonly string[];
  readonly exchange?: string;
  /** Length of finer bars for fills and guards, from the same places. */
  readonly detail?: Timeframe;
  readonly fromMs?: Millis;
  readonly toMs?: Millis;
  /** What is held is sold at the last close. */
  readonly closeAtEnd?: boolean;
  /** Draws of random entries to stand beside; absent: none. */
  readonly random?: { readonly draws: number; readonly seed: number };
  readonly onProgress?: (share: number) => void;
  /** Asked now and then; true ends the run, and the report is of what there is. */
  readonly isCancelled?: () => boolean;
}

/**
 * Runs it once; and where bars left open what came first in them, once more with all of those read the other way. Where markets begin
 * or end at different times, what they have in common is gone through; what comes before only warms strategies up.
 * @throws Error `CONFIG_INVALID` with every problem of the files; `DATA_…` of the recordings.
 */
export async function backtest(request: BacktestRequest): Promise<BacktestReport> {
  const { onProgress = () => undefined, isCancelled = () => false } = request;
  const trial = openTrials(request.strategyFiles, request, dataChoice(request));
  const range = commonRange(trial.markets, request, request.onRemark);
  const closeAtEnd = request.closeAtEnd === true;
  const options = { ...range, closeAtEnd, onProgress, isCancelled };
  const strict = await passThrough(trial, options, 'strict');
  if (strict.run.bars === 0)
    throw new Error(
      `DATA_INVALID: ${trial.markets.map(({ bars }) => bars.name).join(', ')} has no bars in the time asked for`,
    );
  return backtestReport({
    ...{ specs: trial.specs, ...strict },
    instruments: new Map(trial.markets.map(({ symbol, instrument }) => [symbol, instrument])),
    markets: new Map(trial.markets.map((market) => [market.symbol, aboutMarket(market)])),
    otherEquity: await otherEquity(trial, strict, options),
    initialEquity: trial.account.balance,
    fillSettings: statedFills(trial),
    random: request.random,
  });
}

/** Final equity with everything that is open read the other way; undefined where nothing is, and when the run was ended early. */
async function otherEquity(
  trial: Trial,
  { ambiguousBars, run }: BacktestPass,
  options: PassOptions,
): Promise<BacktestPass['equity'] | undefined> {
  if (ambiguousBars === 0 || run.isCut) return undefined;
  const other = await passThrough(trial, options, 'other');
  return other.run.isCut ? undefined : other.equity;
}

function dataChoice(request: BacktestRequest): DataChoice {
  const { dataFiles: files = [], exchange, detail, fromMs: from, toMs: to } = request;
  const { config = { file: '', isNamed: false } } = request;
  const folder = files.length === 0 ? join(dataDirOf(config), 'candles') : '';
  const span = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  return { files, exchange, folder, detail, span };
}
