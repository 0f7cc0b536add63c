/** Tasks from a Redis: the end that works. Needs nothing but the address. */
import { createHash } from 'node:crypto';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../ports/logger.ts';
import { within } from './deadline.ts';
import { messageOf } from './queueError.ts';
import { TaskClients } from './taskClients.ts';
import {
  KEPT_S,
  LOCK_MS,
  STALLED_EVERY_MS,
  TASK_PREFIX,
  taskKeys,
  taskQueueName,
  WORKER_EVERY_MS,
  type TaskJob,
  type TaskReply,
} from './taskNames.ts';

export interface RedisTaskWorkerOptions {
  readonly url: string;
  readonly version: string;
  /** Unique among those who work. */
  readonly name: string;
  /** Tasks at once. */
  readonly threads: number;
  /**
   * Does a task, beside the event loop.
   * @param fetchSetup what its tasks have in common, by its name; asked for once
   */
  readonly handle: (
    job: Pick<TaskJob, 'id' | 'setup' | 'task'>,
    fetchSetup: () => Promise<Uint8Array>,
  ) => Promise<unknown>;
  readonly logger: Logger;
}

export interface RedisTaskWorker {
  /** Tasks done so far. */
  readonly done: number;
  /** Lets go of what is under way: others do it. */
  close(): Promise<void>;
}

/** A task may be taken from a lost worker as often as that happens. */
const STALLED_MAX = 1_000_000;
const IDLE_WAIT_S = 2;
const RETRY_MS = 500;
const CLOSE_MS = 2_000;

/** @throws QueueError `QUEUE_UNAVAILABLE` for an address that is none, `QUEUE_AWAY` when Redis does not answer. */
export async function joinTasks(options: RedisTaskWorkerOptions): Promise<RedisTaskWorker> {
  const clients = new TaskClients(options.url, options.logger);
  const redis = clients.open();
  try {
    await clients.check(redis);
  } catch (error) {
    await clients.close();
    throw error;
  }
  return new TaskWorker(options, clients, redis);
}

class TaskWorker implements RedisTaskWorker {
  readonly #options: RedisTaskWorkerOptions;
  readonly #clients: TaskClients;
  readonly #redis: Redis;
  readonly #worker: Worker;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #member: string;
  done = 0;

  constructor(options: RedisTaskWorkerOptions, clients: TaskClients, redis: Redis) {
    this.#options = options;
    this.#clients = clients;
    this.#redis = redis;
    this.#member = `${String(options.threads)} ${options.name}`;
    this.#worker = new Worker(
      taskQueueName(options.version),
      async (job) => {
        // The other end puts nothing else there.
        await this.#do(job.data as TaskJob);
      },
      {
        connection: clients.open(),
        prefix: TASK_PREFIX,
        concurrency: options.threads,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_EVERY_MS,
        maxStalledCount: STALLED_MAX,
        drainDelay: IDLE_WAIT_S,
        runRetryDelay: RETRY_MS,
      },
    );
    this.#worker.on('error', (error) => {
      clients.report(messageOf(error));
    });
    this.#timer = setInterval(() => {
      this.#sayHere();
    }, WORKER_EVERY_MS);
    this.#sayHere();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { status } = this.#redis;
    const key = taskKeys.workers(this.#worker.name);
    if (status === 'ready')
      await within(this.#redis.zrem(key, this.#member), CLOSE_MS).catch(() => undefined);
    await within(this.#worker.close(true), CLOSE_MS).catch(() => undefined);
    await this.#clients.close();
  }

  async #do(job: TaskJob): Promise<void> {
    // Whoever asked is gone: a search that was ended, or killed and begun anew.
    if ((await this.#redis.exists(taskKeys.asking(job.run))) === 0) return;
    const { id, run } = job;
    const { name } = this.#options;
    let reply: TaskReply;
    try {
      const result = await this.#options.handle(job, () => this.#fetch(job.setup));
      reply = { id, worker: name, result };
    } catch (error) {
      // Gone with the thread, the setup or the connection: another attempt is made, here or elsewhere.
      if (/^(POOL_CLOSED|SETUP_)/u.test(messageOf(error))) throw error;
      reply = { id, worker: name, error: messageOf(error) };
    }
    const key = taskKeys.replies(run);
    await this.#redis.multi().rpush(key, JSON.stringify(reply)).expire(key, KEPT_S).exec();
    this.done += 1;
  }

  /** @throws Error `SETUP_MISSING`, `SETUP_CORRUPT` */
  async #fetch(name: string): Promise<Uint8Array> {
    const pieces = await this.#redis.lrangeBuffer(taskKeys.setup(name), 0, -1);
    const bytes = Buffer.concat(pieces);
    if (bytes.length === 0) throw new Error('SETUP_MISSING: it is not in Redis any more');
    if (createHash('sha256').update(bytes).digest('hex') !== name)
      throw new Error('SETUP_CORRUPT: what Redis has is not what its name says');
    return bytes;
  }

  #sayHere(): void {
    const say = async (): Promise<void> => {
      const [seconds = 0] = await this.#redis.time();
      await this.#redis.zadd(taskKeys.workers(this.#worker.name), seconds, this.#member);
    };
    if (this.#redis.status !== 'ready') return;
    say().catch((error: unknown) => {
      this.#clients.report(messageOf(error));
    });
  }
}
