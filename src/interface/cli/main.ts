/** The command line: arguments in, exit code out. */
import { CommanderError } from 'commander';
import { fieldsOf, textField } from '../fields.ts';
import type { App } from '../app.ts';
import { errPainter, type Context, type GlobalOptions } from './context.ts';
import { errorText, EXIT, exitCodeOf } from './exitCodes.ts';
import { processIo, type Io } from './io.ts';
import { buildProgram } from './program.ts';
import { printable } from './render/text.ts';

/** Runs one command. Resolves to the process's exit code and never rejects. */
export async function main(
  argv: readonly string[],
  app: App,
  io: Io = processIo(),
): Promise<number> {
  const context: Context = { app, io, exitCode: EXIT.ok };
  const program = buildProgram(context);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { verbose, color } = program.opts<Pick<GlobalOptions, 'verbose' | 'color'>>();
    const text = errorText(error).split('\n').map(printable).join('\n');
    io.err(`${errPainter(context, { color }).bad('error:')} ${text}\n`);
    if (verbose === true) io.err(`${textField(fieldsOf(error), 'stack')}\n`);
    return exitCodeOf(error);
  }
}
