/**
 * What a method of searching is: it is asked for what to try and told what came of it, in the order of asking. It draws from a seed
 * and knows nothing else, so the same answers lead to the same questions, however long each took and whoever worked them out; a
 * search is resumed by telling it again what it was told before.
 */
import type { Assignment } from './space.ts';

/** What to try. */
export interface Proposal {
  readonly assignment: Assignment;
  /** Of the whole effort (the history to run over, say), in (0, 1]. Only results of the whole count as found. */
  readonly share: number;
}

/** What came of it. */
export interface Score {
  /** One per objective, the smaller the better; not finite: it failed. */
  readonly losses: readonly number[];
  /** By how much constraints are broken; 0: none. */
  readonly violation: number;
}

export interface Search {
  /** Answers it must have been told before it can be asked again. */
  readonly needs: number;
  /** What to try next; undefined when there is nothing more. Only once `needs` answers were told. */
  ask(): Proposal | undefined;
  /** The answer to the oldest question that has none yet. */
  tell(score: Score): void;
}
