import type { Clock } from '../ports/clock.ts';

/** What the promise brings, or undefined when it takes longer. */
export async function within<Value>(
  promise: Promise<Value>,
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
): Promise<Value | undefined> {
  let cancel: () => void = () => undefined;
  const expiry = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    cancel();
  }
}
