/** What a strategy decided last, in words, and why an order that it wanted came to nothing. */
import type { Decision } from '../core/domain/notes.ts';
import { formatUtc } from '../core/domain/time.ts';
import { explain } from './explain.ts';
import type { StrategyStatus } from './statusDocument.ts';

/** A decision for the status document. */
export function decisionStatus(decision: Decision): StrategyStatus['last_decision'] {
  const { at, code, inputs, cause } = decision;
  const why = cause && { code: cause.code, text: explain(cause).replace(REFUSED, '') };
  return {
    at: at > 0 ? formatUtc(at) : null,
    code,
    text: explain(decision) + (why ? `: ${why.text}` : ''),
    inputs: { ...inputs },
    cause: why ?? null,
  };
}

/** The decision has said that already. */
const REFUSED = /^refused: /u;
