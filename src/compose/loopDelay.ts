import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is probed; a probe that is on time counts as this much. */
const PROBE_MS = 20;

/** Starts measuring; each call gives the 99th percentile of the event loop's delay since the call before, in milliseconds. */
export function loopDelay(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: PROBE_MS });
  histogram.enable();
  return () => {
    const delayMs = histogram.percentile(99) / 1e6 - PROBE_MS;
    histogram.reset();
    return Math.max(0, delayMs);
  };
}
