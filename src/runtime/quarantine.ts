/** Orders and fills that are not ours, or that contradict the books: entries of their symbol wait for the operator. */
import type { Note } from '../core/domain/notes.ts';
import { clientOrderIdIsOurs } from '../core/orders/clientOrderId.ts';
import type { StepOutput } from '../core/engine/output.ts';
import type { Halts } from './halts.ts';
import type { Session } from './session.ts';

/** Words for the notes that tell of a stranger. */
const STRANGERS: Readonly<Record<string, (inputs: Note['inputs']) => string>> = {
  FOREIGN_ORDER: ({ exchangeOrderId, clientOrderId }) =>
    clientOrderIdIsOurs(String(clientOrderId))
      ? `order ${String(exchangeOrderId)} was made by Plimsoll but is not in this journal (an old copy put back?)`
      : `order ${String(exchangeOrderId)} is not ours`,
  FOREIGN_FILL: ({ tradeId }) => `fill ${String(tradeId)} belongs to no order of ours`,
};

/** Watches what the engine notes. A stranger is never cancelled and never booked. */
export function quarantineStrangers(session: Session, halts: Halts): void {
  session.onStep((output) => {
    for (const { code, symbol, inputs } of output.notes) {
      const words = STRANGERS[code]?.(inputs);
      if (words !== undefined && symbol !== undefined) halts.quarantine(symbol, words);
    }
    quarantineContradictions(output, session, halts);
  });
}

function quarantineContradictions(
  { transitions }: StepOutput,
  session: Session,
  halts: Halts,
): void {
  for (const { intentId, to, message } of transitions) {
    const order = to === 'QUARANTINED' ? session.order(intentId) : undefined;
    if (order) halts.quarantine(order.intent.symbol, `order ${intentId} ${message}`);
  }
}
