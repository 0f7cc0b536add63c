/**
 * The queue's own thread: the database and all of BullMQ run here, so that their CPU time (milliseconds per job)
 * never delays a tick. Only jobs cross to the daemon, which runs them.
 */
import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Queue, Worker, createPostgresBackend } from 'bullmq';
import type { QueueJob, Urgency } from '../../ports/orderQueue.ts';
import { openDatabase } from './database.ts';
import { CONCURRENCY_MAX, COUNTED, JOB_OPTIONS, jobIds, optionsOf, toWire } from './jobs.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { messageOf } from './queueError.ts';

/** Deleted jobs leave dead rows and log behind; tidied after this many jobs, about 20 ms of work. */
const TIDY_EVERY_JOBS = 2_000;
/** Announcements wake an idle worker; it looks by itself this often, should one be missed. */
const IDLE_WAIT_S = 5;
/** Jobs refused by the database one after the other before it is given up. */
const FAILURES_MAX = 3;
/** The name of the job that goes all the way once before the queue says that it is ready. */
const REHEARSAL = 'rehearsal';

const port = parentPort;
if (port === null) throw new Error('this file is started as a thread by embeddedQueue');
const { dataDir, name } = workerData as ThreadData;

const tell = (message: FromThread): void => port.postMessage(message);
const problem = (error: unknown): void => tell({ kind: 'problem', message: messageOf(error) });

const database = await openDatabase(dataDir);
const nextId = jobIds();
const running = new Map<number, () => void>();
let runs = 0;
let failures = 0;
let rehearsed: () => void = () => undefined;

/** Done when the daemon says that the handler has returned. */
const runInDaemon = async (data: unknown): Promise<void> => {
  const run = runs;
  runs += 1;
  const done = new Promise<void>((resolve) => running.set(run, resolve));
  tell({ kind: 'run', run, data });
  await done;
  running.delete(run);
  if (runs % TIDY_EVERY_JOBS === 0) database.tidy().catch(problem);
};

const queue = new Queue(name, { connection: database.pool }, createPostgresBackend);
const worker = new Worker(
  name,
  async (job) => {
    if (job.name === REHEARSAL) rehearsed();
    else await runInDaemon(job.data);
  },
  {
    connection: database.pool,
    concurrency: CONCURRENCY_MAX,
    drainDelay: IDLE_WAIT_S,
    // The only worker that can exist is this one: no lock to renew, nothing to find stalled.
    skipLockRenewal: true,
    skipStalledCheck: true,
  },
  createPostgresBackend,
);
queue.on('error', problem);
worker.on('error', problem);

const add = async (request: number, job: QueueJob, urgency: Urgency): Promise<void> => {
  await queue.add(job.kind, toWire(job), optionsOf(nextId(job), urgency));
  failures = 0;
  tell({ kind: 'added', request });
};

const count = async (request: number): Promise<void> => {
  const counts = await queue.getJobCounts(...COUNTED);
  tell({
    kind: 'counted',
    request,
    waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0),
    active: counts['active'] ?? 0,
  });
};

const close = async (): Promise<void> => {
  await worker.close();
  await queue.close();
  await database.close();
  tell({ kind: 'closed' });
  port.close();
};

const refuse =
  (request: number) =>
  (error: unknown): void =>
    tell({ kind: 'refused', request, message: messageOf(error) });

/** A database that takes nothing any more is given up: the daemon starts anew with an empty one. */
const refuseAdd = (request: number, error: unknown): void => {
  refuse(request)(error);
  failures += 1;
  if (failures < FAILURES_MAX) return;
  problem(new Error(`${FAILURES_MAX} jobs in a row were not accepted`));
  process.exit(1);
};

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'add':
      add(message.request, message.job, message.urgency).catch((error: unknown) =>
        refuseAdd(message.request, error),
      );
      break;
    case 'stats':
      count(message.request).catch(refuse(message.request));
      break;
    case 'done':
      running.get(message.run)?.();
      break;
    case 'close':
      close().catch(problem);
  }
});

/** Proves that the database stores and delivers, and compiles every statement, so that the first order is as fast as the rest. */
const rehearse = async (): Promise<void> => {
  await Promise.all([worker.waitUntilReady(), queue.waitUntilReady()]);
  const done = new Promise<void>((resolve) => (rehearsed = resolve));
  const jobId = `${REHEARSAL}-${randomUUID()}`;
  await queue.add(REHEARSAL, {}, { ...JOB_OPTIONS, jobId });
  await done;
};

await rehearse();
tell({ kind: 'ready' });
