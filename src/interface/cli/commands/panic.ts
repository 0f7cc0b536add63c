import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldLock, LockOwner } from '../../../ports/processLock.ts';
import type { PanicMode, PanicResult } from '../../../runtime/panic.ts';
import type { OfflinePanic } from '../../../runtime/offlinePanic.ts';
import { ControlError } from '../../daemon/protocol.ts';
import type { RunPointer } from '../../daemon/runPointer.ts';
import { onRun, type AddCommand } from '../command.ts';
import { confirm, type YesOptions } from '../confirm.ts';
import { issuesError } from '../configError.ts';
import { printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { timeOption } from '../parse.ts';
import { panicLines, panicRow, type Panicked } from '../render/panicText.ts';
import { printable } from '../render/text.ts';
import { ask, findTarget, warnAbout } from '../target.ts';

interface PanicOptions extends YesOptions {
  readonly sell?: boolean;
  readonly keep?: boolean;
  readonly offline?: boolean;
  readonly everyOrder?: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** The daemon's answer comes after the sale. */
const ANSWER_MS = 5_000;
/** A healthy daemon says within milliseconds that it is there. */
const PULSE_MS = 4_000;
/** What a start or a stop that is under way may take to end. */
const LEAVE_MS = 20_000;
const KILL_MS = 5_000;
const POLL_MS = 50;

export const addPanic: AddCommand = (program, context) => {
  const command = program
    .command('panic')
    .description(
      'cancel every entry, keep entries off, and sell or keep what is held; works without daemon, queue or readable books',
    )
    .option('--sell', 'sell everything at the market')
    .option('--keep', 'keep what is held under its stops')
    .option('--offline', 'end the daemon first, if one runs, and do it from here')
    .option('--every-order', 'without books: cancel orders that are not ours, too')
    .addOption(timeOption('--timeout <time>', 'how long it may take', '120s'))
    .option('-y, --yes', 'do not ask; needed without a terminal')
    .option('--json', 'JSON on stdout');
  onRun<PanicOptions>(command, context, ({ options }) => panic(context, options));
};

async function panic(context: Context, options: PanicOptions): Promise<ExitCode> {
  const { app, io } = context;
  const mode = await agreedMode(context, options);
  const target = targetOf(context, options);
  const owner = app.locks.owner(target.lockFile);
  const inDaemon =
    owner && options.offline !== true
      ? await throughDaemon(context, options, { target, owner, mode })
      : undefined;
  if (owner && options.offline === true) await end(context, target, owner);
  const done = inDaemon ?? (await fromHere(context, options, target, mode));
  if (options.json === true) printJson(io, panicRow(mode, done));
  else for (const line of panicLines(mode, done)) io.out(`${printable(line)}\n`);
  if (done.isComplete) return EXIT.ok;
  io.err('warning: time ran out before everything was done; `plimsoll panic` may be repeated\n');
  return EXIT.timeout;
}

/** Sell or keep, as told in the options or typed; typing it is the yes as well. */
async function agreedMode(context: Context, options: PanicOptions): Promise<PanicMode> {
  const { sell = false, keep = false } = options;
  if (sell && keep) throw new CliError(EXIT.usage, '--sell and --keep exclude each other');
  if (!sell && !keep) return typedMode(context, options);
  await confirm(context, options, {
    what: 'panic cancels every entry',
    question: sell
      ? 'Cancel all orders, sell everything at the market, and keep entries off?'
      : 'Cancel every entry, keep what is held under its stops, and keep entries off?',
    not: 'nothing was done',
  });
  return sell ? 'sell' : 'keep';
}

async function typedMode({ io }: Context, { yes, input }: PanicOptions): Promise<PanicMode> {
  if (yes === true || !input || !io.inIsTerminal)
    throw new CliError(EXIT.usage, 'say what is to become of what is held: --sell or --keep');
  const question = 'Cancel every entry, keep entries off, and "sell" or "keep" what is held? ';
  const answer = (await io.ask(question))?.trim();
  if (answer === 'sell' || answer === 'keep') return answer;
  throw new CliError(EXIT.refused, 'nothing was done');
}

/** A strategy that cannot be read must not keep anybody in. */
function targetOf(context: Context, options: PanicOptions): RunPointer {
  const reading = context.app.readConfig(options.config, 'good strategies');
  return reading.ok ? reading.config : findTarget(context, options);
}

interface ToDaemon {
  readonly target: RunPointer;
  readonly owner: LockOwner;
  readonly mode: PanicMode;
}

/** Undefined when it was about to start or to stop, and has ended by now. */
async function throughDaemon(
  { app, io }: Context,
  { timeout, sell, keep }: PanicOptions,
  { target, owner, mode }: ToDaemon,
): Promise<Panicked | undefined> {
  const params = { mode, reason: 'panic', wait_ms: timeout };
  const hangUp = new AbortController();
  const { signal } = hangUp;
  // Asked for at once; whether anybody listens is asked besides.
  const timeoutMs = timeout + ANSWER_MS;
  const answer = ask(target, { method: 'panic', params, timeoutMs, signal });
  const silence = ask(target, { method: 'pulse', timeoutMs: PULSE_MS, signal }).then(
    () => new Promise<never>(() => undefined),
  );
  for (const call of [answer, silence]) call.catch(() => undefined);
  try {
    // Both ends are one program.
    const result = (await Promise.race([answer, silence])) as PanicResult;
    return { ...result, way: 'daemon', pid: owner.pid };
  } catch (error) {
    const code = error instanceof ControlError ? error.code : '';
    if (code === 'NOT_READY') {
      io.err('the daemon is starting or stopping: it is ended first …\n');
      if (await hasLeft(app.locks, target, owner)) return undefined;
    } else if (!SILENT.has(code)) throw error;
    const how = sell === true ? ' --sell' : keep === true ? ' --keep' : '';
    throw new CliError(
      EXIT.timeout,
      `process ${owner.pid} has this account and does not answer. \`plimsoll panic${how} --offline\` ends it and does it without`,
    );
  } finally {
    hangUp.abort();
  }
}

const SILENT = new Set(['NOT_RUNNING', 'CONTROL_TIMEOUT', 'CONTROL_CLOSED']);

type Locks = Context['app']['locks'];

async function hasLeft(locks: Locks, target: RunPointer, owner: LockOwner): Promise<boolean> {
  const params = { mode: 'keep-orders', timeout_ms: 0 };
  await ask(target, { method: 'stop', params, timeoutMs: LEAVE_MS }).catch(() => undefined);
  return isFree(locks, target, { owner, waitMs: LEAVE_MS });
}

/** Two processes must never trade one account: nothing is done before that one is gone. */
async function end({ app: { locks }, io }: Context, target: RunPointer, owner: LockOwner) {
  const isKilled = locks.signal(owner, 'SIGKILL');
  if (isKilled) io.err(`ended process ${owner.pid}\n`);
  if (await isFree(locks, target, { owner, waitMs: KILL_MS })) return;
  throw new CliError(
    EXIT.failed,
    `process ${owner.pid} has this account and cannot be ended from here; if it runs in another container, end it there`,
  );
}

async function isFree(
  locks: Locks,
  { lockFile }: RunPointer,
  { owner, waitMs }: { readonly owner: LockOwner; readonly waitMs: number },
): Promise<boolean> {
  for (const untilMs = performance.now() + waitMs; performance.now() < untilMs;) {
    if (locks.owner(lockFile)?.instance !== owner.instance) return true;
    await sleep(POLL_MS);
  }
  return false;
}

async function fromHere(
  context: Context,
  options: PanicOptions,
  target: RunPointer,
  mode: PanicMode,
): Promise<Panicked> {
  const { app, io } = context;
  const reading = app.readConfig(options.config, 'good strategies');
  if (!reading.ok) throw issuesError(reading.issues);
  warnAbout(context, reading.config);
  const lock: HeldLock = app.locks.take(target.lockFile);
  try {
    const result: OfflinePanic = await app.panic(reading.config, {
      mode,
      everyOrder: options.everyOrder === true,
      timeoutMs: options.timeout,
      keeper: lock.owner.instance,
      onProgress: (text) => {
        io.err(`${printable(text)} …\n`);
      },
    });
    return { ...result, pid: null };
  } finally {
    lock.release();
  }
}
