/** Wall and monotonic time and timers, for what waits. Decisions never use it: they take time from events. */
export interface Clock {
  /** Milliseconds since the epoch. May jump. For request timestamps and records only. */
  wallMs(): number;
  /** Milliseconds from an arbitrary start; never goes back. For deadlines, ages and timeouts. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** Runs `task` every `intervalMs` until cancelled; a late run is not made up for. */
  every(intervalMs: number, task: () => void): () => void;
}
