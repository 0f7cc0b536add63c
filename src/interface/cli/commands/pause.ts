import type { Command } from 'commander';
import { onRun, type AddCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exitCodes.ts';
import { ask, findTarget } from '../target.ts';

const DEFAULT_REASON = 'asked to by the operator';

/** `pause` and `resume`. */
export const addPause: AddCommand = (program, context) => {
  const pause = program
    .command('pause')
    .argument('[reason]', 'is noted in the books')
    .description('no new entries; what is open is still managed, also after a restart');
  send(pause, context, { method: 'pause', done: 'paused: no new entries until `plimsoll resume`' });
  const resume = program
    .command('resume')
    .argument('[reason]', 'is noted in the books')
    .description('allow new entries again');
  send(resume, context, { method: 'resume', done: 'resumed' });
};

function send(
  command: Command,
  context: Context,
  { method, done }: { readonly method: string; readonly done: string },
): void {
  onRun(command, context, async ({ args, options }) => {
    const reason = args[0] ?? DEFAULT_REASON;
    await ask(findTarget(context, options), { method, params: { reason } });
    context.io.out(`${done}\n`);
    return EXIT.ok;
  });
}
