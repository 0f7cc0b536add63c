/** Where a position is sold: a fixed fraction under and above its average entry price. */

/** Digits that mean something: the rest is float noise, which would put 110 just out of reach of 10 % above 100. */
const PRICE_DIGITS = 12;

/** Price at or below which a position bought at `averagePrice` on average is sold; 0 when flat. `fraction` in (0, 1). */
export function stopPriceOf(averagePrice: number, fraction: number): number {
  // NaN is the average price of nothing.
  return averagePrice > 0 ? withoutNoise(averagePrice * (1 - fraction)) : 0;
}

/** Price at or above which it is sold at a profit; infinite when flat. `fraction` > 0. */
export function targetPriceOf(averagePrice: number, fraction: number): number {
  return averagePrice > 0 ? withoutNoise(averagePrice * (1 + fraction)) : Number.POSITIVE_INFINITY;
}

function withoutNoise(price: number): number {
  return Number(price.toPrecision(PRICE_DIGITS));
}
