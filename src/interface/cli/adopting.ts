/** Agreeing on what adopting the balances of a market does, before it is done. */
import type { AdoptionDocument } from '../../runtime/resume.ts';
import type { RunPointer } from '../daemon/runPointer.ts';
import { confirm, type YesOptions } from './confirm.ts';
import type { Context } from './context.ts';
import { adoptionLines } from './render/adoptionText.ts';
import { printable } from './render/text.ts';
import { ask } from './target.ts';

/** Reading orders, fills and balances at the exchange until they agree. */
export const ADOPT_TIMEOUT_MS = 60_000;

/**
 * Shows what would be booked; asks when a position would change. Returns what was agreed to.
 * @throws CliError as `confirm`
 */
export async function agreeOnAdoption(
  context: Context,
  options: YesOptions,
  { target, ...params }: { target: RunPointer; symbol: string; rule?: string },
): Promise<AdoptionDocument> {
  const call = { method: 'adoption', params, timeoutMs: ADOPT_TIMEOUT_MS };
  // Both ends are one program.
  const plan = (await ask(target, call)) as AdoptionDocument;
  for (const line of adoptionLines(plan)) context.io.err(`${printable(line)}\n`);
  if (plan.moves.length > 0)
    await confirm(context, options, {
      what: '--adopt-balances changes positions',
      question: 'Book this, and let it trade again?',
      not: 'nothing was booked',
    });
  return plan;
}
