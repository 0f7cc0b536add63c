/** What the outside may ask for by signal, and what must never pass in silence. */
import { messageOf } from '../errors.ts';

export interface SignalHandlers {
  /** SIGTERM, SIGINT. */
  readonly stop: (signal: string) => void;
  /** The same again, later: do not wait any longer. */
  readonly force: () => void;
  /** SIGHUP. */
  readonly reload: () => void;
  /** An error that nobody caught. The process is not to be trusted any more. */
  readonly fatal: (error: Error) => void;
}

/** What of `process` is needed; tests pass an EventEmitter. */
export type SignalSource = Pick<NodeJS.EventEmitter, 'on' | 'off'>;

/** At a terminal one Ctrl-C can arrive twice: from the terminal, and passed on by npm or npx. */
export const SAME_PRESS_MS = 500;

/** Listens until the returned function is called. */
export function watchSignals(source: SignalSource, handlers: SignalHandlers): () => void {
  let firstStopMs: number | undefined;
  const stop = (signal: string): void => {
    const nowMs = performance.now();
    if (firstStopMs === undefined) {
      firstStopMs = nowMs;
      handlers.stop(signal);
    } else if (nowMs - firstStopMs >= SAME_PRESS_MS) handlers.force();
  };
  const fatal = (reason: unknown): void => {
    handlers.fatal(
      reason instanceof Error ? reason : new Error(messageOf(reason), { cause: reason }),
    );
  };
  const listeners = [
    ['SIGTERM', () => stop('SIGTERM')],
    ['SIGINT', () => stop('SIGINT')],
    ['SIGHUP', () => handlers.reload()],
    ['uncaughtException', fatal],
    ['unhandledRejection', fatal],
  ] as const;
  for (const [name, listener] of listeners) source.on(name, listener);
  return () => {
    for (const [name, listener] of listeners) source.off(name, listener);
  };
}
