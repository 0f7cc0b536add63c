import type { Logger } from '../../ports/logger.ts';
import type { OrderQueue, QueueJob, QueueStats, Urgency } from '../../ports/orderQueue.ts';
import type { HeldLock, ProcessLocks } from '../../ports/processLock.ts';
import { EXPIRED, within } from './deadline.ts';
import { Delivery } from './delivery.ts';
import { lockDirectory } from './directoryLock.ts';
import { compiledEntry } from './entry.ts';
import { ErrorLog } from './errorLog.ts';
import { ENQUEUE_DEADLINE_MS, PENDING_MAX, queueName, toWire } from './jobs.ts';
import { QueueDirectory } from './queueDirectory.ts';
import { QueueError, messageOf } from './queueError.ts';
import { QueueThread } from './queueThread.ts';
import type { ThreadEvents } from './queueThread.ts';

export interface EmbeddedQueueOptions {
  /** Where the queue keeps its database; created if absent. Disposable: deleting it between two runs loses nothing. */
  readonly directory: string;
  readonly logger: Logger;
  readonly locks: Pick<ProcessLocks, 'take'>;
  /** How long one enqueue may take. Default 1 s. */
  readonly enqueueDeadlineMs?: number;
}

/** The compiled files that run outside of the daemon's thread. */
export interface EmbeddedEntries {
  readonly thread: URL;
  readonly create: URL;
}

/** A thread that died is started again after this, then after twice as long each time. */
const RESTART_DELAY_MS = 1_000;
const RESTART_DELAY_MAX_MS = 60_000;
/** How long counting jobs may take. */
const STATS_DEADLINE_MS = 1_000;

class EmbeddedQueue implements OrderQueue {
  readonly backend = 'embedded';
  readonly #options: EmbeddedQueueOptions;
  readonly #entries: EmbeddedEntries;
  readonly #logger: Logger;
  readonly #errors: ErrorLog;
  #delivery: Delivery | undefined;
  #name = '';
  #directory: QueueDirectory | undefined;
  #lock: Pick<HeldLock, 'release'> | undefined;
  #thread: QueueThread | undefined;
  #opening: Promise<void> = Promise.resolve();
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #restartDelayMs = RESTART_DELAY_MS;
  #closed = false;

  constructor(options: EmbeddedQueueOptions, entries: EmbeddedEntries) {
    this.#options = options;
    this.#entries = entries;
    this.#logger = options.logger;
    this.#errors = new ErrorLog(options.logger, (text) => text);
  }

  async start(handler: (job: QueueJob) => Promise<void>, instanceId: string): Promise<void> {
    if (this.#delivery !== undefined)
      throw new QueueError('QUEUE_UNAVAILABLE', 'the order queue is started already');
    const { directory, locks } = this.#options;
    this.#lock = lockDirectory(locks, directory);
    this.#directory = new QueueDirectory(directory, this.#entries.create);
    this.#delivery = new Delivery(handler, this.#logger);
    this.#name = queueName(instanceId);
    this.#opening = this.#open(this.#directory, this.#delivery);
    try {
      await this.#opening;
    } catch (error) {
      this.#delivery = undefined;
      this.#lock.release();
      throw error;
    }
  }

  async enqueue(job: QueueJob, urgency: Urgency): Promise<void> {
    const thread = this.#ready();
    if (thread.pending >= PENDING_MAX) {
      throw new QueueError(
        'QUEUE_UNAVAILABLE',
        `${PENDING_MAX} jobs wait for the embedded queue to answer`,
      );
    }
    const deadlineMs = this.#options.enqueueDeadlineMs ?? ENQUEUE_DEADLINE_MS;
    if ((await within(thread.add(toWire(job), urgency), deadlineMs)) !== EXPIRED) return;
    throw new QueueError(
      'QUEUE_TIMEOUT',
      `the embedded queue did not accept the job within ${deadlineMs} ms; it may still`,
    );
  }

  async stats(): Promise<QueueStats> {
    const counts = await within(this.#ready().count(), STATS_DEADLINE_MS);
    if (counts !== EXPIRED) return { ...counts, failed: this.#delivery?.failed ?? 0, warning: '' };
    throw new QueueError(
      'QUEUE_UNAVAILABLE',
      `the embedded queue did not answer within ${STATS_DEADLINE_MS} ms`,
    );
  }

  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#restartTimer);
    await this.#opening.catch(() => undefined);
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread !== undefined && !(await thread.close(deadlineMs))) {
      this.#logger.warn(
        { deadlineMs },
        'queue: running jobs were let go; they are delivered again at the next start',
      );
    }
    this.#lock?.release();
  }

  #ready(): QueueThread {
    if (this.#thread !== undefined) return this.#thread;
    throw new QueueError(
      'QUEUE_UNAVAILABLE',
      this.#delivery === undefined || this.#closed
        ? 'the order queue is not started, or closed'
        : 'the embedded queue is being started again after a failure',
    );
  }

  /** Opens the database; one that does not open is replaced, because the journal holds the truth. */
  async #open(directory: QueueDirectory, delivery: Delivery): Promise<void> {
    const events: ThreadEvents = {
      run: async (data) => delivery.deliver(data),
      problem: (message) => this.#errors.report('queue: embedded', message),
      died: (message) => this.#died(message, directory, delivery),
    };
    const open = async (dataDir: string): Promise<QueueThread> =>
      QueueThread.open(this.#entries.thread, { dataDir, name: this.#name }, events);
    const dataDir = await directory.prepare();
    try {
      this.#thread = await open(dataDir);
    } catch (error) {
      this.#logger.warn(
        { directory: this.#options.directory, error: messageOf(error) },
        'queue: the database was moved aside and is made anew; nothing is lost: what waits is driven again',
      );
      await directory.discard();
      this.#thread = await open(await directory.prepare());
    }
  }

  /** After an unexpected end the database is not trusted any more. */
  #died(message: string, directory: QueueDirectory, delivery: Delivery): void {
    this.#thread = undefined;
    if (this.#closed) return;
    this.#logger.error(
      { error: message, restartInMs: this.#restartDelayMs },
      'queue: the thread of the embedded queue died',
    );
    this.#restartTimer = setTimeout(() => {
      this.#opening = this.#restart(directory, delivery);
    }, this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, RESTART_DELAY_MAX_MS);
  }

  async #restart(directory: QueueDirectory, delivery: Delivery): Promise<void> {
    try {
      await directory.discard();
      await this.#open(directory, delivery);
      this.#logger.info({}, 'queue: the embedded queue runs again');
    } catch (error) {
      this.#died(messageOf(error), directory, delivery);
    }
  }
}

/**
 * The order queue without a server: BullMQ over an embedded database in a thread of its own. Adds about 100 MB of
 * memory, and a short-lived child process of 700 MB at the very first start. Delivers at least once; jobs that ran when
 * the process died are delivered again at the next start. `stats().failed` counts handler errors since the start.
 * @throws QueueError `QUEUE_UNAVAILABLE` when the program runs from source and is not built.
 */
export const createEmbeddedQueue = (
  options: EmbeddedQueueOptions,
  entries: EmbeddedEntries = {
    thread: compiledEntry('embeddedThread'),
    create: compiledEntry('createDatabase'),
  },
): OrderQueue => new EmbeddedQueue(options, entries);
