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
}

const BAR_WIDTH = 30;

export const addBacktest: AddCommand = (program, context) => {
  const command = program
    .command('backtest')
    .argument('<strategy>', 'strategy file')
    .description('run a strategy over recorded candles')
    .requiredOption('--data <file>', 'candles: CSV, may be gzipped')
    .option(
      '--from <time>',
      'UTC day or moment to begin at; what lies before warms the strategy up',
      moment,
    )
    .option('--to <time>', 'UTC day or moment to end before', moment)
    .option('--json', 'the report on stdout');
  onRun<BacktestOptions>(command, context, ({ args, options }) =>
    backtest(context, options, args[0] ?? ''),
  );
};

async function backtest(
  context: Context,
  options: BacktestOptions,
  strategyFile: string,
): Promise<ExitCode> {
  const { app, io } = context;
  const { from, to } = options;
  if (from !== undefined && to !== undefined && from >= to)
    throw new CliError(EXIT.usage, '--from must be before --to');
  const progress = progressLine(context);
  const request: BacktestRequest = {
    strategyFile,
    dataFile: options.data,
    configFile: options.config,
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
