/** A broken promise: which invariant, and how. */

/** The invariants of the order protocol, by their numbers in docs/simulation.md. */
export const INVARIANTS = {
  I1: 'at most one exchange order per intent',
  I2: 'no fill lost, none counted twice',
  I3: 'position = signed sum of fills',
  I4: 'cash conserved per asset, to the last digit',
  I5: 'risk limits hold, counting open and unknown orders as filled',
  I6: 'after faults heal every intent reaches an end in bounded time',
  I7: 'nothing is sent without a committed journal row',
  I8: 'no order on stale, missing or invalid data',
  I9: 'halted means no exposure-increasing send',
  I10: 'no secret in a log, error, journal or job',
  I11: 'memory and queues bounded, no error unhandled, none ends the daemon',
  I12: 'a protected position is never without its stop, unless alarmed',
  I13: 'a way out that is due is soon on the wire, whatever the queue does, and keeps to the rules',
  I14: 'positions are no more than the account has, unless the symbol is halted',
  I15: 'a symbol is halted only for a cause',
  I16: 'dust is a part of its position that no order could sell',
} as const;

export type InvariantId = keyof typeof INVARIANTS;

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: InvariantId;

  constructor(invariant: InvariantId, detail: string) {
    super(`${invariant} (${INVARIANTS[invariant]}): ${detail}`);
    this.invariant = invariant;
  }
}
