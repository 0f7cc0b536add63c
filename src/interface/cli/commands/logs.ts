import { onRun, type AddCommand } from '../command.ts';
import { outPainter, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt, pause } from '../interrupt.ts';
import { LogFile } from '../logFile.ts';
import { whole } from '../parse.ts';
import { logLine } from '../render/logLine.ts';
import { findTarget } from '../target.ts';
import { existsSync } from 'node:fs';

interface LogsOptions extends GlobalOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly json?: boolean;
}

const LINES_DEFAULT = 50;
const LINES_MAX = 1_000_000;
const FOLLOW_INTERVAL_MS = 250;

export const addLogs: AddCommand = (program, context) => {
  const command = program
    .command('logs')
    .description('the end of the log')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-n, --lines <count>', 'that many', whole(0, LINES_MAX), LINES_DEFAULT)
    .option('--json', 'the JSON lines as they are');
  onRun<LogsOptions>(command, context, ({ options }) => logs(context, options));
};

async function logs(context: Context, options: LogsOptions): Promise<ExitCode> {
  const { io } = context;
  const { logFile } = findTarget(context, options);
  if (options.follow !== true && !existsSync(logFile))
    throw new CliError(EXIT.usage, `there is no log yet: ${logFile}`);
  const paint = outPainter(context, options);
  const show = (lines: readonly string[]): void => {
    for (const line of lines) io.out(`${options.json === true ? line : logLine(line, paint)}\n`);
  };
  const file = new LogFile(logFile);
  try {
    show(file.tail(options.lines));
    return options.follow === true
      ? await follow(context, () => {
          show(file.more());
        })
      : EXIT.ok;
  } finally {
    file.close();
  }
}

async function follow({ io }: Context, look: () => void): Promise<ExitCode> {
  const interrupt = onInterrupt(io);
  io.onOutputLost(() => {
    io.exit(EXIT.ok);
  });
  while (!interrupt.seen()) {
    await pause(FOLLOW_INTERVAL_MS, interrupt);
    look();
  }
  interrupt.release();
  return EXIT.interrupted;
}
