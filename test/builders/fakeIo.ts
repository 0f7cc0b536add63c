/** A terminal that only remembers. */
import { EventEmitter } from 'node:events';
import type { Io } from '../../src/interface/cli/io.ts';

export interface FakeIo extends Io {
  readonly signals: EventEmitter;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
  /** Codes the process was ended with at once. */
  readonly exits: number[];
  /** Nobody reads stdout any more. */
  loseOutput(): void;
  resize(columns: number, rows: number): void;
}

export interface FakeIoOptions {
  /** stdout, stderr and stdin are terminals. */
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** What the operator answers, in order; then the input has ended. */
  readonly answers?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
}

export function fakeIo({
  terminal = false,
  env = {},
  answers = [],
  columns = 120,
  rows = 40,
}: FakeIoOptions = {}): FakeIo {
  const written = { out: '', err: '' };
  const left = [...answers];
  const lost: (() => void)[] = [];
  const exits: number[] = [];
  const resized = new Set<() => void>();
  let size = { columns, rows };
  return {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    inIsTerminal: terminal,
    size: () => size,
    onResize: (listener) => {
      resized.add(listener);
      return () => resized.delete(listener);
    },
    resize: (width, height) => {
      size = { columns: width, rows: height };
      for (const listener of resized) listener();
    },
    env,
    ask: async (question) => {
      written.err += question;
      return left.shift();
    },
    signals: new EventEmitter(),
    exit: (code) => {
      exits.push(code);
    },
    onOutputLost: (listener) => {
      lost.push(listener);
    },
    stdout: () => written.out,
    stderr: () => written.err,
    exits,
    loseOutput: () => {
      for (const listener of lost) listener();
    },
  };
}

/** Waits until a condition holds; a test's own timeout ends the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
