/** The average price of the last minutes, on which filters rest. */
import type { Market } from './market.ts';
import { MINUTE_MS } from './timeframes.ts';

/** Volume-weighted average on the tape's grid, not rounded; the last price when nothing traded, and over no minutes. */
export function averageTapeTicks(market: Market): number {
  const { candles } = market;
  const { averageMinutes } = market.instrument;
  if (averageMinutes === 0) return market.lastTicks;
  const { forming } = candles;
  let { volume, quoteVolume } = forming;
  for (let back = 1; back < averageMinutes; back += 1) {
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
