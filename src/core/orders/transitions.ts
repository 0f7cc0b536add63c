/** Which change of an order's state is legal. The table is the whole truth: what is not in it is never applied. */
import type { OrderState } from '../domain/order.ts';

/**
 * From each state, the states it may go to; each of them occurs in every soak of the simulation (docs/simulation.md).
 * Late truths are in it and raise an alarm: a fill after the order was thought ended (CANCELLED or EXPIRED → FILLED), an order that
 * the exchange has after all (from NOT_PLACED). One that we hold for never placed, with the exchange's word or because it was never
 * sent, proves one of us wrong when it turns up: QUARANTINED. So does one that was taken and that the exchange does not know any more.
 */
export const TRANSITIONS: Readonly<Record<OrderState, readonly OrderState[]>> = {
  PLANNED: [
    'SENDING',
    'EXPIRED',
    // The market's rules have changed since it was planned.
    'DENIED',
    // The run that planned it is over, or its permit is gone: it may have been sent.
    'UNKNOWN',
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
  ],
  // Some exchanges (OKX) forget after hours what ended unfilled.
  ACKED: ['PARTIAL', 'FILLED', 'CANCELLING', 'CANCELLED', 'REJECTED', 'EXPIRED', 'QUARANTINED'],
  PARTIAL: ['FILLED', 'CANCELLING', 'CANCELLED', 'EXPIRED'],
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
    // It may be older than what the exchange remembers, or the other leg of its pair is there.
    'QUARANTINED',
  ],
  // Only an end releases its exposure.
  QUARANTINED: ['FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'NOT_PLACED'],
  NOT_PLACED: ['ACKED', 'FILLED', 'CANCELLED', 'EXPIRED'],
  CANCELLED: ['FILLED'],
  EXPIRED: ['FILLED', 'QUARANTINED'],
  FILLED: [],
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
