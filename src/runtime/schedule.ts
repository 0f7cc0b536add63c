/** What is done again and again while the bot runs. A duty never overlaps itself; one that fails waits longer each time. */
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** A duty that keeps failing is tried at least this often. */
const BACKOFF_MS_MAX = 60_000;

export interface Duty {
  /** For the log and for `hurry`. */
  readonly name: string;
  /** Rest between the end of one round and the start of the next. */
  readonly everyMs: number;
  /** Who must answer for it to succeed; absent: nobody outside. */
  readonly asks?: 'exchange';
  /** A rejection means: try again, later. */
  readonly task: () => unknown;
}

/** A duty whose last round failed. */
export interface Trouble {
  readonly duty: Duty;
  /** Rounds in a row. */
  readonly failures: number;
  /** Monotonic time of the first of them. */
  readonly sinceMs: number;
  /** What the last one failed with. */
  readonly error: string;
}

interface Post {
  readonly duty: Duty;
  running: boolean;
  /** Asked for while it was running: once more, at once. */
  again: boolean;
  failures: number;
  /** Monotonic time of the first of these. */
  failingMs: number;
  error: string;
  /** Monotonic time of the last round that came to its end; undefined before. */
  doneMs: number | undefined;
  stop: () => void;
}

export class Schedule {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #posts = new Map<string, Post>();
  #open = false;

  constructor(
    { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
    duties: readonly Duty[],
  ) {
    this.#clock = clock;
    this.#logger = logger;
    for (const duty of duties) {
      const idle = { running: false, again: false, failures: 0, failingMs: 0, error: '' };
      this.#posts.set(duty.name, { ...idle, duty, doneMs: undefined, stop: () => undefined });
    }
  }

  /** The first round of each duty comes after its own rest. */
  start(): void {
    this.#open = true;
    for (const post of this.#posts.values()) this.#rest(post);
  }

  /** A round of this duty at once; before the start and after the end: nothing. */
  hurry(name: string): void {
    const post = this.#posts.get(name);
    if (!post || !this.#open) return;
    if (post.running) post.again = true;
    else void this.#run(post);
  }

  /** Milliseconds since a round of this duty last came to its end; undefined when none has yet. */
  ageMs(name: string): number | undefined {
    const doneMs = this.#posts.get(name)?.doneMs;
    return doneMs === undefined ? undefined : this.#clock.monotonicMs() - doneMs;
  }

  /** Duties whose last round failed. */
  get troubles(): readonly Trouble[] {
    return [...this.#posts.values()]
      .filter(({ failures }) => failures > 0)
      .map(({ duty, failures, failingMs, error }) => ({
        duty,
        failures,
        sinceMs: failingMs,
        error,
      }));
  }

  /** No round begins any more; a running one ends by itself. */
  close(): void {
    this.#open = false;
    for (const post of this.#posts.values()) post.stop();
  }

  async #run(post: Post): Promise<void> {
    const { duty } = post;
    post.stop();
    post.running = true;
    try {
      await duty.task();
      if (post.failures > 0) this.#logger.info({ duty: duty.name }, 'works again');
      post.failures = 0;
      post.doneMs = this.#clock.monotonicMs();
    } catch (error) {
      if (post.failures === 0) post.failingMs = this.#clock.monotonicMs();
      post.failures += 1;
      post.error = error instanceof Error ? error.message : String(error);
      this.#logger.warn(
        { duty: duty.name, error: String(error) },
        'failed; it will be tried again',
      );
    }
    post.running = false;
    if (!this.#open) return;
    if (post.again) {
      post.again = false;
      void this.#run(post);
    } else this.#rest(post);
  }

  #rest(post: Post): void {
    const { everyMs } = post.duty;
    const patienceMs = Math.max(everyMs, BACKOFF_MS_MAX);
    post.stop = this.#clock.after(Math.min(everyMs * 2 ** post.failures, patienceMs), () => {
      void this.#run(post);
    });
  }
}
