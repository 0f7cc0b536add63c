/** One pass of a backtest through its recording. */
import type { FillSettings } from '../adapters/config/config.ts';
import type { CandleFile } from '../adapters/history/candleFile.ts';
import { dec, type Decimal } from '../core/domain/decimal.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import { accountOf, holdingOf } from '../core/ledger/ledger.ts';
import type { FillModel, Reading } from '../core/matching/model.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import { runBacktest, type BacktestOptions } from '../research/backtest.ts';
import type { ReportInput } from '../research/report.ts';
import type { BacktestAccount } from './backtestAccount.ts';
import { wireBacktest } from './backtestParts.ts';
import { SILENT } from './silentLogger.ts';

/** What is tried on what. */
export interface BacktestTrial {
  readonly spec: StrategySpec;
  readonly data: CandleFile;
  readonly account: BacktestAccount;
  readonly instrument: Instrument;
  readonly options: BacktestOptions;
}

/** What came of it, and the final equity. */
export type BacktestPass = Pick<ReportInput, 'run' | 'position' | 'ambiguousBars' | 'reasonOf'> & {
  readonly equity: Decimal;
};

/** Everything is made anew: two passes know nothing of each other. */
export async function passThrough(trial: BacktestTrial, reading: Reading): Promise<BacktestPass> {
  const { spec, data, account, instrument, options } = trial;
  const { columns, timeframe } = data;
  const wired = await wireBacktest({
    spec,
    instrument,
    balances: [{ asset: instrument.quote, total: account.balance }],
    fillModel: fillModelOf(account.fills, data, reading),
    latencyMs: account.fills.latencyMs,
    limits: account,
    logger: SILENT,
  });
  const run = runBacktest(wired, { symbol: spec.symbol, columns, timeframe }, options);
  const { ledger } = wired.session.state;
  const held = accountOf(ledger, instrument.base).total.times(dec(run.lastClose));
  return {
    run,
    position: holdingOf(ledger, spec.id, spec.symbol).position,
    ambiguousBars: wired.exchange.ambiguousBars,
    reasonOf: (intentId) => wired.findReason(intentId),
    equity: accountOf(ledger, instrument.quote).total.plus(held),
  };
}

/** False for a recording without any volume: then nothing is known of how much could be traded. */
function hasVolumes({ columns: { volume } }: CandleFile): boolean {
  return volume.some((each) => each > 0);
}

/** The same for every part of a recording. */
export function fillModelOf(settings: FillSettings, data: CandleFile, reading: Reading): FillModel {
  const { slippage, touch, maxShare } = settings;
  const model = { slippage, touch, reading, quoteMaxAgeMs: 0 };
  return hasVolumes(data) ? { ...model, maxShare } : model;
}

/** The settings as the report states them. */
export function statedFills(
  { slippage, touch, maxShare, latencyMs }: FillSettings,
  data: CandleFile,
): ReportInput['fillSettings'] {
  const share = hasVolumes(data) ? maxShare : null;
  return { slippage, touch, max_share: share, latency_ms: latencyMs };
}
