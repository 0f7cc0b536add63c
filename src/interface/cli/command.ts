import type { Command } from 'commander';
import type { Context, GlobalOptions } from './context.ts';
import type { ExitCode } from './exitCodes.ts';

/** Adds one command to the program; may load the application, if its help cannot be told without. */
export type AddCommand = (program: Command, context: Context) => void | Promise<void>;

/** What a command is run with. */
export interface Invocation<Options> {
  readonly args: readonly string[];
  readonly options: Options & GlobalOptions;
}

/** Runs this when the command is called, with the application loaded; what it returns is the exit code. */
export function onRun<Options>(
  command: Command,
  context: Context,
  run: (invocation: Invocation<Options>) => ExitCode | Promise<ExitCode>,
): void {
  onBareRun<Options>(command, context, async (invocation) => {
    await context.load();
    return run(invocation);
  });
}

/** The same for a command that needs nothing of the application, and so need not wait for it. */
export function onBareRun<Options>(
  command: Command,
  context: Context,
  run: (invocation: Invocation<Options>) => ExitCode | Promise<ExitCode>,
): void {
  command.action(async () => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    context.exitCode = await run({ args: command.args, options });
  });
}
