/** The average price of the last five minutes, on which filters and `GET /api/v3/avgPrice` rest. */
import type { Market } from '../../market/market.ts';
import { MINUTE_MS } from '../../market/timeframes.ts';

/** Minutes that the average is taken over. */
export const AVERAGE_MINUTES = 5;

/** Volume-weighted average on the tape's grid, not rounded; the last price when nothing traded. */
export function averageTapeTicks(market: Market): number {
  const { candles } = market;
  const { forming } = candles;
  let { volume, quoteVolume } = forming;
  for (let back = 1; back < AVERAGE_MINUTES; back += 1) {
    const bar = candles.minutes.at(forming.openMs - back * MINUTE_MS);
    volume += bar?.volume ?? 0;
    quoteVolume += bar?.quoteVolume ?? 0;
  }
  return volume > 0 ? quoteVolume / volume : market.lastTicks;
}

/** The same on the grid that users trade on. */
export function averageTicks(market: Market): number {
  const finer = market.grid.priceDecimals - market.instrument.priceDecimals;
  return averageTapeTicks(market) / 10 ** finer;
}
