/** A backtest from files: strategy and recording in, report out. */
import { readCandleFile } from '../adapters/history/candleFile.ts';
import { loadStrategy } from '../adapters/config/strategyFiles.ts';
import { renderProblem } from '../adapters/config/problem.ts';
import { asset, marketSymbol } from '../core/domain/ids.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import { backtestReport, type BacktestReport } from '../research/report.ts';
import { accountFor, type ConfigChoice } from './backtestAccount.ts';
import { checkMarket, instrumentOf, notesOf } from './backtestMarket.ts';
import { passThrough, statedFills } from './backtestPass.ts';
import { fitSpec } from './fitSpec.ts';

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
  /** What is held is sold at the last close. */
  readonly closeAtEnd?: boolean;
  readonly onProgress?: (share: number) => void;
  readonly onRemark?: (text: string) => void;
}

/**
 * Runs it once; and where bars left open what came first in them, once more with all of those read the other way.
 * @throws Error `CONFIG_INVALID` with every problem of the files; `DATA_…` of the recording.
 */
export async function backtest(request: BacktestRequest): Promise<BacktestReport> {
  const { onRemark = () => undefined, dataFile } = request;
  const written = specOf(request);
  const data = readCandleFile(dataFile);
  checkMarket(data, written, dataFile);
  const spec = fitSpec(written, data.timeframe, onRemark);
  const [, quote = ''] = spec.symbol.split('/');
  const account = accountFor(asset(quote), request.config, onRemark);
  const { instrument, assumed } = instrumentOf(request.marketFile, spec, data, account);
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

function specOf({ strategyFile, symbol }: BacktestRequest): StrategySpec {
  const loaded = loadStrategy(strategyFile);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { spec } = loaded.value;
  return symbol === undefined ? spec : { ...spec, symbol: marketSymbol(symbol) };
}
