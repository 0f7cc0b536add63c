/** The command line: arguments in, exit code out. */
import { CommanderError, type Command } from 'commander';
import { fieldsOf, textField } from '../fields.ts';
import type { AppSource } from '../app.ts';
import { contextOf, errPainter, printJson, type Context, type GlobalOptions } from './context.ts';
import { errorText, EXIT, exitCodeOf, failureRow, type ExitCode } from './exitCodes.ts';
import { processIo, type Io } from './io.ts';
import { buildProgram } from './program.ts';
import { printable } from './render/text.ts';

/** Runs one command. Resolves to the process's exit code and never rejects. */
export async function main(
  argv: readonly string[],
  source: AppSource,
  io: Io = processIo(),
): Promise<number> {
  const printed = { anything: false };
  const out = (text: string): void => {
    printed.anything = true;
    io.out(text);
  };
  const context = contextOf(source, { ...io, out });
  let program: Command | undefined;
  try {
    program = await buildProgram(context, argv);
    await program.parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    const exitCode = report(error, context, program);
    // A program that asked for JSON gets a document whatever happens, and never a second one.
    if (!printed.anything && exitCode !== EXIT.ok && argv.includes('--json'))
      printJson(io, failureRow(error, exitCode));
    return exitCode;
  }
}

/** Says on stderr what went wrong, unless the parser of the arguments has done so. */
function report(error: unknown, context: Context, program: Command | undefined): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { verbose, color = true } =
    program?.opts<Partial<Pick<GlobalOptions, 'verbose' | 'color'>>>() ?? {};
  const text = errorText(error).split('\n').map(printable).join('\n');
  const { io } = context;
  io.err(`${errPainter(context, { color }).bad('error:')} ${text}\n`);
  if (verbose === true) io.err(`${textField(fieldsOf(error), 'stack')}\n`);
  return exitCodeOf(error);
}
