/** A backtest from files: strategy and recording in, report out. */
import { readCandleFile } from '../adapters/history/candleFile.ts';
import { loadStrategy } from '../adapters/config/strategyFiles.ts';
import { renderProblem } from '../adapters/config/problem.ts';
import { holdingOf } from '../core/ledger/ledger.ts';
import { runBacktest } from '../research/backtest.ts';
import { backtestReport, type BacktestReport } from '../research/report.ts';
import { DEFAULT_ACCOUNT, type BacktestAccount } from './backtestAccount.ts';
import { wireBacktest } from './backtestParts.ts';
import { fitSpec } from './fitSpec.ts';
import { guessInstrument } from './instrumentGuess.ts';
import { SILENT } from './silentLogger.ts';

export interface BacktestRequest {
  readonly strategyFile: string;
  readonly dataFile: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly onProgress?: (share: number) => void;
  readonly onRemark?: (text: string) => void;
}

const OPEN_ORDERS_MAX = 500;

/** @throws Error `CONFIG_INVALID` with every problem of the strategy file; `DATA_…` of the recording. */
export async function backtest(
  request: BacktestRequest,
  account: BacktestAccount = DEFAULT_ACCOUNT,
): Promise<BacktestReport> {
  const loaded = loadStrategy(request.strategyFile);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const data = readCandleFile(request.dataFile);
  const spec = fitSpec(loaded.value.spec, data.timeframe, request.onRemark);
  const { columns, priceDecimals } = data;
  const price = columns.close[0] ?? 1;
  const instrument = guessInstrument(
    spec.symbol,
    { price, priceDecimals },
    { maker: account.makerFee, taker: account.takerFee },
  );
  const wired = await wireBacktest({
    spec,
    instrument,
    balances: [{ asset: instrument.quote, total: account.balance }],
    fillModel: { slippage: account.slippage, quoteMaxAgeMs: 0 },
    limits: {
      maxTotalExposure: account.balance,
      priceBand: account.priceBand,
      maxOpenOrders: OPEN_ORDERS_MAX,
    },
    logger: SILENT,
  });
  const { fromMs = -Infinity, toMs = Infinity, onProgress = () => undefined } = request;
  const run = await runBacktest(
    wired,
    { symbol: spec.symbol, columns, timeframe: data.timeframe },
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
    run,
    instrument,
    position: holdingOf(wired.session.state.ledger, spec.id, spec.symbol).position,
    initialEquity: account.balance,
    reasonOf: (intentId) => wired.findReason(intentId),
  });
}
