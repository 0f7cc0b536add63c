import type { Logger } from '../../ports/logger.ts';

/** An error that repeats (a reconnect each second) is written again only after this long. */
const REPEAT_MS = 30_000;
/** Different messages remembered; beyond that the oldest is forgotten and may be written once more. */
const REMEMBERED_MAX = 16;

/** Writes each different error once, then at most every 30 s, until {@link ErrorLog.recovered}. */
export class ErrorLog {
  readonly #logger: Logger;
  readonly #redact: (text: string) => string;
  readonly #nowMs: () => number;
  readonly #writtenAt = new Map<string, number>();

  constructor(
    logger: Logger,
    redact: (text: string) => string,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#logger = logger;
    this.#redact = redact;
    this.#nowMs = nowMs;
  }

  report(what: string, message: string): void {
    const text = `${what}: ${this.#redact(message)}`;
    const now = this.#nowMs();
    const last = this.#writtenAt.get(text);
    if (last !== undefined && now - last < REPEAT_MS) return;
    this.#writtenAt.delete(text);
    this.#writtenAt.set(text, now);
    for (const oldest of this.#writtenAt.keys()) {
      if (this.#writtenAt.size <= REMEMBERED_MAX) break;
      this.#writtenAt.delete(oldest);
    }
    this.#logger.warn({}, text);
  }

  /** Says so once if errors were written since the last time. */
  recovered(message: string): void {
    if (this.#writtenAt.size === 0) return;
    this.#writtenAt.clear();
    this.#logger.info({}, message);
  }
}
