/** Seeded bars for benchmarks: the same numbers on every machine. */
import { emptyColumns, type BarColumns } from '../../src/core/domain/market.ts';
import { timeframeMs } from '../../src/core/domain/time.ts';

const HOUR_MS = timeframeMs('1h');
/** 2017-08-17, when Binance's recorded bars begin. */
const FIRST_OPEN_MS = Date.UTC(2017, 7, 17);
const FIRST_PRICE = 4_000;
/** Standard deviation of an hour's return of BTC/USDT 2017–2024, roughly. */
const HOURLY_VOLATILITY = 0.008;
/** Prices each bar is made of. */
const STEPS_PER_BAR = 4;
/** Mean length of a trend, in bars, and its drift per bar in standard deviations. */
const TREND_BARS = 200;
const TREND_STRENGTH = 0.08;
/** How strongly the price returns to where it began: it neither vanishes nor explodes over millions of bars. */
const PULL_PER_BAR = 2e-5;
const BASE_VOLUME = 1_500;

/** A small, fast generator (mulberry32): uniform in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Hourly bars of a market with trends, prices in cents. */
export function syntheticBars(bars: number, seed: number): BarColumns {
  const columns = emptyColumns(bars);
  const random = randomFrom(seed);
  const stepVolatility = HOURLY_VOLATILITY / Math.sqrt(STEPS_PER_BAR);
  let log = Math.log(FIRST_PRICE);
  let drift = 0;
  for (let row = 0; row < bars; row += 1) {
    if (random() < 1 / TREND_BARS)
      drift = (random() * 2 - 1) * TREND_STRENGTH * HOURLY_VOLATILITY * 2;
    const prices = [log];
    for (let step = 0; step < STEPS_PER_BAR; step += 1) {
      // The sum of twelve uniform numbers is close enough to a normal one.
      let normal = -6;
      for (let count = 0; count < 12; count += 1) normal += random();
      log += (drift - PULL_PER_BAR * (log - Math.log(FIRST_PRICE))) / STEPS_PER_BAR;
      log += normal * stepVolatility;
      prices.push(log);
    }
    columns.openTime[row] = FIRST_OPEN_MS + row * HOUR_MS;
    columns.open[row] = cents(prices[0]);
    columns.high[row] = cents(Math.max(...prices));
    columns.low[row] = cents(Math.min(...prices));
    columns.close[row] = cents(log);
    columns.volume[row] = BASE_VOLUME * (0.5 + random());
  }
  return columns;
}

function cents(log = 0): number {
  return Math.round(Math.exp(log) * 100) / 100;
}

/** The same bars again and again, with times that go on ascending without a hole. */
export function repeated(columns: BarColumns, times: number): BarColumns {
  const rows = columns.openTime.length;
  const longer = emptyColumns(rows * times);
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
    for (let time = 0; time < times; time += 1) longer[name].set(columns[name], time * rows);
  const first = columns.openTime[0] ?? 0;
  longer.openTime.forEach((_, row) => {
    longer.openTime[row] = first + row * HOUR_MS;
  });
  return longer;
}
