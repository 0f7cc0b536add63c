import { onRun, type AddCommand } from '../command.ts';
import type { Context, GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { ask, findTarget } from '../target.ts';

const DEFAULT_REASON = 'asked to by the operator';
/** Reading orders, fills and balances at the exchange until they agree. */
const ADOPT_TIMEOUT_MS = 60_000;

interface ResumeOptions extends GlobalOptions {
  readonly adoptBalances?: boolean;
}

/** `pause` and `resume`. */
export const addPause: AddCommand = (program, context) => {
  const pause = program
    .command('pause')
    .argument('[reason]', 'is noted in the books')
    .description('no new entries; what is open is still managed, also after a restart');
  onRun(pause, context, async ({ args, options }) => {
    const params = { reason: args[0] ?? DEFAULT_REASON };
    await ask(findTarget(context, options), { method: 'pause', params });
    context.io.out('paused: no new entries until `plimsoll resume`\n');
    return EXIT.ok;
  });
  const resume = program
    .command('resume')
    .argument('[symbol]', 'a halted market, e.g. BTC/USDT; without one: what `pause` has paused')
    .argument('[reason]', 'is noted in the books')
    .description('allow new entries again')
    .option(
      '--adopt-balances',
      'with a symbol: book what the exchange has more or less than the ledger as a deposit or withdrawal',
    );
  onRun<ResumeOptions>(resume, context, ({ args, options }) => send(context, args, options));
};

/** A word without a slash in the symbol's place is the reason. */
async function send(
  context: Context,
  [first, second]: readonly (string | undefined)[],
  options: ResumeOptions,
): Promise<ExitCode> {
  const symbol = first?.includes('/') === true ? first : undefined;
  const adopts = options.adoptBalances === true;
  if (symbol === undefined && (adopts || second !== undefined))
    throw new CliError(EXIT.usage, 'name the symbol first: plimsoll resume BTC/USDT …');
  const reason = (symbol === undefined ? first : second) ?? DEFAULT_REASON;
  const target = findTarget(context, options);
  if (symbol === undefined) await ask(target, { method: 'resume', params: { reason } });
  else {
    const params = { reason, symbol, adopt_balances: adopts };
    await ask(target, { method: 'resume', params, timeoutMs: ADOPT_TIMEOUT_MS });
  }
  context.io.out(symbol === undefined ? 'resumed\n' : `${symbol} resumed\n`);
  return EXIT.ok;
}
