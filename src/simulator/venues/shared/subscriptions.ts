/** Who listens to which channel. */

/** Listeners by channel; a channel without listeners costs nothing. */
export class Subscriptions<Listener> {
  readonly #listeners = new Map<string, Set<Listener>>();

  has(channel: string): boolean {
    return this.#listeners.has(channel);
  }

  /** Everybody on a channel, in order of subscription. */
  of(channel: string): Iterable<Listener> {
    return this.#listeners.get(channel) ?? [];
  }

  add(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(channel, listeners);
  }

  remove(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(channel);
  }

  removeAll(listener: Listener): void {
    for (const channel of [...this.#listeners.keys()]) this.remove(channel, listener);
  }
}
