import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { RECONNECT, backoffMs } from './backoff.ts';
import { pause } from './deadline.ts';
import { describe } from './errors.ts';

/** A connection that lasted this long was healthy: the next failure starts the back-off anew. */
const STABLE_MS = 30_000;
/** Dialling, subscribing and the exchange's confirmation together. An exchange that never confirms raises nothing in ccxt. */
const CONFIRM_MS = 20_000;

/** What is kept alive. */
export interface Link {
  /** What must be there before connecting (the list of markets), bounded by deadlines of its own. */
  prepare(): Promise<unknown>;
  /** Connects and subscribes, then stays pending: it rejects when the connection is lost. */
  run(): Promise<unknown>;
  /** Ends what is left of the connection, which makes a pending `run` reject. */
  drop(reason: Error): void;
  /** Told after each loss. */
  onDown(message: string): void;
}

export interface SupervisorOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secrets: readonly string[];
}

/** Keeps a link running until closed: ccxt connects again only when it is asked again, and its own back-off is not always applied. */
export class Supervisor {
  readonly #link: Link;
  readonly #options: SupervisorOptions;
  #upAtMs: number | undefined;
  #closed = false;
  #endPause: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(link: Link, options: SupervisorOptions) {
    this.#link = link;
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#keepAlive();
  }

  /** The exchange confirmed the subscription. */
  up(): void {
    this.#upAtMs ??= this.#options.clock.monotonicMs();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endPause();
    this.#link.drop(new Error('closed'));
    await this.#loop;
  }

  async #keepAlive(): Promise<void> {
    let attempt = 0;
    while (!this.#isClosed()) {
      const failure = await this.#runOnce();
      if (this.#isClosed()) return;
      attempt = this.#wasStable() ? 1 : attempt + 1;
      const delayMs = backoffMs(RECONNECT, attempt);
      const message = describe(failure, this.#options.secrets);
      this.#options.logger.warn(
        { stream: this.#options.name, attempt, delayMs, error: message },
        'stream lost, connecting again',
      );
      this.#link.onDown(message);
      const wait = pause(this.#options.clock, delayMs);
      this.#endPause = wait.cancel;
      await wait.done;
    }
  }

  /** @returns why it ended. */
  async #runOnce(): Promise<unknown> {
    this.#upAtMs = undefined;
    let cancel: () => void = () => undefined;
    try {
      await this.#link.prepare();
      cancel = this.#options.clock.after(CONFIRM_MS, () => {
        if (this.#upAtMs === undefined)
          this.#link.drop(new Error(`not confirmed within ${CONFIRM_MS} ms`));
      });
      await this.#link.run();
      return new Error('the stream ended');
    } catch (error) {
      return error;
    } finally {
      cancel();
      // One lost subscription ends its connection: ccxt would take it for subscribed and never ask again.
      this.#link.drop(new Error('connecting again'));
    }
  }

  #wasStable(): boolean {
    return (
      this.#upAtMs !== undefined && this.#options.clock.monotonicMs() - this.#upAtMs >= STABLE_MS
    );
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
