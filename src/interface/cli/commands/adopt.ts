import type { GivePlan } from '../../../runtime/giving.ts';
import { onRun, type AddCommand } from '../command.ts';
import { confirm, type YesOptions } from '../confirm.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { exactPositive } from '../parse.ts';
import { giveLine } from '../render/adoptionText.ts';
import { printable } from '../render/text.ts';
import { ask, findTarget } from '../target.ts';

interface AdoptOptions extends YesOptions {
  readonly amount: string;
  readonly cost: string;
  readonly strategy: string;
  readonly reason: string;
  readonly json?: boolean;
}

export const addAdopt: AddCommand = (program, context) => {
  const command = program
    .command('adopt')
    .argument('<symbol>', 'the market whose base coin it is, e.g. BTC/USDT')
    .description(
      'give coins that are in the account already, and that no strategy holds, to a strategy: it guards and sells them from then on',
    )
    .requiredOption('--amount <amount>', 'how much of the base coin', exactPositive)
    .requiredOption('--cost <quote>', 'what all of it has cost, in quote', exactPositive)
    .requiredOption('--strategy <id>', 'who gets it')
    .option('--reason <text>', 'is noted in the books', 'asked to by the operator')
    .option('-y, --yes', 'do not ask; needed without a terminal')
    .option('--json', 'JSON on stdout');
  onRun<AdoptOptions>(command, context, ({ args: [symbol = ''], options }) =>
    adopt(context, symbol, options),
  );
};

async function adopt(context: Context, symbol: string, options: AdoptOptions): Promise<ExitCode> {
  const { io } = context;
  const { amount, cost, strategy, reason } = options;
  const target = findTarget(context, options);
  const what = { symbol, amount, cost, strategy };
  // Both ends are one program.
  const plan = (await ask(target, { method: 'adopt_plan', params: what })) as GivePlan;
  await confirm(context, options, {
    what: `adopt gives ${giveLine(plan)}`,
    question: `Give ${printable(giveLine(plan))}?`,
    not: 'nothing was booked',
  });
  const params = { ...what, reason };
  const given = (await ask(target, { method: 'adopt', params })) as GivePlan;
  if (options.json === true) {
    const { average, lastPrice: _lastPrice, ...row } = given;
    printJson(io, { ...row, average_price: average });
  } else io.out(`given: ${printable(giveLine(given))}\n`);
  return EXIT.ok;
}
