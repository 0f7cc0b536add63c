/** What is tried on what: strategies, recordings, account and markets, from their files. */
import { renderProblem } from '../adapters/config/problem.ts';
import { loadStrategy } from '../adapters/config/strategyFiles.ts';
import { asset, marketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import { accountFor, type BacktestAccount, type ConfigChoice } from './backtestAccount.ts';
import { historiesOf } from './backtestData.ts';
import type { DataChoice, MarketHistory, TriedMarket } from './backtestHistory.ts';
import { instrumentOf } from './backtestMarket.ts';
import { fitSpec } from './fitSpec.ts';

/** What holds for every market of a run. */
export interface TrialTerms {
  /** Money, fees, slippage and limits; absent: stated defaults. */
  readonly config?: ConfigChoice;
  /** File with the trading rules of markets; absent: guessed from the data. */
  readonly marketFile?: string;
  /** Market to run on instead of the strategies' own. */
  readonly symbol?: string;
  readonly onRemark?: (text: string) => void;
}

export interface TrialRequest extends TrialTerms {
  readonly strategyFile: string;
  readonly dataFile: string;
}

/** Several strategies on one account. */
export interface Trial {
  readonly specs: readonly StrategySpec[];
  readonly markets: readonly TriedMarket[];
  readonly account: BacktestAccount;
}

/** @throws Error `CONFIG_INVALID` with every problem of the files; `DATA_…` of the recordings. */
export function openTrials(files: readonly string[], terms: TrialTerms, data: DataChoice): Trial {
  const { onRemark = () => undefined, marketFile } = terms;
  const written = files.map((file) => specOf(file, terms.symbol));
  checkTogether(written);
  const histories = historiesOf(written, data);
  const specs = written.map((spec) => {
    const own = histories.find(({ symbol }) => symbol === spec.symbol);
    return own ? fitSpec(spec, own.bars.timeframe, onRemark) : spec;
  });
  const [, quote = ''] = written[0]?.symbol.split('/') ?? [];
  const account = accountFor(asset(quote), terms.config, onRemark);
  const markets = histories.map((history) => ({
    ...history,
    ...instrumentOf(marketFile, history, account),
  }));
  return { specs, markets, account };
}

/** One strategy on one file. @throws Error as `openTrials` */
export function openTrial(request: TrialRequest): {
  readonly spec: StrategySpec;
  readonly data: MarketHistory['bars'];
  readonly account: BacktestAccount;
  readonly instrument: Instrument;
} {
  const { strategyFile, dataFile } = request;
  const choice = { exchange: undefined, folder: '', detail: undefined, span: {} };
  const trial = openTrials([strategyFile], request, { ...choice, files: [dataFile] });
  const [spec] = trial.specs;
  const [market] = trial.markets;
  if (!spec || !market) throw new Error(`CONFIG_INVALID: ${strategyFile} has no strategy`);
  return { spec, data: market.bars, account: trial.account, instrument: market.instrument };
}

function specOf(file: string, symbol: string | undefined): StrategySpec {
  const loaded = loadStrategy(file);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { spec } = loaded.value;
  return symbol === undefined ? spec : { ...spec, symbol: marketSymbol(symbol) };
}

/** Whether they can share an account. */
function checkTogether(specs: readonly StrategySpec[]): void {
  const twice = specs.find(({ id }, at) => specs.findIndex((each) => each.id === id) !== at);
  if (twice) throw new Error(`CONFIG_INVALID: two of the strategies are called ${twice.id}`);
  const quotes = [...new Set(specs.map(({ symbol }) => symbol.split('/')[1] ?? ''))];
  if (quotes.length > 1)
    throw new Error(
      `CONFIG_INVALID: the strategies trade for ${quotes.join(' and ')}; a backtest has one account, in one quote asset`,
    );
}
