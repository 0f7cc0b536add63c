/** Asking before something is done that cannot be undone. */
import type { Context, GlobalOptions } from './context.ts';
import { CliError, EXIT } from './exitCodes.ts';

export interface YesOptions extends GlobalOptions {
  readonly yes?: boolean;
}

/**
 * @param asked `what`: what it does, for whoever cannot be asked · `question`: for whoever can · `not`: what has not been done after a no
 * @throws CliError with exit code 2 when nobody can be asked and nobody has said yes, 6 when somebody says no.
 */
export async function confirm(
  { io }: Context,
  { yes, input }: YesOptions,
  asked: { readonly what: string; readonly question: string; readonly not: string },
): Promise<void> {
  if (yes === true) return;
  if (!input || !io.inIsTerminal)
    throw new CliError(EXIT.usage, `${asked.what}: where nobody can be asked it needs --yes`);
  const answer = await io.ask(`${asked.question} [y/N] `);
  if (!/^y(es)?$/iu.test(answer?.trim() ?? '')) throw new CliError(EXIT.refused, asked.not);
}
