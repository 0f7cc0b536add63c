/** Which daemon and which books a command is about. */
import { callDaemon, type ControlCall } from '../daemon/controlClient.ts';
import type { LockOwner } from '../../ports/processLock.ts';
import { readRunPointer, type RunPointer } from '../daemon/runPointer.ts';
import { issueLine } from '../issues.ts';
import type { ConfigSummary } from '../app.ts';
import type { Context, GlobalOptions } from './context.ts';
import { CliError, EXIT } from './exitCodes.ts';
import { printable } from './render/text.ts';
import { issuesError } from './configError.ts';

/** The configuration, good as it stands. @throws CliError with all that is wrong, exit code 4. */
export function readConfig({ app }: Context, options: GlobalOptions): ConfigSummary {
  const reading = app.readConfig(options.config);
  if (!reading.ok) throw issuesError(reading.issues);
  return reading.config;
}

/** Says on stderr what is not wrong but probably not meant. */
export function warnAbout({ io }: Context, { warnings, unfit }: ConfigSummary): void {
  for (const warning of [...unfit, ...warnings])
    io.err(`warning: ${printable(issueLine(warning))}\n`);
}

/**
 * Where the daemon of this configuration is. When the file is not valid any more while a daemon that was started with it still
 * runs, that daemon is meant: a typing mistake must not make it unreachable.
 * @throws CliError as `readConfig` when there is no such daemon.
 */
export function findTarget({ app, io }: Context, options: GlobalOptions): RunPointer {
  const reading = app.readConfig(options.config);
  if (reading.ok) return reading.config;
  const pointer = readRunPointer(options.config);
  if (!pointer || !app.locks.owner(pointer.lockFile)) throw issuesError(reading.issues);
  const [first] = reading.issues;
  const more = reading.issues.length > 1 ? `, and ${reading.issues.length - 1} more` : '';
  io.err(
    `warning: the configuration is not valid any more (${first ? issueLine(first) : ''}${more}); ` +
      'this is about the daemon that still runs with the last good one\n',
  );
  return pointer;
}

/** @throws CliError with exit code 3 when no daemon runs. */
export function requireRunning({ app }: Context, target: RunPointer): LockOwner {
  const owner = app.locks.owner(target.lockFile);
  if (!owner) throw notRunning();
  return owner;
}

export function notRunning(): CliError {
  return new CliError(EXIT.notRunning, 'no daemon is running: `plimsoll start` starts one');
}

/** Asks the daemon of a target. @throws ControlError `NOT_RUNNING` when nobody listens, else the daemon's own words. */
export function ask(target: RunPointer, call: Omit<ControlCall, 'socket'>): Promise<unknown> {
  return callDaemon({ socket: target.socket, ...call });
}
