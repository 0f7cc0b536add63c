/** `start --foreground`: the daemon in this process, with a view that fits whoever looks. */
import type { ConfigSummary } from '../app.ts';
import { messageOf } from '../errors.ts';
import type { DaemonEnd, Permission } from '../daemon/contract.ts';
import { openParentLink } from '../daemon/parentLink.ts';
import { runDaemon } from '../daemon/run.ts';
import { outPainter, printJson, type Context, type GlobalOptions } from './context.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exitCodes.ts';
import { passLiveGate } from './liveGate.ts';
import { readConfig, warnAbout } from './target.ts';
import { linkView } from './views/linkView.ts';
import { liveView } from './views/liveView.ts';
import { plainView } from './views/plainView.ts';
import { quietView } from './views/quietView.ts';
import type { View } from './views/view.ts';

export interface ForegroundOptions extends GlobalOptions {
  readonly live?: boolean;
  readonly exitsOnly?: boolean;
  readonly json?: boolean;
  /** Milliseconds. */
  readonly for?: number;
  /** This process was started by `start` and answers to it. */
  readonly detached?: boolean;
}

/** What SIGTERM, Ctrl-C and the end of `--for` grant for stopping. */
export const STOP_TIMEOUT_MS = 30_000;
/** A handle that somebody forgot must not keep an ended daemon alive. */
const LEFTOVER_MS = 3_000;

/** Runs until the end. @throws what kept it from starting. */
export async function runInForeground(
  context: Context,
  options: ForegroundOptions,
): Promise<ExitCode> {
  if (options.detached !== true) {
    const config = readConfig(context, options);
    warnAbout(context, config);
    const gate = await passLiveGate(context, options, config);
    const permission = { ...gate, ...exitsOnlyOf(options) };
    return run(context, options, { config, permission, view: viewFor(context, options) });
  }
  const link = await openParentLink();
  try {
    const config = readConfig(context, options);
    const armed = link.armedHash === config.hash;
    const permission = { live: options.live === true, armed, ...exitsOnlyOf(options) };
    const view = linkView(context.io, link);
    const exitCode = await run(context, options, { config, permission, view });
    // Has no effect once the daemon was ready: nobody listens any more.
    if (exitCode === EXIT.ok) link.send({ kind: 'stopped' });
    return exitCode;
  } catch (error) {
    link.send({ kind: 'failed', exitCode: exitCodeOf(error), text: messageOf(error) });
    throw error;
  } finally {
    link.close();
  }
}

function exitsOnlyOf({ exitsOnly }: ForegroundOptions): Pick<Permission, 'exitsOnly'> {
  return exitsOnly === true ? { exitsOnly } : {};
}

interface Part {
  readonly config: ConfigSummary;
  readonly permission: Permission;
  readonly view: View;
}

async function run(
  context: Context,
  options: ForegroundOptions,
  { config, permission, view }: Part,
): Promise<ExitCode> {
  const { app, io } = context;
  const running = runDaemon({
    app,
    config,
    permission,
    reread: () => app.readConfig(options.config),
    observer: view,
    signals: io.signals,
    stopTimeoutMs: STOP_TIMEOUT_MS,
    exit: io.exit,
    onOutputLost: io.onOutputLost,
    ...(options.for !== undefined && { forMs: options.for }),
  });
  const end = await running.finally(() => view.close());
  if (options.json === true) printFinal(context, end);
  else
    io.err(
      `stopped${end.outcome.openOrders > 0 ? `, ${end.outcome.openOrders} orders stay open` : ''}\n`,
    );
  const exitCode = exitCodeFor(end);
  setTimeout(() => {
    io.exit(exitCode);
  }, LEFTOVER_MS).unref();
  return exitCode;
}

function viewFor(context: Context, options: ForegroundOptions): View {
  const { io } = context;
  if (options.json === true) return quietView(io);
  return io.outIsTerminal ? liveView(io, outPainter(context, options)) : plainView(io);
}

function printFinal({ io }: Context, { status }: DaemonEnd): void {
  printJson(io, { ...(status ?? { running: false, state: 'stopped' }) });
}

function exitCodeFor({ failure, outcome }: DaemonEnd): ExitCode {
  if (failure) return EXIT.failed;
  return outcome.complete ? EXIT.ok : EXIT.timeout;
}
