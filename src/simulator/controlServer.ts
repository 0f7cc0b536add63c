/**
 * The control API's own server: loopback, its own port, its own token. A page in a browser cannot use it: requests with
 * an `Origin` or for another host are refused, as are those without the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ControlError } from './controlError.ts';
import { closeServer, listenOnLoopback, readBody } from './loopback.ts';
import { splitUrl } from './wireParts.ts';

const BODY_BYTES_MAX = 1_048_576;

/** A control request: `METHOD /path`, its query, its JSON document (undefined without a body). */
export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly document: unknown;
}

export class ControlServer {
  readonly #server: Server;
  readonly #answer: (request: ControlRequest) => Promise<unknown>;
  readonly #token: Buffer;

  /** @param answer resolves to the JSON document to send. @throws ControlError for what was wrong with the request. */
  constructor(token: string, answer: (request: ControlRequest) => Promise<unknown>) {
    this.#token = digest(token);
    this.#answer = answer;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  /** Starts listening; @returns the port. @throws Error when the port is taken. */
  listen(port: number): Promise<number> {
    return listenOnLoopback(this.#server, port);
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, document } = await this.#reply(request);
    if (response.destroyed) return;
    response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
    response.end(`${JSON.stringify(document)}\n`);
  }

  async #reply(request: IncomingMessage): Promise<{ status: number; document: unknown }> {
    try {
      const text = await readBody(request, BODY_BYTES_MAX);
      this.#authorise(request);
      if (text === undefined)
        throw new ControlError(413, `the body has more than ${String(BODY_BYTES_MAX)} bytes`);
      const { path, query } = splitUrl(request.url ?? '/');
      const document = await this.#answer({
        method: request.method ?? 'GET',
        path,
        query: new URLSearchParams(query),
        document: text === '' ? undefined : parsed(text),
      });
      return { status: 200, document };
    } catch (error) {
      if (error instanceof ControlError) return { status: error.status, document: error.document };
      const message = error instanceof Error ? error.message : String(error);
      return { status: 500, document: { error: message } };
    }
  }

  #authorise(request: IncomingMessage): void {
    if (request.headers.origin !== undefined)
      throw new ControlError(
        403,
        'requests from web pages are refused: leave the Origin header out',
      );
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? ''))
      throw new ControlError(403, 'the Host header names another machine: use http://127.0.0.1');
    const token = request.headers['x-sim-token'];
    if (typeof token !== 'string' || !timingSafeEqual(digest(token), this.#token))
      throw new ControlError(403, 'the X-Sim-Token header is missing or wrong');
  }
}

/** Digests have one length, whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ControlError(400, `the body is not JSON: ${why}`);
  }
}
