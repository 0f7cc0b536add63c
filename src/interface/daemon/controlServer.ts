/** The daemon's control socket: local, for this user alone, bounded in every direction. */
import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import {
  failureOf,
  LineReader,
  parseRequest,
  REQUEST_BYTES_MAX,
  type ControlRequest,
  type ControlResponse,
} from './protocol.ts';
import { makePrivateFolder, socketPathFor } from './socketPath.ts';

/** Answers a request; what it throws is the answer too, with its code. */
export type ControlMethod = (params: Readonly<Record<string, unknown>>) => unknown;

export interface ControlServer {
  readonly path: string;
  /** Takes no more requests, lets running ones answer for a moment, then closes. */
  close(): Promise<void>;
}

export interface ControlServerOptions {
  /** Path as configured. */
  readonly socket: string;
  readonly methods: Readonly<Record<string, ControlMethod>>;
  /** Silence after which a client without a running request is hung up on. */
  readonly idleMsMax?: number;
}

/** More clients at once than any person has terminals; one more takes the place of whoever has been silent longest. */
export const CONNECTIONS_MAX = 32;
/** Requests of one connection waiting for their answers. */
export const REQUESTS_PER_CONNECTION_MAX = 8;
const IDLE_MS_MAX = 60_000;
const OWN_NAME_BYTES = 6;
const OWN_NAME_CHARS_MIN = 4;
/** Answers get this long to leave when the server closes. */
const CLOSE_MS_MAX = 1_000;

/**
 * Serves at the path, in the place of any socket that lies there: the caller holds the daemon's lock.
 * @throws Error `CONTROL_FAILED` when the socket cannot be made, `CONTROL_PATH_TOO_LONG`, `CONTROL_UNSAFE`.
 */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const path = socketPathFor(options.socket);
  makePrivateFolder(path);
  // In the order in which they were heard of last.
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    if (connections.size >= CONNECTIONS_MAX && !makeRoom(connections)) {
      turnAway(socket);
      return;
    }
    const connection: Connection = new Connection(socket, options, () => {
      connections.delete(connection);
      connections.add(connection);
    });
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  const removeSocket = await listen(server, path);
  return {
    path,
    close: async () => {
      removeSocket();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.finish();
      await Promise.race([closed, expiry(CLOSE_MS_MAX)]);
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

function turnAway(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(refusalLine('CONTROL_BUSY', 'too many wait for an answer; try again'));
}

function refusalLine(code: string, message: string): string {
  return `${JSON.stringify({ id: 0, error: { code, message } } satisfies ControlResponse)}\n`;
}

/** Hangs up on whoever waits for nothing and has been silent longest. False when everybody waits for an answer. */
function makeRoom(connections: Set<Connection>): boolean {
  for (const connection of connections) {
    if (connection.isBusy) continue;
    connection.destroy();
    connections.delete(connection);
    return true;
  }
  return false;
}

/**
 * Listens at the path. The socket is made under a name of its own, which is all that Node removes by itself, and then put in its
 * place: by the time this process ends, another daemon's may lie there. It is made with mode 0600 at once: between making and
 * changing it, anybody could connect.
 * @returns removes the socket if it is still this one
 */
async function listen(server: Server, place: string): Promise<() => void> {
  const path = ownNameBeside(place);
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
      process.umask(mask);
    });
    const { ino, dev } = lstatSync(path, { bigint: true });
    renameSync(path, place);
    return () => {
      const there = lstatSync(place, { bigint: true, throwIfNoEntry: false });
      if (there?.ino === ino && there.dev === dev) rmSync(place, { force: true });
    };
  } catch (error) {
    server.close();
    throw new Error(`CONTROL_FAILED: cannot listen on ${place}: ${String(error)}`, {
      cause: error,
    });
  } finally {
    process.umask(mask);
  }
}

/** Never longer than the place itself, unless that is hardly a name: the length of a socket's path is bounded. */
function ownNameBeside(place: string): string {
  const random = randomBytes(OWN_NAME_BYTES).toString('hex');
  const room = Math.max(place.length - dirname(place).length - 2, OWN_NAME_CHARS_MIN);
  return join(dirname(place), `.${random.slice(0, room)}`);
}

function expiry(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** One client. */
class Connection {
  readonly #socket: Socket;
  readonly #methods: ControlServerOptions['methods'];
  readonly #onWord: () => void;
  readonly #lines = new LineReader(REQUEST_BYTES_MAX);
  #running = 0;
  #finishing = false;

  /** @param onWord called when something arrives */
  constructor(
    socket: Socket,
    { methods, idleMsMax = IDLE_MS_MAX }: ControlServerOptions,
    onWord: () => void,
  ) {
    this.#socket = socket;
    this.#methods = methods;
    this.#onWord = onWord;
    socket.setTimeout(idleMsMax, () => {
      if (this.#running === 0) socket.destroy();
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // A client that goes away is its own business.
    socket.on('error', () => socket.destroy());
  }

  /** Waits for an answer. */
  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** Closes as soon as the running requests are answered. */
  finish(): void {
    this.#finishing = true;
    if (this.#running === 0) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#onWord();
    const lines = this.#lines.push(chunk);
    for (const line of lines ?? []) this.#begin(line);
    if (lines) return;
    this.#refuse('CONTROL_TOO_LARGE', `a request has at most ${REQUEST_BYTES_MAX} bytes`);
  }

  #begin(line: string): void {
    if (this.#finishing || line.trim() === '') return;
    const request = parseRequest(line);
    if (!request) {
      this.#refuse(
        'CONTROL_BAD_REQUEST',
        'a request is one line of JSON: {"id":1,"method":"status","params":{}}',
      );
      return;
    }
    if (this.#running >= REQUESTS_PER_CONNECTION_MAX) {
      this.#refuse('CONTROL_BUSY', `at most ${REQUESTS_PER_CONNECTION_MAX} requests at a time`);
      return;
    }
    this.#running += 1;
    void this.#answer(request);
  }

  async #answer(request: ControlRequest): Promise<void> {
    this.#send(await this.#call(request));
    this.#running -= 1;
    if (this.#finishing) this.finish();
  }

  async #call({ id, method, params }: ControlRequest): Promise<ControlResponse> {
    try {
      const handler = Object.hasOwn(this.#methods, method) ? this.#methods[method] : undefined;
      if (!handler) throw new Error(`CONTROL_UNKNOWN_METHOD: ${method}`);
      return { id, result: (await handler(params)) ?? null };
    } catch (error) {
      return { id, error: failureOf(error) };
    }
  }

  /** The client does not keep to the protocol: one answer, then nothing more. */
  #refuse(code: string, message: string): void {
    this.#finishing = true;
    this.#socket.end(refusalLine(code, message));
  }

  #send(response: ControlResponse): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(response)}\n`);
  }
}
