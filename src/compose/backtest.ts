/** A backtest from files: strategy and recording in, report out. */
import { readCandleFile } from '../adapters/history/candleFile.ts';
import { loadStrategy } from '../adapters/config/strategyFiles.ts';
import { renderProblem } from '../adapters/config/problem.ts';
import { asset, marketSymbol } from '../core/domain/ids.ts';
import { holdingOf } from '../core/ledger/ledger.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import { runBacktest } from '../research/backtest.ts';
import { backtestReport, type BacktestReport } from '../research/report.ts';
import { accountFor, type ConfigChoice } from './backtestAccount.ts';
import { checkMarket, instrumentOf, notesOf } from './backtestMarket.ts';
import { wireBacktest } from './backtestParts.ts';
import { fitSpec } from './fitSpec.ts';
import { SILENT } from './silentLogger.ts';

export interface BacktestRequest {
  readonly strategyFile: string;
  readonly dataFile: string;
  /** Money, fees, slippage and limits; absent: stated defaults. */
  readonly config?: ConfigChoice;
  /** File with the trading rules of markets; absent: guessed from the data. */
  readonly marketFile?: string;
  /** Market to run on instead of the strategy's own. */
  readonly symbol?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly onProgress?: (share: number) => void;
  readonly onRemark?: (text: string) => void;
}

/** @throws Error `CONFIG_INVALID` with every problem of the files; `DATA_…` of the recording. */
export async function backtest(request: BacktestRequest): Promise<BacktestReport> {
  const { onRemark = () => undefined } = request;
  const written = specOf(request);
  const data = readCandleFile(request.dataFile);
  checkMarket(data, written, request.dataFile);
  const spec = fitSpec(written, data.timeframe, onRemark);
  const [, quote = ''] = spec.symbol.split('/');
  const account = accountFor(asset(quote), request.config, onRemark);
  const { instrument, assumed } = instrumentOf(request.marketFile, spec, data, account);
  const wired = await wireBacktest({
    spec,
    instrument,
    balances: [{ asset: instrument.quote, total: account.balance }],
    fillModel: { slippage: account.slippage, quoteMaxAgeMs: 0 },
    limits: account,
    logger: SILENT,
  });
  const { fromMs = -Infinity, toMs = Infinity, onProgress = () => undefined } = request;
  const run = runBacktest(
    wired,
    { symbol: spec.symbol, columns: data.columns, timeframe: data.timeframe },
    { timeframe: spec.timeframe, fromMs, toMs, onProgress },
  );
  if (run.bars === 0)
    throw new Error(`DATA_INVALID: ${request.dataFile} has no bars in the time asked for`);
  return backtestReport({
    about: {
      strategy: spec.id,
      kind: spec.kind,
      symbol: spec.symbol,
      timeframe: spec.timeframe,
      data: request.dataFile,
    },
    notes: notesOf(data, assumed),
    run,
    instrument,
    position: holdingOf(wired.session.state.ledger, spec.id, spec.symbol).position,
    budget: spec.budget,
    initialEquity: account.balance,
    reasonOf: (intentId) => wired.findReason(intentId),
  });
}

function specOf({ strategyFile, symbol }: BacktestRequest): StrategySpec {
  const loaded = loadStrategy(strategyFile);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { spec } = loaded.value;
  return symbol === undefined ? spec : { ...spec, symbol: marketSymbol(symbol) };
}
