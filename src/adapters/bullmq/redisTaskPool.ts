/**
 * Tasks for whoever joins on a Redis: the end that asks. What is on Redis may be lost at any moment (a flush, a restart without
 * persistence, a worker that dies between two lines); this end looks again and again and puts back what is missing. A result that
 * comes twice counts once.
 */
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../ports/logger.ts';
import type { Done, TaskPool } from '../../ports/taskPool.ts';
import { within } from './deadline.ts';
import { messageOf } from './queueError.ts';
import { TaskClients } from './taskClients.ts';
import {
  ASKING_EVERY_MS,
  ASKING_S,
  KEPT_S,
  PIECE_BYTES,
  TASK_PREFIX,
  taskKeys,
  taskQueueName,
  WORKER_SILENT_S,
  type TaskJob,
  type TaskReply,
} from './taskNames.ts';

export interface RedisTaskPoolOptions {
  readonly url: string;
  readonly version: string;
  /** What all tasks have in common, for workers to fetch once; `name` is the SHA-256 of it, in hex. */
  readonly setup: { readonly name: string; readonly bytes: Uint8Array };
  readonly logger: Logger;
}

/** Tasks per thread of a worker that wait in Redis. */
const AHEAD_PER_SLOT = 2;
/** While nobody has joined. */
const ROOM_MIN = 4;
/** Seconds that a wait for replies lasts; then it begins anew. */
const REPLY_WAIT_S = 2;
/** A task that was lost so often ends those who run it. */
const LOST_MAX = 50;
const CLOSE_MS = 2_000;
const PAUSE_MS = 200;

interface Waiting<Result> {
  readonly job: TaskJob;
  readonly settled: Promise<Done<Result>>;
  readonly resolve: (done: Done<Result>) => void;
  readonly reject: (error: Error) => void;
  lost: number;
}

export class RedisTaskPool<Task, Result> implements TaskPool<Task, Result> {
  readonly #options: RedisTaskPoolOptions;
  readonly #clients: TaskClients;
  readonly #queue: Queue;
  readonly #redis: Redis;
  readonly #listening: Redis;
  readonly #run = randomUUID();
  readonly #waiting = new Map<string, Waiting<Result>>();
  #slots = 0;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(options: RedisTaskPoolOptions) {
    this.#options = options;
    this.#clients = new TaskClients(options.url, options.logger);
    this.#redis = this.#clients.open();
    this.#listening = this.#clients.open();
    this.#queue = new Queue(taskQueueName(options.version), {
      connection: this.#redis,
      prefix: TASK_PREFIX,
      streams: { events: { maxLen: 1 } },
    });
    this.#queue.on('error', (error) => {
      this.#clients.report(messageOf(error));
    });
  }

  /** @throws QueueError `QUEUE_UNAVAILABLE` for an address that is none, `QUEUE_AWAY` when Redis does not answer. */
  static async open<Task, Result>(
    options: RedisTaskPoolOptions,
  ): Promise<RedisTaskPool<Task, Result>> {
    const pool = new RedisTaskPool<Task, Result>(options);
    try {
      await pool.#clients.check(pool.#redis);
      await pool.#tend();
    } catch (error) {
      await pool.close();
      throw error;
    }
    void pool.#listen();
    pool.#again();
    return pool;
  }

  get slots(): number {
    return this.#slots;
  }

  get room(): number {
    return Math.max(ROOM_MIN, this.#slots * AHEAD_PER_SLOT);
  }

  async run(id: string, task: Task): Promise<Done<Result>> {
    if (this.#isClosed) throw new Error('POOL_CLOSED: no more tasks are taken');
    const known = this.#waiting.get(id);
    if (known) return known.settled;
    let resolve: Waiting<Result>['resolve'] = () => undefined;
    let reject: Waiting<Result>['reject'] = () => undefined;
    const settled = new Promise<Done<Result>>((onDone, onError) => {
      [resolve, reject] = [onDone, onError];
    });
    const job = { run: this.#run, id, setup: this.#options.setup.name, task };
    this.#waiting.set(id, { job, settled, resolve, reject, lost: 0 });
    // When it does not arrive, it is put back like one that was lost.
    this.#put(job).catch((error: unknown) => {
      this.#problem(error);
    });
    return settled;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting.values()) {
      // Whoever asked may be gone.
      waiting.settled.catch(() => undefined);
      waiting.reject(new Error('POOL_CLOSED: the task was given up'));
    }
    const ids = [...this.#waiting.keys()];
    this.#waiting.clear();
    // Workers drop what nobody asks for any more.
    await within(this.#forget(ids), CLOSE_MS).catch(() => undefined);
    await within(this.#queue.close(), CLOSE_MS).catch(() => undefined);
    await this.#clients.close();
  }

  async #forget(ids: readonly string[]): Promise<void> {
    if (this.#redis.status !== 'ready') return;
    await this.#redis.del(taskKeys.asking(this.#run), taskKeys.replies(this.#run));
    for (const id of ids) await this.#queue.remove(this.#jobId(id));
  }

  #jobId(id: string): string {
    return `${this.#run}-${id}`;
  }

  async #put(job: TaskJob): Promise<void> {
    const options = { jobId: this.#jobId(job.id), removeOnComplete: true, removeOnFail: true };
    await this.#queue.add('task', job, options);
  }

  async #listen(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const reply = await this.#listening.blpop(taskKeys.replies(this.#run), REPLY_WAIT_S);
        // Workers write nothing else.
        if (reply) this.#settle(JSON.parse(reply[1]) as TaskReply);
      } catch (error) {
        this.#problem(error);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  /** What a connection says that is being closed is no problem. */
  #problem(error: unknown): void {
    if (!this.#isClosed) this.#clients.report(messageOf(error));
  }

  #settle(reply: TaskReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('result' in reply)
      waiting?.resolve({ result: reply.result as Result, worker: reply.worker });
    else waiting?.reject(new Error(`TASK_FAILED: ${reply.worker}: ${reply.error}`));
  }

  #again(): void {
    this.#timer = setTimeout(() => {
      this.#tend()
        .catch((error: unknown) => {
          this.#problem(error);
        })
        .finally(() => {
          if (!this.#isClosed) this.#again();
        });
    }, ASKING_EVERY_MS);
  }

  /** Says that it is still there, counts who works, and puts back what is missing. */
  async #tend(): Promise<void> {
    await this.#redis.set(taskKeys.asking(this.#run), '1', 'EX', ASKING_S);
    await this.#offer();
    const [seconds = 0] = await this.#redis.time();
    const since = seconds - WORKER_SILENT_S;
    const there = await this.#redis.zrangebyscore(
      taskKeys.workers(this.#queue.name),
      since,
      '+inf',
    );
    this.#slots = there.reduce((sum, member) => sum + Number.parseInt(member, 10), 0);
    for (const waiting of [...this.#waiting.values()]) await this.#look(waiting);
  }

  async #look(waiting: Waiting<Result>): Promise<void> {
    const { id } = waiting.job;
    const isThere = (await this.#queue.getJob(this.#jobId(id))) !== undefined;
    // Its reply may be on the way: it is lost when it is missing twice.
    if (isThere || !this.#waiting.has(id)) return;
    waiting.lost += 1;
    if (waiting.lost > LOST_MAX) {
      this.#waiting.delete(id);
      waiting.reject(new Error(`TASK_FAILED: it was lost ${String(LOST_MAX)} times`));
    } else if (waiting.lost > 1) await this.#put(waiting.job);
  }

  async #offer(): Promise<void> {
    const { name, bytes } = this.#options.setup;
    const key = taskKeys.setup(name);
    if ((await this.#redis.expire(key, KEPT_S)) === 1) return;
    const writing = `${key}:${this.#run}`;
    await this.#redis.del(writing);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      await this.#redis.rpush(writing, Buffer.from(bytes.subarray(at, at + PIECE_BYTES)));
    await this.#redis.multi().rename(writing, key).expire(key, KEPT_S).exec();
  }
}
