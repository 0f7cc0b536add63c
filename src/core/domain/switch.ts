import type { Millis } from './time.ts';

/** Why and since when something is off that is on otherwise: all entries, those of one symbol. */
export interface SwitchedOff {
  readonly reason: string;
  /** Market time. */
  readonly since: Millis;
}
