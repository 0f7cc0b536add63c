/** What is known of each owner of orders within one bar. */
import { pass, type Reach, type Way } from './barRules.ts';
import type { Reading } from './model.ts';
import type { Ahead } from './waiting.ts';

export interface OwnerState {
  /** What their orders that are placed now, and the prices watched for them, still see of the bar. */
  readonly ahead: Ahead;
  readonly passed: Record<Way, boolean>;
  /** Something of theirs was decided that the bar leaves open: so is everything of theirs from then on. */
  isUncertain: boolean;
  /** A guard of theirs has ended within the bar. */
  hasLostGuard: boolean;
  /** Watched prices that were shown. */
  shownStop: number;
  shownTarget: number;
}

const WHOLE: Readonly<Ahead> = { low: 'sure', high: 'sure' };
/** Within the bar, and nobody knows where. */
const SOMEWHERE: Readonly<Ahead> = { low: 'maybe', high: 'maybe' };

export class BarOwners {
  readonly #states = new Map<string, OwnerState>();

  clear(): void {
    if (this.#states.size > 0) this.#states.clear();
  }

  find(owner: string): OwnerState | undefined {
    return this.#states.get(owner);
  }

  of(owner: string): OwnerState {
    const known = this.#states.get(owner);
    if (known) return known;
    const made = {
      ahead: { ...WHOLE },
      passed: { below: false, above: false },
      isUncertain: false,
      hasLostGuard: false,
      shownStop: 0,
      shownTarget: 0,
    };
    this.#states.set(owner, made);
    return made;
  }

  /** What a watched price of theirs sees: the whole bar until one of their orders was reached within it. */
  aheadOf(owner: string): Readonly<Ahead> {
    return this.#states.get(owner)?.ahead ?? WHOLE;
  }

  /** What an order sees that they place now. */
  aheadOfNew(owner: string, isInside: boolean): Ahead {
    const state = this.#states.get(owner);
    const hasPassed = state !== undefined && (state.passed.below || state.passed.above);
    return { ...(isInside && !hasPassed ? SOMEWHERE : this.aheadOf(owner)) };
  }

  /** The market has come to a price of theirs. Read the other way, a bar goes to each of its extremes once. */
  pass(owner: string, way: Way, reach: Reach, reading: Reading): void {
    const { ahead, passed } = this.of(owner);
    pass(ahead, way, reach);
    passed[way] = true;
    if (reading === 'strict' || !passed.below || !passed.above) return;
    ahead[way === 'below' ? 'high' : 'low'] = 'over';
  }
}
