import type { Clock } from '../ports/clock.ts';

const LOOK_MS = 25;

/** Looks again and again until it is so or `waitMs` are over. True when it is so. */
export async function waitUntil(
  condition: () => boolean,
  { clock, waitMs }: { readonly clock: Clock; readonly waitMs: number },
): Promise<boolean> {
  const deadline = clock.monotonicMs() + waitMs;
  while (!condition()) {
    if (clock.monotonicMs() >= deadline) return false;
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
  }
  return true;
}
