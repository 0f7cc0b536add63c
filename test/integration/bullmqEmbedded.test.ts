import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import {
  createEmbeddedQueue,
  type EmbeddedEntries,
} from '../../src/adapters/bullmq/embeddedQueue.ts';
import { compiledEntry } from '../../src/adapters/bullmq/entry.ts';
import { processLocks } from '../../src/adapters/sqlite/processLock.ts';
import type { OrderQueue } from '../../src/ports/orderQueue.ts';
import { startTypescript } from '../builders/child.ts';
import {
  aJob,
  eventually,
  failureOf,
  INSTANCE,
  linesLogger,
  temporaryDirectory,
  type TemporaryDirectory,
} from '../builders/orderQueues.ts';

/** Creating a database takes seconds of CPU, more on a busy machine. */
const SLOW_MS = 120_000;
jest.setTimeout(SLOW_MS);
const CLOSE_MS = 5_000;
const CHILD = new URL('bullmqChild.ts', import.meta.url);

let directory: TemporaryDirectory;
let logger: ReturnType<typeof linesLogger>;
let queue: OrderQueue | undefined;
let delivered: string[];

const record = async (job: { readonly intentId: string }): Promise<void> => {
  delivered.push(job.intentId);
};

const open = async (entries?: EmbeddedEntries): Promise<OrderQueue> => {
  queue = createEmbeddedQueue({ directory: directory.path, logger, locks: processLocks }, entries);
  await queue.start(record, INSTANCE);
  return queue;
};

const expectWorks = async (opened: OrderQueue, id: string): Promise<void> => {
  await opened.enqueue(aJob(id), 'entry');
  await eventually(`${id} is delivered`, () => delivered.includes(id));
};

const children: (() => Promise<void>)[] = [];

const startChild = (task: string) => {
  const child = startTypescript(CHILD, [directory.path, task]);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(child, 'close');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  children.push(kill);
  return {
    pid: child.pid ?? 0,
    said: async (word: string): Promise<void> =>
      eventually(`the child says ${word}`, () => output.includes(`${word}\n`)),
    exitCode: async (): Promise<unknown> => (await exited)[0],
    kill,
  };
};

beforeEach(() => {
  logger = linesLogger();
  delivered = [];
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(async (kill) => kill()));
  await queue?.close(0);
  queue = undefined;
});

describe('the directory of the embedded queue', () => {
  beforeAll(async () => {
    directory = temporaryDirectory();
    logger = linesLogger();
    await (await open()).close(CLOSE_MS);
  });
  afterAll(() => directory.dispose());

  const database = (...names: string[]): string => join(directory.path, 'database', ...names);
  const warnings = (): string[] => logger.lines.filter((line) => line.startsWith('warn'));

  it('is used again, without a word', async () => {
    const before = readFileSync(database('PG_VERSION'));
    await expectWorks(await open(), 'demo-1');
    expect(readFileSync(database('PG_VERSION'))).toEqual(before);
    expect(existsSync(join(directory.path, 'broken'))).toBe(false);
    expect(logger.lines).toEqual([]);
  });

  it('belongs to one process: a second open names the first and destroys nothing', async () => {
    const child = startChild('hold');
    await child.said('running');
    const error = await failureOf(open());
    expect(error).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(error.message).toContain(`process ${child.pid} holds`);
    expect(error.message).toContain(directory.path);
    await child.kill();
  });

  it('is taken over from a killed process, and the job that ran is delivered again', async () => {
    const child = startChild('hold');
    await child.said('running');
    await child.kill();
    const opened = await open();
    await eventually('the job of the killed process is delivered', () =>
      delivered.includes('child-1'),
    );
    await expectWorks(opened, 'demo-2');
  });

  it('is refused a second time within this process too', async () => {
    const opened = await open();
    const locks = processLocks;
    const second = createEmbeddedQueue({ directory: directory.path, logger, locks });
    const { message } = await failureOf(second.start(record, INSTANCE));
    expect(message).toMatch(
      /^QUEUE_UNAVAILABLE: the embedded queue cannot have .*ALREADY_RUNNING/u,
    );
    expect(message).toContain(`process ${process.pid} holds`);
    await expectWorks(opened, 'demo-3');
  });

  it('is given back by close: the process then ends by itself', async () => {
    const child = startChild('clean');
    await child.said('closed');
    expect(await child.exitCode()).toBe(0);
    expect(existsSync(join(directory.path, 'queue.lock'))).toBe(false);
  });

  it('is made anew with a warning when a file of the database is damaged', async () => {
    truncateSync(database('global', 'pg_control'), 100);
    await expectWorks(await open(), 'demo-4');
    expect(warnings().join('\n')).toContain('made anew');
    expect(existsSync(join(directory.path, 'broken', 'PG_VERSION'))).toBe(true);
  });

  it('is made anew when the database was half initialised', async () => {
    for (const name of readdirSync(database())) {
      if (name !== 'PG_VERSION') rmSync(database(name), { recursive: true });
    }
    await expectWorks(await open(), 'demo-5');
    expect(warnings().join('\n')).toContain('made anew');
  });

  it('is made anew when it was deleted between two runs, even if the next start is killed half-way', async () => {
    rmSync(directory.path, { recursive: true });
    const child = startChild('hold');
    const unfinished = (): boolean =>
      existsSync(directory.path) &&
      readdirSync(directory.path).some((name) => name.startsWith('unfinished-'));
    await eventually('the database is being created', unfinished);
    await child.kill();
    await expectWorks(await open(), 'demo-7');
    expect(unfinished()).toBe(false);
  });
});

describe('a failing thread', () => {
  /** Speaks the thread's protocol; a job with the intent `crash` ends it. */
  const THREAD = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (message) => {
      if (message.kind === 'close') { parentPort.postMessage({ kind: 'closed' }); parentPort.close(); }
      if (message.kind !== 'add') return;
      if (message.job.intentId === 'crash') throw new Error('out of luck');
      parentPort.postMessage({ kind: 'added', request: message.request });
      parentPort.postMessage({ kind: 'run', run: 0, data: message.job });
    });
    parentPort.postMessage({ kind: 'ready' });`;
  const CREATE = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync(process.argv[2]);
    writeFileSync(process.argv[2] + '/PG_VERSION', '18');`;

  const entry = (name: string, source: string): URL => {
    const path = join(directory.path, `${name}.mjs`);
    writeFileSync(path, source);
    return pathToFileURL(path);
  };

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.dispose());

  it('is reported, and the queue works again with a new database', async () => {
    const opened = await open({ thread: entry('thread', THREAD), create: entry('create', CREATE) });
    await expectWorks(opened, 'demo-1');
    expect(await failureOf(opened.enqueue(aJob('crash'), 'entry'))).toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
    });
    await eventually('works again', async () =>
      opened.enqueue(aJob('demo-2'), 'entry').then(
        () => true,
        () => false,
      ),
    );
    await eventually('demo-2 is delivered', () => delivered.includes('demo-2'));
    expect(logger.lines.join('\n')).toMatch(/error .*died .*out of luck/u);
    expect(existsSync(join(directory.path, 'broken'))).toBe(true);
  });

  it('can be closed while it waits to start again', async () => {
    const opened = await open({ thread: entry('thread', THREAD), create: entry('create', CREATE) });
    await failureOf(opened.enqueue(aJob('crash'), 'entry'));
    await opened.close(CLOSE_MS);
    expect(existsSync(join(directory.path, 'queue.lock'))).toBe(false);
  });

  it('is refused with the reason when a new database does not help', async () => {
    const thread = entry('thread', `throw new Error('no such engine')`);
    const error = await failureOf(open({ thread, create: entry('create', CREATE) }));
    expect(error).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(error.message).toContain('no such engine');
    expect(existsSync(join(directory.path, 'queue.lock'))).toBe(false);
  });

  it('tells why a database cannot be created', async () => {
    mkdirSync(join(directory.path, 'elsewhere'));
    const create = entry(
      'create',
      `process.stderr.write('no space left on device\\n'); process.exit(1)`,
    );
    const error = await failureOf(open({ thread: compiledEntry('embeddedThread'), create }));
    expect(error).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(error.message).toContain('no space left on device');
  });
});
