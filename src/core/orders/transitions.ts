/** Which change of an order's state is legal. The table is the whole truth: what is not in it is never applied. */
import type { OrderState } from '../domain/order.ts';

/**
 * From each state, the states it may go to.
 * Two late truths are in it and raise an alarm: a fill after the order was thought ended (CANCELLED or EXPIRED → FILLED), and
 * an order that the exchange has after all (from NOT_PLACED). A fill after REJECTED or DENIED proves one of us wrong: QUARANTINED.
 */
export const TRANSITIONS: Readonly<Record<OrderState, readonly OrderState[]>> = {
  PLANNED: [
    'SENDING',
    // A report may overtake the word that the order was sent.
    'ACKED',
    'PARTIAL',
    'FILLED',
    'CANCELLING',
    'CANCELLED',
    'REJECTED',
    'EXPIRED',
    'DENIED',
    'UNKNOWN',
    'QUARANTINED',
  ],
  SENDING: [
    'ACKED',
    'PARTIAL',
    'FILLED',
    'CANCELLING',
    'CANCELLED',
    'REJECTED',
    'EXPIRED',
    'UNKNOWN',
    'NOT_PLACED',
    'QUARANTINED',
  ],
  ACKED: ['PARTIAL', 'FILLED', 'CANCELLING', 'CANCELLED', 'REJECTED', 'EXPIRED', 'QUARANTINED'],
  PARTIAL: ['FILLED', 'CANCELLING', 'CANCELLED', 'EXPIRED', 'QUARANTINED'],
  CANCELLING: [
    // The cancel was refused: the order stands as before.
    'ACKED',
    'PARTIAL',
    'FILLED',
    'CANCELLED',
    'REJECTED',
    'EXPIRED',
    'QUARANTINED',
  ],
  UNKNOWN: [
    'ACKED',
    'PARTIAL',
    'FILLED',
    'CANCELLING',
    'CANCELLED',
    'REJECTED',
    'EXPIRED',
    'NOT_PLACED',
    'QUARANTINED',
  ],
  // Only an end releases its exposure.
  QUARANTINED: ['FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'NOT_PLACED'],
  NOT_PLACED: ['ACKED', 'PARTIAL', 'FILLED', 'CANCELLING', 'CANCELLED', 'EXPIRED', 'QUARANTINED'],
  CANCELLED: ['FILLED', 'QUARANTINED'],
  EXPIRED: ['FILLED', 'QUARANTINED'],
  FILLED: ['QUARANTINED'],
  REJECTED: ['QUARANTINED'],
  DENIED: ['QUARANTINED'],
};

const TERMINAL: ReadonlySet<OrderState> = new Set([
  'FILLED',
  'CANCELLED',
  'REJECTED',
  'EXPIRED',
  'DENIED',
  'NOT_PLACED',
]);

/** True when an order may go from one state to another. Staying is not a transition. */
export function isLegal(from: OrderState, to: OrderState): boolean {
  return TRANSITIONS[from].includes(to);
}

/**
 * True when nothing more is expected of an order. QUARANTINED is not among them: its exposure stays reserved until an operator
 * has looked.
 */
export function isTerminal(state: OrderState): boolean {
  return TERMINAL.has(state);
}
