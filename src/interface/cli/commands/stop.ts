import { setTimeout as sleep } from 'node:timers/promises';
import type { StopMode, StopResult } from '../../../runtime/trader.ts';
import type { LockOwner } from '../../../ports/processLock.ts';
import { callDaemon } from '../../daemon/controlClient.ts';
import { ControlError } from '../../daemon/protocol.ts';
import type { RunPointer } from '../../daemon/runPointer.ts';
import { fieldsOf } from '../../fields.ts';
import { onRun, type AddCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { timeOption } from '../parse.ts';
import { farewellLine, farewellRow } from '../render/stopText.ts';
import { printable } from '../render/text.ts';
import { findTarget, requireRunning } from '../target.ts';

export interface StopOptions extends GlobalOptions {
  /** Milliseconds. */
  readonly timeout: number;
  readonly keepOrders?: boolean;
  readonly cancelOrders?: boolean;
  readonly flatten?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** What became of a stop. */
interface Stopped {
  /** Undefined when the daemon did not say. */
  readonly outcome: StopResult | undefined;
  readonly complete: boolean;
  readonly killed: boolean;
}

export const STOP_TIMEOUT = '30s';
/** Closing queue, files and the simulated exchange comes after the orders. */
const CLOSING_MS = 25_000;
const POLL_MS = 50;
const KILL_MS = 5_000;

export const addStop: AddCommand = (program, context) => {
  const command = program
    .command('stop')
    .description('stop the daemon in order')
    .addOption(timeOption('--timeout <time>', 'how long it may take', STOP_TIMEOUT))
    .option('--keep-orders', 'leave open orders at the exchange (the default)')
    .option('--cancel-orders', 'cancel open orders first')
    .option('--flatten', 'cancel open orders and sell all positions first')
    .option('--force', 'kill it if it does not stop in time')
    .option('-y, --yes', 'do not ask before --flatten; needed without a terminal')
    .option('--json', 'JSON on stdout');
  onRun<StopOptions>(command, context, ({ options }) => stop(context, options));
};

/** Stops the daemon and says how it went. */
export async function stop(context: Context, options: StopOptions): Promise<ExitCode> {
  const mode = stopMode(options);
  const target = findTarget(context, options);
  const owner = requireRunning(context, target);
  if (mode === 'flatten') await confirm(context, options, FLATTEN);
  const stopped = await stopOwner(context, target, {
    owner,
    mode,
    timeoutMs: options.timeout,
    force: options.force === true,
  });
  report(context, options, { owner, stopped });
  return stopped.complete ? EXIT.ok : EXIT.timeout;
}

function stopMode({ keepOrders, cancelOrders, flatten }: StopOptions): StopMode {
  const asked = [
    keepOrders === true ? 'keep-orders' : undefined,
    cancelOrders === true ? 'cancel-orders' : undefined,
    flatten === true ? 'flatten' : undefined,
  ] as const;
  const given = asked.filter((mode) => mode !== undefined);
  if (given.length > 1)
    throw new CliError(EXIT.usage, `--${given.join(' and --')} exclude each other`);
  return given[0] ?? 'keep-orders';
}

const FLATTEN = {
  what: '--flatten sells everything',
  question: 'Cancel all orders and sell all positions at the market?',
  not: 'not stopped',
};

interface Manner {
  readonly owner: LockOwner;
  readonly mode: StopMode;
  readonly timeoutMs: number;
  readonly force: boolean;
}

async function stopOwner({ app }: Context, target: RunPointer, manner: Manner): Promise<Stopped> {
  const { mode, timeoutMs, owner } = manner;
  const { locks } = app;
  const isHeld = (): boolean => locks.owner(target.lockFile)?.instance === owner.instance;
  const signal = (name: 'SIGTERM' | 'SIGKILL'): void => {
    if (!locks.signal(owner, name) && isHeld()) throw outOfReach(owner);
  };
  const deadlineMs = performance.now() + timeoutMs + CLOSING_MS;
  const call = {
    socket: target.socket,
    method: 'stop',
    params: { mode, timeout_ms: timeoutMs },
    timeoutMs: timeoutMs + CLOSING_MS,
  };
  const answer = await callDaemon(call).catch((error: unknown) => {
    if (!mayBeSignalled(manner, error)) throw error;
    signal('SIGTERM');
  });
  if (await isOver(isHeld, deadlineMs)) return stoppedWith(answer);
  if (!manner.force) {
    throw new CliError(
      EXIT.timeout,
      `process ${owner.pid} does not end; \`plimsoll stop --force\` kills it`,
    );
  }
  signal('SIGKILL');
  await isOver(isHeld, performance.now() + KILL_MS);
  return { ...stoppedWith(answer), complete: false, killed: true };
}

/** A daemon that does not answer still listens to signals; those can only ask for the plain stop. */
function mayBeSignalled({ mode, force }: Manner, error: unknown): boolean {
  const code = error instanceof ControlError ? error.code : '';
  const silent = code === 'NOT_RUNNING' || code === 'CONTROL_CLOSED' || code === 'CONTROL_TIMEOUT';
  return silent && (mode === 'keep-orders' || force);
}

function outOfReach({ pid }: LockOwner): CliError {
  return new CliError(
    EXIT.failed,
    `process ${pid} does not answer and cannot be signalled from here; if it runs in another container, end it there`,
  );
}

/** It has ended when its lock is free, or another's. */
async function isOver(isHeld: () => boolean, untilMs: number): Promise<boolean> {
  while (isHeld()) {
    if (performance.now() >= untilMs) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function stoppedWith(answer: unknown): Stopped {
  // Both ends are one program: the version was the same when the daemon was started from here.
  const outcome = fieldsOf(answer) ? (answer as StopResult) : undefined;
  return { outcome, complete: outcome?.complete ?? true, killed: false };
}

function stayOpen(orders: number | undefined): string {
  return orders === undefined || orders === 0 ? '' : `, ${orders} orders stay open`;
}

function report(
  { io }: Context,
  options: StopOptions,
  { owner, stopped }: { readonly owner: LockOwner; readonly stopped: Stopped },
): void {
  const { outcome, complete, killed } = stopped;
  const { openOrders, markets = [] } = outcome ?? {};
  if (options.json === true) {
    printJson(io, {
      stopped: true,
      pid: owner.pid,
      complete,
      killed,
      open_orders: openOrders ?? null,
      markets: markets.map(farewellRow),
    });
    return;
  }
  for (const market of markets) io.out(`${printable(farewellLine(market))}\n`);
  io.out(`${killed ? 'killed' : 'stopped'} process ${owner.pid}${stayOpen(openOrders)}\n`);
  if (!complete && !killed) io.err('warning: time ran out before everything asked for was done\n');
}
