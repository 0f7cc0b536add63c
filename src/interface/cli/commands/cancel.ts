import type { CancelResult } from '../../../runtime/operator.ts';
import { onRun, type AddCommand } from '../command.ts';
import { confirm, type YesOptions } from '../confirm.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { timeOption } from '../parse.ts';
import { printable } from '../render/text.ts';
import { ask, findTarget } from '../target.ts';

interface CancelOptions extends YesOptions {
  readonly reason: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

const ANSWER_MS = 5_000;

export const addCancel: AddCommand = (program, context) => {
  const command = program
    .command('cancel')
    .argument('<order>', 'by any of its ids, as `plimsoll orders` shows them')
    .description('cancel one open order; its strategy may ask for another')
    .option('--reason <text>', 'is noted in the books', 'asked to by the operator')
    .addOption(timeOption('--timeout <time>', 'how long to wait for its end', '30s'))
    .option('-y, --yes', 'do not ask; needed without a terminal')
    .option('--json', 'JSON on stdout');
  onRun<CancelOptions>(command, context, ({ args: [order = ''], options }) =>
    cancel(context, order, options),
  );
};

async function cancel(context: Context, order: string, options: CancelOptions): Promise<ExitCode> {
  const { io } = context;
  const { reason, timeout } = options;
  const target = findTarget(context, options);
  await confirm(context, options, {
    what: 'cancel takes an order back',
    question: `Cancel order ${printable(order)}?`,
    not: 'not cancelled',
  });
  const params = { order, reason, wait_ms: timeout };
  const timeoutMs = timeout + ANSWER_MS;
  // Both ends are one program.
  const result = (await ask(target, { method: 'cancel', params, timeoutMs })) as CancelResult;
  if (options.json === true) printJson(io, cancelRow(result));
  else io.out(`${printable(cancelLine(result))}\n`);
  if (result.isRefused) return EXIT.failed;
  return result.hasEnded ? EXIT.ok : EXIT.timeout;
}

/** Amounts are exact. */
function cancelRow(result: CancelResult): Readonly<Record<string, unknown>> {
  const { order, strategy, symbol, side, amount, filled, state, message } = result;
  return {
    ...{ order, strategy, symbol, side, amount, filled, state, message },
    ended: result.hasEnded,
    refused: result.isRefused,
  };
}

function cancelLine(result: CancelResult): string {
  const { order, strategy, symbol, side, amount, filled, state, message } = result;
  const what = `order ${order} (${[side, amount, symbol].filter((word) => word !== '').join(' ')})`;
  if (result.isRefused) return `${what} stands: the exchange does not cancel it: ${message}`;
  if (!result.hasEnded)
    return `${what}: the cancel is on its way; \`plimsoll orders\` shows what becomes of it`;
  const part = filled === '0' ? 'nothing of it was filled' : `${filled} of it was filled`;
  // One that the journal does not know is nobody's.
  const next = strategy === '' ? 'the books never knew it' : `${strategy} may ask for another`;
  return `${what} is over (${state}): ${part}; ${next}`;
}
