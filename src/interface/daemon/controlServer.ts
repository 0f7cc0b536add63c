/** The daemon's control socket: local, for this user alone, bounded in every direction. */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { HeldLock } from './lock.ts';
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
  /** Proof that no other daemon serves there: only then may a leftover socket be removed. */
  readonly lock: HeldLock;
  readonly methods: Readonly<Record<string, ControlMethod>>;
  /** Silence after which a client without a running request is hung up on. */
  readonly idleMsMax?: number;
}

/** More clients at once than any person has terminals. */
export const CONNECTIONS_MAX = 32;
/** Requests of one connection waiting for their answers. */
export const REQUESTS_PER_CONNECTION_MAX = 8;
const IDLE_MS_MAX = 60_000;
/** Answers get this long to leave when the server closes. */
const CLOSE_MS_MAX = 1_000;

/** @throws Error `CONTROL_FAILED` when the socket cannot be made, `CONTROL_PATH_TOO_LONG`, `CONTROL_UNSAFE`. */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const path = socketPathFor(options.socket);
  makePrivateFolder(path);
  rmSync(path, { force: true });
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, options);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, path);
  return {
    path,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.finish();
      await Promise.race([closed, expiry(CLOSE_MS_MAX)]);
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

/** The socket is made with mode 0600 at once: between making and changing it, anybody could connect. */
async function listen(server: Server, path: string): Promise<void> {
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
  } catch (error) {
    throw new Error(`CONTROL_FAILED: cannot listen on ${path}: ${String(error)}`, { cause: error });
  } finally {
    process.umask(mask);
  }
}

function expiry(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** One client. */
class Connection {
  readonly #socket: Socket;
  readonly #methods: ControlServerOptions['methods'];
  readonly #lines = new LineReader(REQUEST_BYTES_MAX);
  #running = 0;
  #finishing = false;

  constructor(socket: Socket, { methods, idleMsMax = IDLE_MS_MAX }: ControlServerOptions) {
    this.#socket = socket;
    this.#methods = methods;
    socket.setTimeout(idleMsMax, () => {
      if (this.#running === 0) socket.destroy();
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // A client that goes away is its own business.
    socket.on('error', () => socket.destroy());
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
    this.#socket.end(
      `${JSON.stringify({ id: 0, error: { code, message } } satisfies ControlResponse)}\n`,
    );
  }

  #send(response: ControlResponse): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(response)}\n`);
  }
}
