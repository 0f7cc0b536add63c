import { Worker } from 'node:worker_threads';
import type { QueueJob, Urgency } from '../../ports/orderQueue.ts';
import { EXPIRED, within } from './deadline.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { QueueError, messageOf } from './queueError.ts';

/** Opening takes 0.3–1 s; a damaged directory can also hang. */
const OPEN_DEADLINE_MS = 30_000;
/** How long a thread that has said goodbye may take to end. */
const GOODBYE_MS = 1_000;
/** JavaScript heap of the thread (the database's memory is outside of it): small, so that garbage does not pile up. */
const HEAP_MAX_MB = 96;
const YOUNG_HEAP_MAX_MB = 4;

/** What the thread tells the queue. None of these may throw. */
export interface ThreadEvents {
  /** Runs one job; never rejects. */
  run(data: unknown): Promise<void>;
  /** Something went wrong in the thread that it survives. */
  problem(message: string): void;
  /** The thread ended though nobody asked it to. */
  died(message: string): void;
}

interface Request {
  readonly resolve: (answer: FromThread) => void;
  readonly reject: (error: QueueError) => void;
}

/** The daemon's end of the queue's thread. */
export class QueueThread {
  readonly #worker: Worker;
  readonly #events: ThreadEvents;
  readonly #requests = new Map<number, Request>();
  readonly #ready: Promise<void>;
  readonly #exited: Promise<void>;
  readonly #closed: Promise<void>;
  #onReady: () => void = () => undefined;
  #onClosed: () => void = () => undefined;
  #problem = 'it ended without a word';
  #request = 0;
  #expectedToEnd = false;

  private constructor(entry: URL, data: ThreadData, events: ThreadEvents) {
    this.#events = events;
    this.#ready = new Promise((resolve) => (this.#onReady = resolve));
    this.#closed = new Promise((resolve) => (this.#onClosed = resolve));
    this.#worker = new Worker(entry, {
      workerData: data,
      // No environment: the thread needs no key. Its standard streams are ours to log, not to print.
      env: {},
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: HEAP_MAX_MB,
        maxYoungGenerationSizeMb: YOUNG_HEAP_MAX_MB,
      },
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => events.problem(text.trim()));
    }
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#problem = messageOf(error);
    });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    void this.#exited.then(() => this.#end());
  }

  /**
   * Starts the thread on a database that nobody else has open.
   * @throws QueueError `QUEUE_UNAVAILABLE` when the database does not open; the thread is gone then.
   */
  static async open(entry: URL, data: ThreadData, events: ThreadEvents): Promise<QueueThread> {
    const thread = new QueueThread(entry, data, events);
    thread.#expectedToEnd = true;
    const outcome = await within(
      Promise.race([thread.#ready, thread.#exited.then(() => 'exited')]),
      OPEN_DEADLINE_MS,
    );
    if (outcome === undefined) {
      thread.#expectedToEnd = false;
      return thread;
    }
    await thread.#worker.terminate();
    const problem = outcome === EXPIRED ? `not open after ${OPEN_DEADLINE_MS} ms` : thread.#problem;
    throw new QueueError(
      'QUEUE_UNAVAILABLE',
      `the embedded queue's database did not open (${problem})`,
    );
  }

  /** Requests without an answer. */
  get pending(): number {
    return this.#requests.size;
  }

  async add(job: QueueJob, urgency: Urgency): Promise<void> {
    await this.#ask((request) => ({ kind: 'add', request, job, urgency }));
  }

  async count(): Promise<{ readonly waiting: number; readonly active: number }> {
    const answer = await this.#ask((request) => ({ kind: 'stats', request }));
    if (answer.kind !== 'counted') throw new Error(`asked for counts, got ${answer.kind}`);
    return { waiting: answer.waiting, active: answer.active };
  }

  /** Stops taking jobs, waits for running ones at most `deadlineMs`, then ends the thread. @returns whether all were done. */
  async close(deadlineMs: number): Promise<boolean> {
    this.#expectedToEnd = true;
    this.#tell({ kind: 'close' });
    const graceful =
      (await within(Promise.race([this.#closed, this.#exited]), deadlineMs)) !== EXPIRED;
    if (graceful) await within(this.#exited, GOODBYE_MS);
    await this.#worker.terminate();
    return graceful;
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  async #ask(build: (request: number) => ToThread): Promise<FromThread> {
    this.#request += 1;
    const request = this.#request;
    return new Promise((resolve, reject) => {
      this.#requests.set(request, { resolve, reject });
      this.#tell(build(request));
    });
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'run':
        void this.#events
          .run(message.data)
          .then(() => this.#tell({ kind: 'done', run: message.run }));
        return;
      case 'ready':
        this.#onReady();
        return;
      case 'closed':
        this.#onClosed();
        return;
      case 'problem':
        this.#events.problem(message.message);
        return;
      case 'added':
      case 'counted':
        this.#take(message.request)?.resolve(message);
        return;
      case 'refused':
        this.#take(message.request)?.reject(
          new QueueError(
            'QUEUE_UNAVAILABLE',
            `the embedded queue did not take the request (${message.message})`,
          ),
        );
    }
  }

  #take(request: number): Request | undefined {
    const found = this.#requests.get(request);
    this.#requests.delete(request);
    return found;
  }

  #end(): void {
    const error = new QueueError('QUEUE_UNAVAILABLE', 'the thread of the embedded queue has ended');
    for (const { reject } of this.#requests.values()) reject(error);
    this.#requests.clear();
    if (!this.#expectedToEnd) this.#events.died(this.#problem);
  }
}
