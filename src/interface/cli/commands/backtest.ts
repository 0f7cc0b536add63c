import { InvalidArgumentError, type Command } from 'commander';
import { isTimeframe, TIMEFRAMES, type Timeframe } from '../../../core/domain/time.ts';
import type { BacktestReport } from '../../../research/reportSchema.ts';
import type { BacktestRequest } from '../../app.ts';
import { messageOf } from '../../errors.ts';
import { onRun, type AddCommand } from '../command.ts';
import { configChoice } from '../configChoice.ts';
import { errPainter, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt } from '../interrupt.ts';
import { moment, whole } from '../parse.ts';
import { lookOf, printLines } from '../print.ts';
import { writeReport } from '../reportFiles.ts';
import { progressLine } from '../progressLine.ts';
import { addRuns } from './backtestRuns.ts';
import { backtestLines } from '../render/backtestText.ts';
import { printable } from '../render/text.ts';

interface BacktestOptions extends GlobalOptions {
  readonly data?: readonly string[];
  readonly exchange?: string;
  readonly detail?: Timeframe;
  /** UTC, milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly closeAtEnd?: boolean;
  /** True: as many as usual. */
  readonly random?: number | true;
  readonly seed: number;
  readonly json?: boolean;
  readonly html?: string;
  readonly csv?: string;
  readonly keep: boolean;
  readonly market?: string;
  readonly symbol?: string;
}

const SYMBOL = /^[\p{L}\p{N}]{1,20}\/[\p{L}\p{N}]{1,20}$/u;
const EXCHANGE = /^[a-z0-9]{2,30}$/u;
const DRAWS = 1_000;
const DRAWS_MAX = 100_000;
const SEED_MAX = 2 ** 32 - 1;
const AFTER = `
Several strategies share one account, its money and its limits:
  plimsoll backtest strategies/trend-eth.yaml strategies/grid-btc.yaml --data ETHUSDT.csv BTCUSDT.csv
A strategy file that is called list, show or compare is written ./list.`;

export const addBacktest: AddCommand = (program, context) => {
  const command = program
    .command('backtest')
    .argument('<strategy...>', 'strategy files; they share one account')
    .description('run strategies over recorded candles')
    .option(
      '--data <file...>',
      'candles, a file for each market, as it is or as BTC/USDT=FILE: CSV (own, Binance, CryptoDataDownload, TradingView) or JSON (freqtrade); may be gzipped or zipped',
    )
    .option('--exchange <name>', 'take stored candles of this exchange (see data list)', exchange)
    .option('--detail <length>', 'finer bars for fills and guards, from the same place', timeframe);
  addTerms(command)
    .option(
      '--random [draws]',
      'beside so many draws (1000) of the same trades at random times',
      whole(1, DRAWS_MAX),
    )
    .option('--seed <number>', 'of those draws', whole(0, SEED_MAX), 1)
    .option('--json', 'the report on stdout')
    .option('--html <file>', 'the report as a page, with charts, that needs nothing else')
    .option('--csv <folder>', 'trades, fills, orders and equity as CSV')
    .option('--no-keep', 'do not keep the run for backtest list, show and compare')
    .addHelpText('after', AFTER);
  addRuns(program, command, context);
  onRun<BacktestOptions>(command, context, ({ args, options }) =>
    backtest(context, options, {
      strategyFiles: args,
      config: configChoice(program, context, options),
    }),
  );
};

function addTerms(command: Command): Command {
  return command
    .option('--market <file>', 'trading rules by market, YAML (default: guessed from the prices)')
    .option(
      '--symbol <market>',
      "market to run on, when the data is not of the strategies' own, e.g. BTC/USDT",
      market,
    )
    .option(
      '--from <time>',
      'UTC day or moment to begin at; what lies before warms the strategies up',
      moment,
    )
    .option('--to <time>', 'UTC day or moment to end before', moment)
    .option('--close-at-end', 'sell what is held at the last close; the exit reason is END');
}

function market(text: string): string {
  if (SYMBOL.test(text)) return text;
  throw new InvalidArgumentError('Write a market like "BTC/USDT".');
}

function exchange(text: string): string {
  if (EXCHANGE.test(text)) return text;
  throw new InvalidArgumentError('Write the name of an exchange in small letters, e.g. "binance".');
}

function timeframe(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  throw new InvalidArgumentError(`Write one of ${Object.keys(TIMEFRAMES).join(', ')}.`);
}

async function backtest(
  context: Context,
  options: BacktestOptions,
  which: Required<Pick<BacktestRequest, 'strategyFiles' | 'config'>>,
): Promise<ExitCode> {
  checkOptions(options);
  const { app, io } = context;
  const progress = progressLine(context);
  const interrupt = onInterrupt(io);
  const request: BacktestRequest = {
    ...which,
    ...requestOf(options),
    onProgress: progress.show,
    isCancelled: interrupt.seen,
    onRemark: (text) => {
      progress.clear();
      io.err(`${errPainter(context, options).warn('note:')} ${printable(text)}\n`);
    },
  };
  const report = await app.backtest(request).finally(() => {
    progress.clear();
    interrupt.release();
  });
  print(context, options, report);
  writeReport(context, report, { html: options.html, csv: options.csv });
  if (options.keep) await keep(context, report, which.config);
  return report.interrupted ? EXIT.interrupted : EXIT.ok;
}

/** A run that cannot be kept was run all the same. */
async function keep(
  { app, io }: Context,
  report: BacktestReport,
  config: Required<BacktestRequest>['config'],
): Promise<void> {
  try {
    const id = (await app.backtestRuns(config)).keep(report, Date.now());
    io.err(`kept as ${id}\n`);
  } catch (error) {
    io.err(`not kept: ${messageOf(error)}\n`);
  }
}

function checkOptions({ data = [], exchange: from, ...options }: BacktestOptions): void {
  if (options.from !== undefined && options.to !== undefined && options.from >= options.to)
    throw new CliError(EXIT.usage, '--from must be before --to');
  const strategy = data.find((file) => /\.ya?ml$/u.test(file));
  if (strategy !== undefined)
    throw new CliError(EXIT.usage, `--data takes every word after it; write ${strategy} before it`);
  if (data.length === 0 && from === undefined)
    throw new CliError(EXIT.usage, 'say where the candles are: --data FILE… or --exchange NAME');
  if (data.length > 0 && from !== undefined)
    throw new CliError(EXIT.usage, '--data and --exchange are two ways to say the same; take one');
}

function requestOf(options: BacktestOptions): Partial<BacktestRequest> {
  const { data, exchange: stored, detail, market: marketFile, symbol, from, to } = options;
  return {
    ...(data && { dataFiles: data }),
    ...(stored !== undefined && { exchange: stored }),
    ...(detail !== undefined && { detail }),
    ...(marketFile !== undefined && { marketFile }),
    ...(symbol !== undefined && { symbol }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    closeAtEnd: options.closeAtEnd === true,
    ...randomOf(options),
  };
}

function randomOf({ random, seed }: BacktestOptions): Pick<BacktestRequest, 'random'> {
  if (random === undefined) return {};
  return { random: { draws: random === true ? DRAWS : random, seed } };
}

function print(context: Context, options: BacktestOptions, report: BacktestReport): void {
  if (options.json === true) context.io.out(`${JSON.stringify(report, null, 2)}\n`);
  else printLines(context, backtestLines(report, lookOf(context, options)));
}
