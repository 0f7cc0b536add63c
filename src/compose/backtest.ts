/** A backtest from files: strategy and recording in, report out. */
import { backtestReport, type BacktestReport } from '../research/report.ts';
import { notesOf } from './backtestMarket.ts';
import { passThrough, statedFills } from './backtestPass.ts';
import { openTrial, type TrialRequest } from './backtestTrial.ts';

export interface BacktestRequest extends TrialRequest {
  readonly fromMs?: number;
  readonly toMs?: number;
  /** What is held is sold at the last close. */
  readonly closeAtEnd?: boolean;
  readonly onProgress?: (share: number) => void;
}

/**
 * Runs it once; and where bars left open what came first in them, once more with all of those read the other way.
 * @throws Error `CONFIG_INVALID` with every problem of the files; `DATA_…` of the recording.
 */
export async function backtest(request: BacktestRequest): Promise<BacktestReport> {
  const { dataFile } = request;
  const { spec, data, account, instrument, assumed } = openTrial(request);
  const { id, kind, symbol, timeframe, budget } = spec;
  const { fromMs = -Infinity, toMs = Infinity, closeAtEnd = false } = request;
  const { onProgress = () => undefined } = request;
  const options = { timeframe, fromMs, toMs, closeAtEnd, onProgress };
  const trial = { spec, data, account, instrument, options };
  const strict = await passThrough(trial, 'strict');
  if (strict.run.bars === 0)
    throw new Error(`DATA_INVALID: ${dataFile} has no bars in the time asked for`);
  const other = strict.ambiguousBars > 0 ? await passThrough(trial, 'other') : undefined;
  return backtestReport({
    about: { strategy: id, kind, symbol, timeframe, data: dataFile },
    notes: notesOf(data, assumed),
    ...strict,
    otherEquity: other?.equity,
    instrument,
    budget,
    initialEquity: account.balance,
    fillSettings: statedFills(account.fills, data),
  });
}
