/** What the record of fingerprints is taken over, and its form. */

/** Seed and number of the seeded bars. */
export const SEED = 20_240_101;
export const BARS = 6_000;
/** Rows of each recorded file that the test takes; the command takes all. */
export const RECORDED_ROWS = 500;

/** By file: the fingerprints of its first rows and, where they were taken, of the whole, as text. */
export type Recorded = Readonly<
  Record<string, { readonly beginning: readonly string[]; readonly whole?: readonly string[] }>
>;
