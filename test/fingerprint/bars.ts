/** Seeded bars made of whole numbers alone, so that they are the same in every version of the language. */
import { emptyColumns, type BarColumns } from '../../src/core/domain/market.ts';
import { MINUTE_MS } from '../../src/core/domain/time.ts';

/** 2024-01-01T00:00:00Z. */
const FIRST_OPEN_MS = 1_704_067_200_000;
/** In hundredths: 60,000.00 and what one step may move it, either way. */
const FIRST_PRICE = 6_000_000;
const STEP_MAX = 4_500;
const STEPS_PER_BAR = 5;
/** One bar in so many begins a new drift; one in so many is a shock. */
const DRIFT_BARS = 240;
const SHOCK_BARS = 900;
const DRIFT_MAX = 450;
const SHOCK_MAX = 120_000;
/** Volume of a bar at most, in thousandths. */
const VOLUME_MAX = 4_000;

/** Minute bars of a market that drifts, is shocked now and then, and always comes back to where it began. */
export function seededBars(bars: number, seed: number): BarColumns {
  const columns = emptyColumns(bars);
  const below = wholeNumbers(seed);
  const around = (most: number): number => below(2 * most + 1) - most;
  let price = FIRST_PRICE;
  let drift = 0;
  for (let row = 0; row < bars; row += 1) {
    if (below(DRIFT_BARS) === 0) drift = around(DRIFT_MAX);
    if (below(SHOCK_BARS) === 0) price += around(SHOCK_MAX);
    const prices = [price];
    for (let step = 0; step < STEPS_PER_BAR; step += 1) {
      price += drift + around(STEP_MAX) + Math.trunc((FIRST_PRICE - price) / 4_000);
      prices.push(price);
    }
    columns.openTime[row] = FIRST_OPEN_MS + row * MINUTE_MS;
    columns.open[row] = (prices[0] ?? 0) / 100;
    columns.high[row] = Math.max(...prices) / 100;
    columns.low[row] = Math.min(...prices) / 100;
    columns.close[row] = price / 100;
    // Quiet bars now and then: a cap on the share of a bar's volume then leaves orders open for long.
    columns.volume[row] = below(20) === 0 ? 0 : below(VOLUME_MAX) / 1_000;
  }
  return columns;
}

/** Whole numbers below a limit, by a linear congruence (Numerical Recipes). */
function wholeNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** The first rows of columns. */
export function firstRows(columns: BarColumns, rows: number): BarColumns {
  const { openTime, open, high, low, close, volume } = columns;
  return {
    openTime: openTime.slice(0, rows),
    open: open.slice(0, rows),
    high: high.slice(0, rows),
    low: low.slice(0, rows),
    close: close.slice(0, rows),
    volume: volume.slice(0, rows),
  };
}
