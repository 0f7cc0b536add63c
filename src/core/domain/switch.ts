import type { Millis } from './time.ts';

/** Why and since when something is off that is on otherwise: all entries, those of one symbol. */
export interface SwitchedOff {
  readonly reason: string;
  /** Market time. */
  readonly since: Millis;
}

/** Begins the reason of a market's halt that the operator has asked for; whatever is wrong takes its place. */
export const PAUSED = 'paused: ';
