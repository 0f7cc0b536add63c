/** The configuration file of commands that can do without one. */
import type { Command } from 'commander';
import type { Context, GlobalOptions } from './context.ts';

/** The file, and whether it was named, by option or environment, or is only where one is looked for. */
export function configChoice(
  program: Command,
  { io }: Context,
  { config }: GlobalOptions,
): { readonly file: string; readonly isNamed: boolean } {
  const isNamed =
    program.getOptionValueSource('config') !== 'default' || io.env['PLIMSOLL_CONFIG'] !== undefined;
  return { file: config, isNamed };
}
