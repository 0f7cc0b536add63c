import type { Clock } from '../../ports/clock.ts';

/** Work did not end in time; it may still end later, unseen. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/**
 * Waits for `work` at most `limitMs`. ccxt's own timeout ends when the headers arrive; a body that never comes would
 * hang for minutes. What `work` does after the deadline is dropped, a late rejection included.
 * @throws DeadlineExceeded
 */
export function withDeadline<Value>(
  clock: Clock,
  limitMs: number,
  work: Promise<Value>,
): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    const cancel = clock.after(limitMs, () =>
      reject(new DeadlineExceeded(`no complete answer within ${limitMs} ms`)),
    );
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** Waits `delayMs`; `cancel` ends the wait early. */
export function pause(
  clock: Clock,
  delayMs: number,
): { readonly done: Promise<void>; readonly cancel: () => void } {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const stop = clock.after(delayMs, finish);
  return {
    done,
    cancel: () => {
      stop();
      finish();
    },
  };
}
