/** The machine's clock. */
import { performance } from 'node:perf_hooks';
import type { Clock } from '../../ports/clock.ts';

/** Longest delay a timer of Node can hold; a longer one would fire at once. */
export const TIMER_DELAY_MS_MAX = 2 ** 31 - 1;

/**
 * Wall and monotonic time of this machine, and its timers. A timer keeps the process alive until it has run or is cancelled.
 * `after` and `every` throw RangeError for a delay that is negative, not finite, or above `TIMER_DELAY_MS_MAX` (24.8 days).
 */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayOf(delayMs, 0));
    return () => clearTimeout(timer);
  },
  every: (intervalMs, task) => {
    const timer = setInterval(task, delayOf(intervalMs, 1));
    return () => clearInterval(timer);
  },
};

function delayOf(delayMs: number, min: number): number {
  if (delayMs >= min && delayMs <= TIMER_DELAY_MS_MAX) return delayMs;
  throw new RangeError(`a timer takes ${min} to ${TIMER_DELAY_MS_MAX} ms, not ${delayMs}`);
}
