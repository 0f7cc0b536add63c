import { type Command, InvalidArgumentError } from 'commander';
import type { BacktestReport } from '../../../research/report.ts';
import type { BacktestRequest } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { errPainter, outPainter, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { moment } from '../parse.ts';
import { backtestLines } from '../render/backtestText.ts';
import { printable } from '../render/text.ts';

interface BacktestOptions extends GlobalOptions {
  readonly data: string;
  /** UTC, milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly json?: boolean;
  readonly market?: string;
  readonly symbol?: string;
}

const SYMBOL = /^[\p{L}\p{N}]{1,20}\/[\p{L}\p{N}]{1,20}$/u;

const BAR_WIDTH = 30;

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
    .option('--json', 'the report on stdout');
  onRun<BacktestOptions>(command, context, ({ args, options }) =>
    backtest(context, options, {
      strategyFile: args[0] ?? '',
      isConfigNamed: isConfigNamed(program, context),
    }),
  );
};

/** Whether the configuration was chosen, by option or environment, or is only where one is looked for. */
function isConfigNamed(program: Command, { io }: Context): boolean {
  return (
    program.getOptionValueSource('config') !== 'default' || io.env['PLIMSOLL_CONFIG'] !== undefined
  );
}

function market(text: string): string {
  if (SYMBOL.test(text)) return text;
  throw new InvalidArgumentError('Write a market like "BTC/USDT".');
}

async function backtest(
  context: Context,
  options: BacktestOptions,
  { strategyFile, isConfigNamed: isNamed }: { strategyFile: string; isConfigNamed: boolean },
): Promise<ExitCode> {
  const { app, io } = context;
  const { from, to } = options;
  if (from !== undefined && to !== undefined && from >= to)
    throw new CliError(EXIT.usage, '--from must be before --to');
  const progress = progressLine(context);
  const request: BacktestRequest = {
    strategyFile,
    dataFile: options.data,
    config: { file: options.config, isNamed },
    ...(options.market !== undefined && { marketFile: options.market }),
    ...(options.symbol !== undefined && { symbol: options.symbol }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
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

/** A bar on stderr, for people only. */
function progressLine({ io }: Context): {
  readonly show: (share: number) => void;
  readonly clear: () => void;
} {
  let shown = '';
  const write = (text: string): void => {
    if (!io.errIsTerminal || text === shown) return;
    io.err(`\r${text.padEnd(shown.length)}${text === '' ? '\r' : ''}`);
    shown = text;
  };
  return {
    show: (share) => {
      const done = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
      write(`[${'#'.repeat(done)}${'.'.repeat(BAR_WIDTH - done)}] ${Math.round(share * 100)}%`);
    },
    clear: () => {
      write('');
    },
  };
}
