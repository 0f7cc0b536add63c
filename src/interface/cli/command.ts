import type { Command } from 'commander';
import type { Context, GlobalOptions } from './context.ts';
import type { ExitCode } from './exitCodes.ts';

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: Context) => void;

/** What a command is run with. */
export interface Invocation<Options> {
  readonly args: readonly string[];
  readonly options: Options & GlobalOptions;
}

/** Runs this when the command is called; what it returns is the exit code. */
export function onRun<Options>(
  command: Command,
  context: Context,
  run: (invocation: Invocation<Options>) => ExitCode | Promise<ExitCode>,
): void {
  command.action(async () => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    context.exitCode = await run({ args: command.args, options });
  });
}
