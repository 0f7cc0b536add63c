/** Real queues, real Redis servers and what they leave behind. Everything listens on loopback or on a socket file. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOrderId, intentId } from '../../src/core/domain/ids.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { QueueJob } from '../../src/ports/orderQueue.ts';

const POLL_MS = 10;
/** Generous: it only bounds how long a failure takes, on a machine that is busy with other tests. */
const EVENTUALLY_MS = 60_000;
const STOP_MS = 5_000;

/** Waits until `holds`, by asking again and again. @throws Error that says what did not come true. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + EVENTUALLY_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not come true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The error a promise ends with. @throws Error when it does not fail. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error('failed with something that is not an Error', { cause: error });
  }
  throw new Error('did not fail');
}

/** The journal that queues of tests belong to. */
export const INSTANCE = 'test';

export const aJob = (id: string): QueueJob => ({
  kind: 'place',
  intentId: intentId(id),
  clientOrderId: clientOrderId(`x-${id}`),
});

/** A logger that keeps `level message fields` lines. */
export function linesLogger(lines: string[] = []): Logger & { readonly lines: string[] } {
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => linesLogger(lines),
  };
}

export interface TemporaryDirectory {
  readonly path: string;
  dispose(): void;
}

export function temporaryDirectory(): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), 'plimsoll-queue-'));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Whether this machine can run a Redis of the test's own, to be stopped and killed at will. */
export const redisIsInstalled =
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** Says once why Redis tests do not run here. */
export const redisSkipped =
  'skipped: no redis-server on PATH (apt-get install redis-server); the embedded queue is tested all the same';

/** A Redis server that a test may stop, kill and start again. */
export interface RedisServer {
  readonly port: number;
  /** `redis://` on loopback. */
  readonly url: string;
  /** `unix://` of the same server. */
  readonly socketUrl: string;
  start(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  dispose(): Promise<void>;
}

/** Starts a server without persistence. @param settings more of redis-server's arguments. */
export async function redisServer(settings: readonly string[] = []): Promise<RedisServer> {
  const folder = temporaryDirectory();
  const port = await freePort();
  const socket = join(folder.path, 'redis.sock');
  const command = ['--bind', '127.0.0.1', '--port', String(port), '--unixsocket', socket];
  const memory = ['--save', '', '--appendonly', 'no', '--dir', folder.path];
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    rmSync(socket, { force: true });
    child = spawn('redis-server', [...command, ...memory, ...settings], { stdio: 'ignore' });
    // The socket file is created after the port is open.
    await eventually('redis-server listens', () => existsSync(socket));
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined) return;
    const exited = once(running, 'exit', { signal: AbortSignal.timeout(STOP_MS) });
    running.kill('SIGKILL');
    await exited;
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    socketUrl: `unix://${socket}`,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill,
    dispose: async () => {
      await kill();
      folder.dispose();
    },
  };
}
