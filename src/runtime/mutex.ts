/** One task at a time per key, in order of arrival. Keys cost nothing while idle. */
export class KeyedMutex {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `task` after all earlier tasks of the key; its outcome is the caller's. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const earlier = this.#tails.get(key);
    const result = earlier ? earlier.then(task) : task();
    const tail = result.then(ignore, ignore);
    this.#tails.set(key, tail);
    try {
      return await result;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }

  /** Keys with a task running or waiting. */
  get busy(): number {
    return this.#tails.size;
  }
}

const ignore = (): void => undefined;
