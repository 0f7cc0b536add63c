/** Tasks on worker threads of this process. */
import { Worker } from 'node:worker_threads';
import type { Done, TaskPool } from '../../ports/taskPool.ts';

export interface ThreadPoolOptions {
  /** What a thread runs: it answers each `ThreadTask` with a `ThreadAnswer`. */
  readonly entry: URL;
  /** ≥ 1. */
  readonly threads: number;
  /** What every thread is given; memory that is shared is not copied. */
  readonly data: unknown;
}

export interface ThreadTask {
  readonly id: string;
  readonly task: unknown;
}

export type ThreadAnswer =
  | { readonly id: string; readonly result: unknown }
  | { readonly id: string; readonly error: string };

/** A task that ends so many threads is at fault itself. */
const ATTEMPTS_MAX = 3;
/** Tasks that wait for each thread. */
const AHEAD_PER_THREAD = 1;

interface Waiting<Result> {
  readonly id: string;
  readonly task: unknown;
  readonly settled: Promise<Done<Result>>;
  readonly resolve: (done: Done<Result>) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

interface Thread<Result> {
  readonly name: string;
  readonly worker: Worker;
  current: Waiting<Result> | undefined;
}

export function createThreadPool<Task, Result>(options: ThreadPoolOptions): TaskPool<Task, Result> {
  return new ThreadPool<Task, Result>(options);
}

class ThreadPool<Task, Result> implements TaskPool<Task, Result> {
  readonly room: number;
  readonly #options: ThreadPoolOptions;
  readonly #threads = new Set<Thread<Result>>();
  readonly #tasks = new Map<string, Waiting<Result>>();
  readonly #queue: Waiting<Result>[] = [];
  #isClosed = false;
  #started = 0;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.room = options.threads * (1 + AHEAD_PER_THREAD);
  }

  get slots(): number {
    return this.#options.threads;
  }

  async run(id: string, task: Task): Promise<Done<Result>> {
    if (this.#isClosed) throw new Error('POOL_CLOSED: no more tasks are taken');
    const known = this.#tasks.get(id);
    if (known) return known.settled;
    let resolve: Waiting<Result>['resolve'] = () => undefined;
    let reject: Waiting<Result>['reject'] = () => undefined;
    const settled = new Promise<Done<Result>>((onDone, onError) => {
      [resolve, reject] = [onDone, onError];
    });
    const waiting = { id, task, settled, resolve, reject, attempts: 0 };
    this.#tasks.set(id, waiting);
    this.#queue.push(waiting);
    this.#next();
    return settled;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const error = new Error('POOL_CLOSED: the task was given up');
    for (const waiting of this.#tasks.values()) {
      // Whoever asked may be gone.
      waiting.settled.catch(() => undefined);
      waiting.reject(error);
    }
    this.#tasks.clear();
    this.#queue.length = 0;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const thread = this.#idle();
      if (!thread) return;
      const waiting = this.#queue.shift();
      if (!waiting) return;
      thread.current = waiting;
      waiting.attempts += 1;
      const message: ThreadTask = { id: waiting.id, task: waiting.task };
      thread.worker.postMessage(message);
    }
  }

  /** One that waits, or a new one; threads are made when there is work for them. */
  #idle(): Thread<Result> | undefined {
    for (const thread of this.#threads) if (!thread.current) return thread;
    return this.#threads.size < this.#options.threads ? this.#make() : undefined;
  }

  #make(): Thread<Result> {
    this.#started += 1;
    const worker = new Worker(this.#options.entry, {
      workerData: this.#options.data,
      // It needs no key and no setting: what it works on is in its data.
      env: {},
    });
    const thread: Thread<Result> = {
      name: `thread ${String(this.#started)}`,
      worker,
      current: undefined,
    };
    let words = 'it ended without a word';
    worker.on('message', (answer: ThreadAnswer) => {
      this.#settle(thread, answer);
    });
    worker.on('error', (error: unknown) => {
      words = error instanceof Error ? error.message : String(error);
    });
    worker.once('exit', () => {
      this.#lost(thread, words);
    });
    this.#threads.add(thread);
    return thread;
  }

  #settle(thread: Thread<Result>, answer: ThreadAnswer): void {
    const waiting = thread.current;
    if (waiting?.id !== answer.id) return;
    thread.current = undefined;
    this.#tasks.delete(answer.id);
    // Its own entry gave it.
    if ('result' in answer)
      waiting.resolve({ result: answer.result as Result, worker: thread.name });
    else waiting.reject(new Error(`TASK_FAILED: ${answer.error}`));
    this.#next();
  }

  #lost(thread: Thread<Result>, words: string): void {
    this.#threads.delete(thread);
    const waiting = thread.current;
    if (this.#isClosed || !waiting) return;
    if (waiting.attempts < ATTEMPTS_MAX) this.#queue.unshift(waiting);
    else {
      this.#tasks.delete(waiting.id);
      waiting.reject(new Error(`TASK_FAILED: it ended ${String(ATTEMPTS_MAX)} threads: ${words}`));
    }
    this.#next();
  }
}
