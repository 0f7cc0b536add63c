/** What is tried on what: strategy, recording, account and market, from their files. */
import { renderProblem } from '../adapters/config/problem.ts';
import { loadStrategy } from '../adapters/config/strategyFiles.ts';
import { readCandleFile } from '../adapters/history/candleFile.ts';
import { asset, marketSymbol } from '../core/domain/ids.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import { accountFor, type ConfigChoice } from './backtestAccount.ts';
import { checkMarket, instrumentOf } from './backtestMarket.ts';
import type { BacktestTrial } from './backtestPass.ts';
import { fitSpec } from './fitSpec.ts';

export interface TrialRequest {
  readonly strategyFile: string;
  readonly dataFile: string;
  /** Money, fees, slippage and limits; absent: stated defaults. */
  readonly config?: ConfigChoice;
  /** File with the trading rules of markets; absent: guessed from the data. */
  readonly marketFile?: string;
  /** Market to run on instead of the strategy's own. */
  readonly symbol?: string;
  readonly onRemark?: (text: string) => void;
}

/** @throws Error `CONFIG_INVALID` with every problem of the files; `DATA_…` of the recording. */
export function openTrial(
  request: TrialRequest,
): Omit<BacktestTrial, 'options'> & { readonly assumed: readonly string[] } {
  const { onRemark = () => undefined, dataFile } = request;
  const written = specOf(request);
  const data = readCandleFile(dataFile);
  checkMarket(data, written, dataFile);
  const spec = fitSpec(written, data.timeframe, onRemark);
  const [, quote = ''] = spec.symbol.split('/');
  const account = accountFor(asset(quote), request.config, onRemark);
  return { spec, data, account, ...instrumentOf(request.marketFile, spec, data, account) };
}

function specOf({ strategyFile, symbol }: TrialRequest): StrategySpec {
  const loaded = loadStrategy(strategyFile);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { spec } = loaded.value;
  return symbol === undefined ? spec : { ...spec, symbol: marketSymbol(symbol) };
}
