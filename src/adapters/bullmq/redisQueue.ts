import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { Logger } from '../../ports/logger.ts';
import type { OrderQueue, QueueJob, QueueStats, Urgency } from '../../ports/orderQueue.ts';
import { EXPIRED, within } from './deadline.ts';
import { Delivery } from './delivery.ts';
import { ErrorLog } from './errorLog.ts';
import {
  CONCURRENCY_MAX,
  COUNTED,
  ENQUEUE_DEADLINE_MS,
  PENDING_MAX,
  jobIds,
  optionsOf,
  queueName,
  toWire,
} from './jobs.ts';
import { QueueError, messageOf } from './queueError.ts';
import { redisAddress } from './redisAddress.ts';
import type { RedisAddress } from './redisAddress.ts';
import { checkRedis, evictionProblem } from './redisCheck.ts';

export interface RedisQueueOptions {
  /** `redis://`, `rediss://` or `unix://`; may hold a password, which is never shown. */
  readonly url: string;
  /** Key prefix. Default `plimsoll`. */
  readonly prefix?: string;
  readonly logger: Logger;
  /** How long one enqueue may take. Default 1 s. */
  readonly enqueueDeadlineMs?: number;
}

/** Reconnect attempts come this often, without an end: Redis may be away for hours. */
const RECONNECT_MS = 500;
/** How long the queue may take from the first connection to the first fetch. */
const START_DEADLINE_MS = 10_000;
/** How long counting jobs may take. */
const STATS_DEADLINE_MS = 1_000;
/** A peer that vanished without a word (power, network) is noticed by asking this often … */
const HEARTBEAT_MS = 5_000;
/** … and waiting this long. The connection that waits for jobs is watched by BullMQ itself. */
const SILENCE_MAX_MS = 5_000;
/** How long an idle worker waits in Redis for a job before it asks again. */
const IDLE_WAIT_S = 5;
/** A failed fetch is tried again after this. */
const FETCH_RETRY_MS = 500;
/** How long goodbyes may take once running jobs are done or let go. */
const GOODBYE_MS = 1_000;
/** Nobody reads BullMQ's event stream: keep it as short as Redis allows. */
const EVENTS_KEPT = 1;

/** How long a cut connection may take to say goodbye. */
const DISCONNECT_MS = 500;

/** Once only: ioredis leaves a timer behind when it disconnects what is closed already. */
const disconnect = (client: Redis): void => {
  if (client.status !== 'end' && client.status !== 'close') client.disconnect();
};

/** Everything that lives from start to close. */
interface Running {
  readonly queue: Queue;
  readonly worker: Worker;
  readonly producer: Redis;
  readonly clients: ReadonlySet<Redis>;
  readonly heartbeat: ReturnType<typeof setInterval>;
  readonly delivery: Delivery;
}

class RedisQueue implements OrderQueue {
  readonly backend = 'redis';
  #name = '';
  readonly #prefix: string;
  readonly #address: RedisAddress;
  readonly #logger: Logger;
  readonly #enqueueDeadlineMs: number;
  readonly #errors: ErrorLog;
  readonly #nextId = jobIds();
  #released: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #running: Running | undefined;
  #pending = 0;
  /** Somebody changed the policy while we run; empty while it is right. */
  #eviction = '';

  constructor(options: RedisQueueOptions) {
    this.#prefix = options.prefix ?? 'plimsoll';
    this.#address = redisAddress(options.url);
    this.#logger = options.logger;
    this.#enqueueDeadlineMs = options.enqueueDeadlineMs ?? ENQUEUE_DEADLINE_MS;
    this.#errors = new ErrorLog(options.logger, this.#address.redact);
  }

  async start(handler: (job: QueueJob) => Promise<void>, instanceId: string): Promise<void> {
    this.#name = queueName(instanceId);
    await checkRedis(this.#address, this.#logger);
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
    const running = this.#open(new Delivery(handler, this.#logger));
    this.#running = running;
    const ready = Promise.all([running.queue.waitUntilReady(), running.worker.waitUntilReady()]);
    let problem: string | undefined;
    try {
      if ((await within(ready, START_DEADLINE_MS)) === EXPIRED)
        problem = `not ready within ${START_DEADLINE_MS} ms`;
    } catch (error) {
      problem = messageOf(error);
    }
    if (problem === undefined) return;
    await this.close(0);
    throw new QueueError(
      'QUEUE_AWAY',
      this.#address.redact(
        `queue "${this.#name}" at ${this.#address.shown} did not start (${problem}); check \`${this.#address.cli} INFO\``,
      ),
    );
  }

  async enqueue(job: QueueJob, urgency: Urgency): Promise<void> {
    const { queue, producer } = this.#ready();
    if (producer.status !== 'ready') {
      throw this.#unavailable(`not connected, trying again each ${RECONNECT_MS} ms`);
    }
    if (this.#pending >= PENDING_MAX)
      throw this.#unavailable(`${PENDING_MAX} jobs wait for Redis to answer`);
    this.#pending += 1;
    const adding = queue.add(job.kind, toWire(job), optionsOf(this.#nextId(job), urgency));
    const settled = (): void => {
      this.#pending -= 1;
    };
    adding.then(settled, settled);
    let outcome;
    try {
      outcome = await within(adding, this.#enqueueDeadlineMs);
    } catch (error) {
      throw this.#unavailable(messageOf(error));
    }
    if (outcome !== EXPIRED) return;
    throw new QueueError(
      'QUEUE_TIMEOUT',
      `Redis at ${this.#address.shown} did not accept the job within ${this.#enqueueDeadlineMs} ms; ` +
        'it may still have',
    );
  }

  async stats(): Promise<QueueStats> {
    const { queue, delivery } = this.#ready();
    const counting = queue.getJobCounts(...COUNTED);
    const counts = await within(counting, STATS_DEADLINE_MS).catch((error: unknown) => {
      throw this.#unavailable(messageOf(error));
    });
    if (counts === EXPIRED) throw this.#unavailable(`no answer within ${STATS_DEADLINE_MS} ms`);
    return {
      waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0),
      active: counts['active'] ?? 0,
      failed: delivery.failed,
      warning: this.#eviction,
    };
  }

  async close(deadlineMs: number): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    const { worker, queue, clients } = running;
    clearInterval(running.heartbeat);
    const closing = worker.close();
    const graceful = (await within(closing, deadlineMs).catch(() => undefined)) !== EXPIRED;
    if (!graceful) {
      this.#logger.warn(
        { deadlineMs },
        'queue: running jobs were let go; Redis delivers them again at the next start',
      );
    }
    // Cut the connections before letting go: a job whose handler still runs must not be marked as done.
    for (const client of clients) disconnect(client);
    this.#release();
    await within(Promise.allSettled([closing, queue.close()]), GOODBYE_MS);
  }

  #ready(): Running {
    if (this.#running === undefined)
      throw new QueueError('QUEUE_UNAVAILABLE', 'the order queue is not started, or closed');
    return this.#running;
  }

  #unavailable(problem: string): QueueError {
    return new QueueError(
      'QUEUE_UNAVAILABLE',
      this.#address.redact(
        `Redis at ${this.#address.shown} did not take the request (${problem}); check \`${this.#address.cli} PING\``,
      ),
    );
  }

  #open(delivery: Delivery): Running {
    const clients = new Set<Redis>();
    // Fails at once while Redis is away: a job that waited in memory would be sent late, after the sweeper's copy.
    const producer = this.#client(clients, 'add', {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
    });
    // Waits for Redis to come back: a worker must outlive any outage. BullMQ demands null here.
    const consumer = this.#client(clients, 'work', { maxRetriesPerRequest: null });
    const queue = new Queue(this.#name, {
      connection: producer,
      prefix: this.#prefix,
      streams: { events: { maxLen: EVENTS_KEPT } },
    });
    const worker = new Worker(
      this.#name,
      async (job) => {
        await Promise.race([delivery.deliver(job.data), this.#released]);
      },
      {
        connection: consumer,
        prefix: this.#prefix,
        concurrency: CONCURRENCY_MAX,
        drainDelay: IDLE_WAIT_S,
        runRetryDelay: FETCH_RETRY_MS,
      },
    );
    queue.on('error', (error) => {
      this.#errors.report('queue: add', messageOf(error));
    });
    worker.on('error', (error) => {
      this.#errors.report('queue: work', messageOf(error));
    });
    const heartbeat = setInterval(() => {
      void this.#probe(consumer, async () => consumer.ping());
      void this.#probe(producer, async () => {
        this.#watchPolicy(await producer.info('memory'));
      });
    }, HEARTBEAT_MS);
    return { queue, worker, producer, clients, heartbeat, delivery };
  }

  /** A client that logs its errors, reconnects for ever, and is known, as are the copies that BullMQ makes of it. */
  #client(clients: Set<Redis>, role: string, options: RedisOptions): Redis {
    const client = new Redis({
      ...this.#address.connection,
      connectionName: `${this.#prefix}-${role}`,
      retryStrategy: () => RECONNECT_MS,
      disconnectTimeout: DISCONNECT_MS,
      ...options,
    });
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (override) => {
      const copy = duplicate(override);
      this.#watch(clients, copy, 'wait');
      return copy;
    };
    this.#watch(clients, client, role);
    return client;
  }

  /** The jobs are in the journal too, so nothing is lost: it is said, in the log once and in each status, until it is mended. */
  #watchPolicy(info: string): void {
    const problem = evictionProblem(this.#address, info);
    if (problem === this.#eviction) return;
    this.#eviction = problem;
    if (problem === '')
      this.#logger.info({}, `queue: Redis at ${this.#address.shown} evicts nothing again`);
    else this.#logger.error({}, `queue: ${problem}`);
  }

  async #probe(client: Redis, ask: () => Promise<unknown>): Promise<void> {
    const isReady = (): boolean => client.status === 'ready';
    if (!isReady()) return;
    const outcome = await within(ask(), SILENCE_MAX_MS).catch(() => undefined);
    if (outcome !== EXPIRED || !isReady()) return;
    this.#errors.report('queue: Redis', `no answer within ${SILENCE_MAX_MS} ms; connecting anew`);
    client.disconnect(true);
  }

  #watch(clients: Set<Redis>, client: Redis, role: string): void {
    clients.add(client);
    client.on('error', (error) => {
      this.#errors.report(`queue: Redis (${role})`, messageOf(error));
    });
    client.on('close', () => {
      if (this.#running !== undefined) {
        this.#errors.report(`queue: Redis (${role})`, 'connection lost');
      }
    });
    client.on('ready', () => {
      this.#errors.recovered(`queue: connected to Redis at ${this.#address.shown} again`);
    });
  }
}

/**
 * The order queue on a Redis server (≥ 6.2, `maxmemory-policy noeviction`): survives its restart, delivers at least once.
 * Jobs carry ids only. `stats().failed` counts handler errors since the start.
 * @throws QueueError `QUEUE_UNAVAILABLE` when `url` is malformed.
 */
export const createRedisQueue = (options: RedisQueueOptions): OrderQueue => new RedisQueue(options);
