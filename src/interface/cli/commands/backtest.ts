import { InvalidArgumentError } from 'commander';
import type { BacktestReport } from '../../../research/report.ts';
import type { BacktestRequest } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { configChoice } from '../configChoice.ts';
import { errPainter, outPainter, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { moment } from '../parse.ts';
import { progressLine } from '../progressLine.ts';
import { backtestLines } from '../render/backtestText.ts';
import { printable } from '../render/text.ts';

interface BacktestOptions extends GlobalOptions {
  readonly data: string;
  /** UTC, milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly closeAtEnd?: boolean;
  readonly json?: boolean;
  readonly market?: string;
  readonly symbol?: string;
}

const SYMBOL = /^[\p{L}\p{N}]{1,20}\/[\p{L}\p{N}]{1,20}$/u;

export const addBacktest: AddCommand = (program, context) => {
  const command = program
    .command('backtest')
    .argument('<strategy>', 'strategy file')
    .description('run a strategy over recorded candles')
    .requiredOption(
      '--data <file>',
      'candles: CSV (own, Binance, CryptoDataDownload, TradingView) or JSON (freqtrade); may be gzipped or zipped',
    )
    .option('--market <file>', 'trading rules by market, YAML (default: guessed from the prices)')
    .option(
      '--symbol <market>',
      "market to run on, when the data is not of the strategy's own, e.g. BTC/USDT",
      market,
    )
    .option(
      '--from <time>',
      'UTC day or moment to begin at; what lies before warms the strategy up',
      moment,
    )
    .option('--to <time>', 'UTC day or moment to end before', moment)
    .option('--close-at-end', 'sell what is held at the last close; the exit reason is END')
    .option('--json', 'the report on stdout');
  onRun<BacktestOptions>(command, context, ({ args, options }) =>
    backtest(context, options, {
      strategyFile: args[0] ?? '',
      config: configChoice(program, context, options),
    }),
  );
};

function market(text: string): string {
  if (SYMBOL.test(text)) return text;
  throw new InvalidArgumentError('Write a market like "BTC/USDT".');
}

async function backtest(
  context: Context,
  options: BacktestOptions,
  { strategyFile, config }: Pick<BacktestRequest, 'strategyFile' | 'config'>,
): Promise<ExitCode> {
  const { app, io } = context;
  const { from, to } = options;
  if (from !== undefined && to !== undefined && from >= to)
    throw new CliError(EXIT.usage, '--from must be before --to');
  const progress = progressLine(context);
  const request: BacktestRequest = {
    strategyFile,
    dataFile: options.data,
    ...(config && { config }),
    ...(options.market !== undefined && { marketFile: options.market }),
    ...(options.symbol !== undefined && { symbol: options.symbol }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    closeAtEnd: options.closeAtEnd === true,
    onProgress: progress.show,
    onRemark: (text) => {
      progress.clear();
      io.err(`${errPainter(context, options).warn('note:')} ${printable(text)}\n`);
    },
  };
  const report = await app.backtest(request).finally(progress.clear);
  print(context, options, report);
  return EXIT.ok;
}

function print(context: Context, options: BacktestOptions, report: BacktestReport): void {
  const { io } = context;
  if (options.json === true) {
    io.out(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const width = io.outIsTerminal ? io.size().columns : Number.POSITIVE_INFINITY;
  for (const line of backtestLines(report, { paint: outPainter(context, options), width }))
    io.out(`${line}\n`);
}
