/** Marks that time ran out; unlike any value a promise could give. */
export const EXPIRED: unique symbol = Symbol('expired');

/**
 * What `work` gives, or {@link EXPIRED} after `limitMs`. The work itself goes on: a rejection that comes after the
 * deadline is swallowed here, so that it never surfaces as an unhandled one.
 */
export const within = async <Value>(
  work: Promise<Value>,
  limitMs: number,
): Promise<Value | typeof EXPIRED> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<typeof EXPIRED>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, limitMs), EXPIRED);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
};
