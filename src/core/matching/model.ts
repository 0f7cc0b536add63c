/** How pessimistic fills are: the settings of the block `fills`, and how a bar is read that leaves a choice. */

/** What a resting order gets of a price that only touches it: nothing until the market trades through it, or its fill. */
export type Touch = 'through' | 'fills';

/**
 * How a bar is read that does not tell what came first. `strict`: what may have happened counts against the user. `other`: every
 * such choice is taken the other way; the difference between the two is what the bars leave open.
 */
export type Reading = 'strict' | 'other';

export interface FillModel {
  /** Fraction by which a taker's price is worse than the one seen: 0.0005 is 5 basis points. In [0, 1). */
  readonly slippage: number;
  readonly touch: Touch;
  /** Share of a bar's volume that all our orders together may take, in (0, 1]; absent: no cap, and no bar counts as empty. */
  readonly maxShare?: number;
  /** Age in market time up to which a quote still fills an order. Milliseconds. */
  readonly quoteMaxAgeMs: number;
  /** Absent: strict. */
  readonly reading?: Reading;
}
