import type { ClosePlan, CloseResult } from '../../../runtime/closing.ts';
import { onRun, type AddCommand } from '../command.ts';
import { confirm, type YesOptions } from '../confirm.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { exactPositive, timeOption } from '../parse.ts';
import { closeLines, closeQuestion, closeRow } from '../render/closeText.ts';
import { printable } from '../render/text.ts';
import { ask, findTarget } from '../target.ts';

interface CloseOptions extends YesOptions {
  readonly amount?: string;
  readonly limit?: string;
  readonly reason: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** The daemon's answer comes after the sale. */
const ANSWER_MS = 5_000;

export const addClose: AddCommand = (program, context) => {
  const command = program
    .command('close')
    .argument('<strategy-or-symbol>', 'whose position is sold, e.g. grid-btc or BTC/USDT')
    .description(
      'cancel the orders of a strategy, or of all that trade a market, and sell what they hold; also what a removed strategy has left',
    )
    .option('--amount <amount>', 'sell only so much of the base asset', exactPositive)
    .option('--limit <price>', 'sell at this price or better, and wait for it', exactPositive)
    .option('--reason <text>', 'is noted in the books', 'asked to by the operator')
    .addOption(timeOption('--timeout <time>', 'how long to wait for the sale', '30s'))
    .option('-y, --yes', 'do not ask; needed without a terminal')
    .option('--json', 'JSON on stdout');
  onRun<CloseOptions>(command, context, ({ args: [name = ''], options }) =>
    close(context, name, options),
  );
};

async function close(context: Context, name: string, options: CloseOptions): Promise<ExitCode> {
  const { io } = context;
  const { amount, limit, reason, timeout } = options;
  const target = findTarget(context, options);
  const what = {
    name,
    ...(amount !== undefined && { amount }),
    ...(limit !== undefined && { limit }),
  };
  // Both ends are one program.
  const plan = (await ask(target, { method: 'close_plan', params: what })) as readonly ClosePlan[];
  await confirm(context, options, {
    what: `close sells what ${name} holds`,
    question: printable(closeQuestion(plan)),
    not: 'nothing was sold',
  });
  const params = { ...what, reason, wait_ms: timeout };
  const timeoutMs = timeout + ANSWER_MS;
  const result = (await ask(target, { method: 'close', params, timeoutMs })) as CloseResult;
  if (options.json === true) printJson(io, closeRow(name, result));
  else for (const line of closeLines(name, result)) io.out(`${printable(line)}\n`);
  if (result.isComplete || result.resting.length > 0) return EXIT.ok;
  io.err('warning: it is not sold yet; the daemon goes on, see `plimsoll status`\n');
  return EXIT.timeout;
}
