/**
 * What a bar says of a price within it. A bar tells where the market opened, how far it went both ways and where it closed, and not
 * what came first; so whatever begins within it sees of the extremes only what certainly came afterwards.
 */
import type { Bar } from '../domain/market.ts';
import type { Ahead, Chance } from './waiting.ts';

/** Below: buys and stops. Above: sells and targets. */
export type Way = 'below' | 'above';

/**
 * How the rest of a bar reaches a price: its extreme does, which comes yet · only its close does, for certain · the extreme does,
 * if it comes yet · not at all.
 */
export type Reach = 'extreme' | 'close' | 'maybe' | 'none';

/** A price that is waited for, and by what it counts as reached. */
export interface Level {
  readonly way: Way;
  readonly price: number;
  /** Touched is enough: for what watches a price, and for limit orders when the settings say so. */
  readonly byTouch: boolean;
  /** In force from the next bar on: of this one nothing is certain. */
  readonly isLate: boolean;
}

export function reachOf(level: Level, bar: Bar, ahead: Ahead): Reach {
  const reach = onTimeReach(level, bar, level.way === 'below' ? ahead.low : ahead.high);
  return level.isLate && reach !== 'none' ? 'maybe' : reach;
}

function onTimeReach(level: Level, bar: Bar, chance: Chance): Reach {
  const isInRange = isReachedBy(level, level.way === 'below' ? bar.low : bar.high);
  if (isInRange && chance === 'sure') return 'extreme';
  if (isReachedBy(level, bar.close)) return 'close';
  return isInRange && chance === 'maybe' ? 'maybe' : 'none';
}

function isReachedBy({ way, price, byTouch }: Level, seen: number): boolean {
  if (seen === price) return byTouch;
  return way === 'below' ? seen < price : seen > price;
}

/** The side whose extreme is nearer to the open; equally near: below, where the buys are. */
export function nearerWay({ open, high, low }: Bar): Way {
  return open - low <= high - open ? 'below' : 'above';
}

/**
 * Notes in `ahead` that the market has come to a price on one side. On the way to an extreme that extreme is still to come, and the
 * other one may be over; it is, when the price was taken to be reached by what may come. On the last way, to the close, both are.
 */
export function pass(ahead: Ahead, way: Way, reach: Reach): void {
  if (reach === 'close') {
    ahead.low = ahead.high = 'over';
    return;
  }
  const [here, there] = way === 'below' ? (['low', 'high'] as const) : (['high', 'low'] as const);
  if (reach === 'maybe') ahead[there] = 'over';
  else if (ahead[there] === 'sure') ahead[there] = 'maybe';
  ahead[here] = 'sure';
}
