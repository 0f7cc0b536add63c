import { Option } from 'commander';
import { dirname, join } from 'node:path';
import type { StatusDocument } from '../../../runtime/statusDocument.ts';
import type { ConfigSummary } from '../../app.ts';
import { ownCommand, startDetached, type DetachOutcome } from '../../daemon/detach.ts';
import { callDaemon } from '../../daemon/controlClient.ts';
import { onRun, type AddCommand } from '../command.ts';
import { errPainter, printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { runInForeground, type ForegroundOptions } from '../foreground.ts';
import { onInterrupt } from '../interrupt.ts';
import { passLiveGate } from '../liveGate.ts';
import { duration, timeOption } from '../parse.ts';
import { printable } from '../render/text.ts';
import { attentionLines } from '../render/attentionText.ts';
import { readConfig, warnAbout } from '../target.ts';

export interface StartOptions extends GlobalOptions {
  readonly live?: boolean;
  readonly exitsOnly?: boolean;
  readonly json?: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

type AllOptions = StartOptions & ForegroundOptions & { readonly foreground?: boolean };

/** A first start also makes the queue's database and the simulated exchange's past. */
export const READY_TIMEOUT = '120s';

export const addStart: AddCommand = (program, context) => {
  const command = program
    .command('start')
    .description('start the daemon and wait until it is ready')
    .option('--foreground', 'stay in the foreground and show what happens')
    .option('--for <time>', 'with --foreground: stop in order after this long, e.g. 45s', duration)
    .option('--json', 'JSON on stdout; with --foreground only the final status document')
    .option(
      '--exits-only',
      'no entries, and no queue needed: positions are guarded and can be sold',
    )
    .option('--live', 'allow real money; the configuration must say so too, and you will be asked')
    .addOption(timeOption('--timeout <time>', 'how long to wait until it is ready', READY_TIMEOUT))
    .addOption(new Option('--detached', 'for the daemon itself').hideHelp());
  onRun<AllOptions>(command, context, ({ options }) => {
    if (options.foreground === true) return runInForeground(context, options);
    if (options.for !== undefined) throw new CliError(EXIT.usage, '--for needs --foreground');
    return start(context, options);
  });
};

/** Starts a detached daemon and says how it went. */
export async function start(context: Context, options: StartOptions): Promise<ExitCode> {
  const config = readConfig(context, options);
  warnAbout(context, config);
  const owner = context.app.locks.owner(config.lockFile);
  if (owner)
    throw new CliError(
      EXIT.failed,
      `a daemon is running already: process ${owner.pid}, since ${owner.since}`,
    );
  const { live, armed } = await passLiveGate(context, options, config);
  const interrupt = onInterrupt(context.io);
  const outcome = await startDetached({
    command: ownCommand([
      ...['start', '--foreground', '--detached', '--config', options.config],
      ...(live ? ['--live'] : []),
      ...(options.exitsOnly === true ? ['--exits-only'] : []),
    ]),
    stderrFile: join(dirname(config.logFile), 'daemon.stderr'),
    timeoutMs: options.timeout,
    armedHash: armed ? config.hash : '',
    onProgress: (text) => {
      context.io.err(`${text} …\n`);
    },
    onWaiting: (text) => {
      if (text !== '') context.io.err(`${printable(text)} …\n`);
    },
    interrupted: interrupt.happened,
  });
  interrupt.release();
  const exitCode = report(context, options, { config, outcome });
  if (outcome.kind === 'ready') await sayAttention(context, options, config);
  return exitCode;
}

/** What a person must act on, right after the start; a daemon that does not answer now says it in `status`. */
async function sayAttention(
  context: Context,
  options: StartOptions,
  { socket }: ConfigSummary,
): Promise<void> {
  const status = await callDaemon({ socket, method: 'status' }).catch(() => undefined);
  const { attention = [] } = (status ?? {}) as Partial<StatusDocument>;
  const { io } = context;
  const width = io.errIsTerminal ? io.size().columns : Number.POSITIVE_INFINITY;
  const look = { paint: errPainter(context, options), width };
  for (const line of attentionLines(attention, look)) io.err(`${line}\n`);
}

function report(
  { app, io }: Context,
  options: StartOptions,
  { config, outcome }: { readonly config: ConfigSummary; readonly outcome: DetachOutcome },
): ExitCode {
  const { mode, socket, logFile, hash } = config;
  switch (outcome.kind) {
    case 'ready':
      if (options.json === true) {
        printJson(io, {
          running: true,
          pid: outcome.pid,
          version: app.version,
          mode,
          config_hash: hash,
          socket,
          log_file: logFile,
        });
      } else {
        io.out(
          `plimsoll ${app.version} runs in ${mode} mode: process ${outcome.pid}, log in ${logFile}\n`,
        );
      }
      return EXIT.ok;
    case 'stopped':
      if (options.json === true) printJson(io, { running: false, state: 'stopped' });
      io.err('stopped on request before it was ready\n');
      return EXIT.ok;
    case 'waiting':
      throw new CliError(
        EXIT.timeout,
        `not ready within ${options.timeout / 1000} s: it ${printable(outcome.text)}. Process ${outcome.pid} goes on in the ` +
          'background: `plimsoll status` says how far it is, `plimsoll stop` ends it',
      );
    case 'failed':
      throw new CliError(
        Object.values(EXIT).find((code) => code === outcome.exitCode) ?? EXIT.failed,
        outcome.text,
      );
    case 'timeout':
      throw new CliError(
        EXIT.timeout,
        `not ready within ${options.timeout / 1000} s; stopped it again. Its log is ${logFile}`,
      );
    case 'interrupted':
      throw new CliError(EXIT.interrupted, 'interrupted before it was ready; stopped it again');
  }
}
