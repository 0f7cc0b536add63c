/** A strategy that is listened to in backtests over parts of a history. */
import type { BarColumns } from '../core/domain/market.ts';
import type { Timeframe } from '../core/domain/time.ts';
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';
import { runBacktest } from '../research/backtest.ts';
import { listenTo } from '../research/subjects.ts';
import type { Said, Subject } from '../research/truncation.ts';
import { wireBacktest } from './backtestParts.ts';
import { fillModelOf, hasVolumes } from './backtestFillModel.ts';
import type { openTrial } from './backtestTrial.ts';
import { SILENT } from './silentLogger.ts';
import { strategyOf } from './strategyOf.ts';

/** Makes the strategy that is looked at. @param history all that it could ever know */
export type MakeObserved = (spec: StrategySpec, history: BarColumns) => Strategy;

export const asItsKindDoes: MakeObserved = (spec) => strategyOf(spec).strategy;

export interface SubjectOptions {
  readonly make: MakeObserved;
  /** Of the history's bars. */
  readonly timeframe: Timeframe;
  /** What comes before the last bar only warms the strategy up. */
  readonly onlyLast: boolean;
}

export function strategySubject(
  { spec, data, account, instrument }: ReturnType<typeof openTrial>,
  { make, timeframe, onlyLast }: SubjectOptions,
): Subject {
  const { balance, fills } = account;
  // Of the whole recording: whether it has volumes is no news of a market.
  const uncapped = new Set(hasVolumes(data) ? [] : [spec.symbol]);
  return async (columns) => {
    const said: Said[] = [];
    const listen = (statement: Said): void => {
      said.push(statement);
    };
    const wired = await wireBacktest({
      spec,
      create: () => ({ spec, strategy: listenTo(make(spec, columns), listen) }),
      instrument,
      balances: [{ asset: instrument.quote, total: balance }],
      fillModel: fillModelOf(fills, 'strict'),
      uncapped,
      latencyMs: fills.latencyMs,
      limits: account,
      logger: SILENT,
    });
    const fromMs = onlyLast ? (columns.openTime.at(-1) ?? 0) : -Infinity;
    const options = { fromMs, toMs: Infinity };
    const history = { symbol: spec.symbol, columns, timeframe };
    runBacktest(wired, history, { ...options, onProgress: () => undefined });
    return said;
  };
}
