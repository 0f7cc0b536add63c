/**
 * Measurements in processes of their own: one workload per process, so that none is slowed by code that was compiled for
 * another. A child opens, says that it is ready, and answers one message at a time.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The argument that makes the benchmark program a child. */
export const CHILD_FLAG = '--child';
/** How long a child may take to leave before it is killed. */
const LEAVE_MS = 10_000;

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));

/** What a child does. Requests and answers are plain data. */
export interface ChildService {
  /** The first answer. */
  readonly ready: unknown;
  /** Absent: the child ends after its first answer. */
  handle?(message: unknown): Promise<unknown>;
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** A running child. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #answers: Answer[] = [];
  #wake: () => void = () => undefined;

  constructor(name: string, request: unknown, nodeOptions: readonly string[] = []) {
    this.#name = name;
    this.#process = fork(MAIN, [CHILD_FLAG, name, JSON.stringify(request)], {
      execArgv: [...nodeOptions],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.on('message', (message) => {
      this.#take(message as Answer);
    });
    this.#process.on('exit', (code, signal) => {
      this.#take({ error: `it ended with ${String(code ?? signal)}` });
    });
  }

  /** The next answer; the first comes when the child is ready. @throws Error when the child failed. */
  async answer(): Promise<unknown> {
    while (this.#answers.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const { value, error } = this.#answers.shift() ?? {};
    if (error !== undefined) throw new Error(`${this.#name}: ${error}`);
    return value;
  }

  ask(message: unknown): Promise<unknown> {
    this.#process.send({ message });
    return this.answer();
  }

  /** Lets go of the child, which ends itself. */
  async end(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    const left = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), LEAVE_MS);
    await left;
    clearTimeout(impatience);
  }

  #take(answer: Answer): void {
    this.#answers.push(answer);
    this.#wake();
  }
}

/** The one answer of a child that does one thing. */
export async function runChild(
  name: string,
  request: unknown,
  nodeOptions: readonly string[] = [],
): Promise<unknown> {
  const child = new Child(name, request, nodeOptions);
  try {
    return await child.answer();
  } finally {
    await child.end();
  }
}

/** The child's side: opens the service and answers until the parent lets go. */
export async function serveParent(open: () => Promise<ChildService>): Promise<void> {
  const tell = (answer: Answer): void => {
    if (process.connected) process.send?.(answer);
  };
  const failed = (error: unknown): void =>
    tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.on('disconnect', () => process.exit(0));
  try {
    const service = await open();
    process.on('message', (envelope: { readonly message: unknown }) => {
      service.handle?.(envelope.message).then((value) => tell({ value }), failed);
    });
    tell({ value: service.ready });
  } catch (error) {
    failed(error);
  }
}
