/** One task at a time per key, in order of arrival. Keys cost nothing while idle. */
export class KeyedMutex {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `task` after all earlier tasks of the key; its outcome is the caller's. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const earlier = this.#tails.get(key);
    const result = earlier ? earlier.then(task) : task();
    const release = (): void => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    const tail = result.then(release, release);
    this.#tails.set(key, tail);
    return result;
  }

  /** Keys with a task running or waiting. */
  get busy(): number {
    return this.#tails.size;
  }
}
