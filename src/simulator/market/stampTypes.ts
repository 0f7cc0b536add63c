/** How a venue stamps what it tells of a market. The world itself keeps true times; only what is shown differs. */

export interface Stamps {
  /** Added to the opening and closing times of bars, in milliseconds; may be a fraction, and negative. */
  readonly candleOffsetMs: number;
  /** A bar goes on being shown as the open one for so long after its end, in milliseconds of market time. */
  readonly candleLateMs: number;
  /** Trades, public ones and the account's own, carry fractions of a millisecond. */
  readonly hasFractions: boolean;
}

export const TRUE_STAMPS: Stamps = { candleOffsetMs: 0, candleLateMs: 0, hasFractions: false };
