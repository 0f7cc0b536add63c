/** What came of a run, in the figures that searches and statistics look at. */
import { toFloat, type Decimal } from '../../core/domain/decimal.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import { tradesOf } from '../../core/ledger/trades.ts';
import { performanceOf } from '../../core/reporting/performance.ts';
import type { BacktestRun } from '../backtest.ts';
import type { TrialOutcome } from './trial.ts';

/** Of a trial that was not run. */
export const NOTHING = {
  ...{ metrics: {}, returns: [], benchmark: [], profits: [], equity: 0, budget: 0 },
} as const;

/** A run, with the equity at its end and what it began with. */
export interface EndedRun {
  readonly run: BacktestRun;
  readonly equity: Decimal;
  readonly opening: Decimal;
  readonly budget: Decimal;
  readonly instrument: Instrument;
}

export function outcomeOfRun(ended: EndedRun): Omit<TrialOutcome, 'seconds'> {
  const { run, instrument } = ended;
  const returns = run.curve.dailyReturns;
  const benchmark = run.holding.dailyReturns;
  const profits = tradesOf(run.fills, instrument).map(({ pnl }) => toFloat(pnl));
  const [opening, budget] = [toFloat(ended.opening), toFloat(ended.budget)];
  const metrics = {
    ...performanceOf({ returns, benchmark, profits }),
    return: (toFloat(ended.equity) - opening) / budget,
    max_drawdown: run.curve.maxDrawdown,
    trades: profits.length,
    exposure: run.exposure,
  };
  const figures = { metrics, returns, benchmark, profits, equity: opening, budget };
  return { ...figures, state: 'done', problem: '' };
}
