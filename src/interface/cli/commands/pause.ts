import type { SwitchResult } from '../../../runtime/operator.ts';
import type { AdoptionDocument } from '../../../runtime/resume.ts';
import { ADOPT_TIMEOUT_MS, agreeOnAdoption } from '../adopting.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { printable } from '../render/text.ts';
import { switchLine } from '../render/switchText.ts';
import { ask, findTarget } from '../target.ts';

/** What says whose position shrinks, besides the id of a strategy. */
const RULES: readonly string[] = ['newest', 'pro-rata'];
const DEFAULT_REASON = 'asked to by the operator';

interface SwitchOptions extends GlobalOptions {
  readonly reason?: string;
  readonly json?: boolean;
}

interface ResumeOptions extends SwitchOptions {
  /** True: without a rule. */
  readonly adoptBalances?: boolean | string;
  readonly yes?: boolean;
}

/** What the arguments mean. */
interface Switch {
  /** A strategy or a market; undefined: everything. */
  readonly target: string | undefined;
  readonly reason: string;
}

/** `pause` and `resume`. */
export const addPause: AddCommand = (program, context) => {
  const pause = program
    .command('pause')
    .argument('[strategy-or-symbol]', 'e.g. grid-btc or BTC/USDT; without one: everything')
    .argument('[reason]', 'is noted in the books')
    .description('no new entries; what is open is still managed, also after a restart')
    .option('--reason <text>', 'the same as the argument')
    .option('--json', 'JSON on stdout');
  onRun<SwitchOptions>(pause, context, async ({ args, options }) => {
    const { target, reason } = switchOf(args, options);
    const params = { reason, ...(target !== undefined && { target }) };
    const result = await ask(findTarget(context, options), { method: 'pause', params });
    // Both ends are one program.
    report(context, options, { isOn: false, result: result as SwitchResult });
    return EXIT.ok;
  });
  const resume = program
    .command('resume')
    .argument(
      '[strategy-or-symbol]',
      'a paused strategy, or a paused or halted market, e.g. BTC/USDT; without one: what `pause` alone has paused',
    )
    .argument('[reason]', 'is noted in the books')
    .description('allow new entries again')
    .option('--reason <text>', 'the same as the argument')
    .option(
      '--adopt-balances [=rule]',
      'with a symbol: book what the exchange has more or less than the ledger as a deposit or withdrawal; where positions say more than is there, the rule says whose shrinks: newest, pro-rata, or a strategy',
    )
    .option('-y, --yes', 'do not ask before positions shrink; needed without a terminal')
    .option('--json', 'JSON on stdout');
  onRun<ResumeOptions>(resume, context, ({ args, options }) => send(context, args, options));
};

/** One argument of several words is a reason; a single word must be a name, or a misspelt one would pass for a reason. */
function switchOf(
  [first, second]: readonly (string | undefined)[],
  { reason }: SwitchOptions,
): Switch {
  const isReason = first !== undefined && second === undefined && /\s/u.test(first.trim());
  return {
    target: isReason ? undefined : first,
    reason: reason ?? (isReason ? first : second) ?? DEFAULT_REASON,
  };
}

function send(
  context: Context,
  args: readonly (string | undefined)[],
  options: ResumeOptions,
): Promise<ExitCode> {
  const { target: name, reason } = switchOf(args, options);
  if (name?.includes('/') === true) return resumeSymbol(context, options, { symbol: name, reason });
  if (options.adoptBalances !== undefined)
    throw new CliError(EXIT.usage, 'name the symbol first: plimsoll resume BTC/USDT …');
  return resumeEntries(context, options, { target: name, reason });
}

async function resumeEntries(
  context: Context,
  options: ResumeOptions,
  { target: name, reason }: Switch,
): Promise<ExitCode> {
  const params = { reason, ...(name !== undefined && { strategy: name }) };
  const result = await ask(findTarget(context, options), { method: 'resume', params });
  report(context, options, { isOn: true, result: result as SwitchResult });
  return EXIT.ok;
}

async function resumeSymbol(
  context: Context,
  options: ResumeOptions,
  { symbol, reason }: { readonly symbol: string; readonly reason: string },
): Promise<ExitCode> {
  const { adoptBalances } = options;
  if (adoptBalances === true && RULES.includes(reason))
    throw new CliError(EXIT.usage, `${reason} is a rule, not a reason: --adopt-balances=${reason}`);
  const target = findTarget(context, options);
  const adopts = adoptBalances !== undefined;
  const rule = typeof adoptBalances === 'string' ? { rule: adoptBalances } : {};
  const agreed = adopts
    ? await agreeOnAdoption(context, options, { target, symbol, ...rule })
    : undefined;
  const params = { reason, symbol, adopt_balances: adopts, ...rule, ...(agreed && { agreed }) };
  await ask(target, { method: 'resume', params, timeoutMs: ADOPT_TIMEOUT_MS });
  const result = { target: symbol, changed: true, openEntries: 0, stillOff: '' };
  report(context, options, { isOn: true, result, adopted: agreed ?? null });
  return EXIT.ok;
}

interface Report {
  readonly isOn: boolean;
  readonly result: SwitchResult;
  /** What was booked of a market's balances; null: nothing was to be, absent: it is about no halted market. */
  readonly adopted?: AdoptionDocument | null;
}

function report({ io }: Context, options: SwitchOptions, { isOn, result, adopted }: Report): void {
  const { target, changed, openEntries, stillOff } = result;
  if (options.json === true)
    printJson(io, {
      ...{ target, entries: isOn ? 'on' : 'off', changed },
      ...{ open_entries: openEntries, still_off: stillOff === '' ? null : stillOff },
      ...(adopted !== undefined && { adopted }),
    });
  else io.out(`${printable(switchLine(isOn, result))}\n`);
}
