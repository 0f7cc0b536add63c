import type { StatusDocument } from '../../../runtime/statusDocument.ts';
import { ControlError } from '../../daemon/protocol.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt, pause } from '../interrupt.ts';
import { lookOf } from '../print.ts';
import { Screen } from '../render/screen.ts';
import { statusLines, statusScreen } from '../render/statusText.ts';
import { ask, findTarget, notRunning } from '../target.ts';

interface StatusOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

const WATCH_INTERVAL_MS = 2_000;

export const addStatus: AddCommand = (program, context) => {
  const command = program
    .command('status')
    .description('what the daemon is doing')
    .option('--json', 'the status document on stdout')
    .option('-w, --watch', 'again every 2 s until Ctrl-C');
  onRun<StatusOptions>(command, context, ({ options }) =>
    options.watch === true ? watch(context, options) : show(context, options),
  );
};

async function show(context: Context, options: StatusOptions): Promise<ExitCode> {
  const { app, io } = context;
  const target = findTarget(context, options);
  if (!app.locks.owner(target.lockFile)) {
    if (options.json === true)
      printJson(io, { running: false, state: 'stopped', mode: target.mode });
    throw notRunning();
  }
  const status = await readStatus(context, options);
  if (options.json === true) printJson(io, { ...status });
  else for (const line of statusLines(status, lookOf(context, options))) io.out(`${line}\n`);
  return EXIT.ok;
}

async function watch(context: Context, options: StatusOptions): Promise<ExitCode> {
  const { io } = context;
  const screen = new Screen(io);
  const interrupt = onInterrupt(io);
  let status: StatusDocument | undefined;
  const paint = (): void => {
    if (status) screen.paint(statusScreen(status, lookOf(context, options), screen));
  };
  const ignore = io.onResize(paint);
  io.onOutputLost(() => {
    io.exit(EXIT.ok);
  });
  try {
    while (!interrupt.seen()) {
      status = await readStatus(context, options);
      if (options.json === true) io.out(`${JSON.stringify(status)}\n`);
      else if (io.outIsTerminal) paint();
      else io.out(`${statusLines(status, lookOf(context, options)).join('\n')}\n\n`);
      await pause(WATCH_INTERVAL_MS, interrupt);
    }
  } finally {
    ignore();
    interrupt.release();
  }
  return EXIT.interrupted;
}

async function readStatus(context: Context, options: StatusOptions): Promise<StatusDocument> {
  try {
    // Both ends are one program: the version was the same when the daemon was started from here.
    return (await ask(findTarget(context, options), { method: 'status' })) as StatusDocument;
  } catch (error) {
    if (error instanceof ControlError && error.code === 'NOT_RUNNING') {
      throw new CliError(
        EXIT.failed,
        'the daemon is starting or ending: its control socket is not there',
      );
    }
    throw error;
  }
}
