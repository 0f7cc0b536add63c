/** Ctrl-C for commands that wait or watch. */
import type { Io } from './io.ts';

export interface Interrupt {
  /** Resolves at Ctrl-C or SIGTERM. */
  readonly happened: Promise<void>;
  readonly seen: () => boolean;
  /** Gives the signals back. */
  release(): void;
}

export function onInterrupt({ signals }: Io): Interrupt {
  let happen: () => void = () => undefined;
  let seen = false;
  const happened = new Promise<void>((resolve) => {
    happen = () => {
      seen = true;
      resolve();
    };
  });
  signals.on('SIGINT', happen);
  signals.on('SIGTERM', happen);
  return {
    happened,
    seen: () => seen,
    release: () => {
      signals.off('SIGINT', happen);
      signals.off('SIGTERM', happen);
    },
  };
}

/** Waits, at most until the interrupt; the timer does not outlive it. */
export async function pause(ms: number, interrupt: Interrupt): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, interrupt.happened]);
  clearTimeout(timer);
}
