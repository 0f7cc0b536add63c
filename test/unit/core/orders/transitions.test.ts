import { describe, expect, it } from '@jest/globals';
import { ORDER_STATES, type OrderState } from '../../../../src/core/domain/order.ts';
import { isLegal, isTerminal, TRANSITIONS } from '../../../../src/core/orders/transitions.ts';

describe('the transition table', () => {
  it('has a row for every state and names no state twice in a row', () => {
    expect(Object.keys(TRANSITIONS).sort()).toEqual([...ORDER_STATES].sort());
    for (const targets of Object.values(TRANSITIONS)) {
      expect(new Set(targets).size).toBe(targets.length);
    }
  });

  it('never leads from a state to itself', () => {
    for (const state of ORDER_STATES) expect(isLegal(state, state)).toBe(false);
  });

  it('leads from every state that is not terminal to an end', () => {
    for (const state of ORDER_STATES.filter((one) => !isTerminal(one))) {
      expect(TRANSITIONS[state].some(isTerminal)).toBe(true);
    }
  });

  it('leaves a terminal state only for a late truth or the quarantine', () => {
    const exits = Object.fromEntries(
      ORDER_STATES.filter(isTerminal).map((state) => [state, [...TRANSITIONS[state]].sort()]),
    );
    expect(exits).toEqual({
      FILLED: [],
      CANCELLED: ['FILLED'],
      EXPIRED: ['FILLED', 'QUARANTINED'],
      REJECTED: ['QUARANTINED'],
      DENIED: ['QUARANTINED'],
      NOT_PLACED: ['ACKED', 'CANCELLED', 'EXPIRED', 'FILLED'],
    });
  });

  it('never leads back to a state in which an order could be sent', () => {
    for (const state of ORDER_STATES) {
      expect(isLegal(state, 'PLANNED')).toBe(false);
      expect(isLegal(state, 'SENDING')).toBe(state === 'PLANNED');
    }
  });

  it('keeps UNKNOWN and QUARANTINED open: their exposure stays reserved', () => {
    const open: OrderState[] = ORDER_STATES.filter((state) => !isTerminal(state));
    expect(open).toEqual([
      'PLANNED',
      'SENDING',
      'ACKED',
      'PARTIAL',
      'CANCELLING',
      'UNKNOWN',
      'QUARANTINED',
    ]);
  });
});
