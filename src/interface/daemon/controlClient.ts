/** Asks a running daemon one thing. */
import { createConnection } from 'node:net';
import { ControlError, LineReader, parseResponse, RESPONSE_BYTES_MAX } from './protocol.ts';
import { socketPathFor } from './socketPath.ts';

export interface ControlCall {
  /** Path as configured. */
  readonly socket: string;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
  /** Hangs up: nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** A healthy daemon answers within milliseconds. */
const CALL_TIMEOUT_MS = 5_000;

/** Nobody listens: no file, or a leftover one. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED']);

/**
 * One request on a connection of its own.
 * @throws ControlError the daemon's own code; `NOT_RUNNING` when nobody listens; `CONTROL_TIMEOUT`; `CONTROL_CLOSED` when it
 * hung up without an answer; `CONTROL_FAILED` for everything else, e.g. a socket of another user.
 */
export function callDaemon({
  socket,
  method,
  params = {},
  timeoutMs = CALL_TIMEOUT_MS,
  signal,
}: ControlCall): Promise<unknown> {
  const path = socketPathFor(socket);
  return new Promise((resolve, reject) => {
    const connection = createConnection(path);
    const lines = new LineReader(RESPONSE_BYTES_MAX);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      connection.destroy();
      settle();
    };
    const failed = (code: string, message: string): void =>
      end(() => reject(new ControlError(code, message)));
    const timer = setTimeout(() => {
      failed(
        'CONTROL_TIMEOUT',
        `the daemon did not answer "${method}" within ${timeoutMs / 1000} s`,
      );
    }, timeoutMs);
    signal?.addEventListener('abort', () => failed('CONTROL_CLOSED', 'nobody waits for it'));
    connection.on('connect', () =>
      connection.write(`${JSON.stringify({ id: 1, method, params })}\n`),
    );
    connection.on('error', (error: NodeJS.ErrnoException) => {
      if (NOBODY.has(error.code ?? ''))
        failed('NOT_RUNNING', 'no daemon is running, or it is only just starting');
      else failed('CONTROL_FAILED', `cannot reach the daemon at ${path}: ${error.message}`);
    });
    connection.on('close', () => failed('CONTROL_CLOSED', 'the daemon hung up without an answer'));
    connection.on('data', (chunk: Buffer) => {
      const received = lines.push(chunk);
      const line = received?.[0];
      if (received && line === undefined) return;
      end(() => settleWith(line, resolve, reject));
    });
  });
}

function settleWith(
  line: string | undefined,
  resolve: (result: unknown) => void,
  reject: (error: Error) => void,
): void {
  const response = line === undefined ? undefined : parseResponse(line);
  if (!response) reject(new ControlError('CONTROL_FAILED', 'the daemon’s answer is not one'));
  else if ('error' in response)
    reject(new ControlError(response.error.code, response.error.message, response.error.data));
  else resolve(response.result);
}
