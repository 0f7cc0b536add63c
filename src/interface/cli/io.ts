/** The terminal, as far as commands need it: what tests replace. */
import { createInterface } from 'node:readline/promises';
import type { SignalSource } from '../daemon/signals.ts';

export interface Io {
  /** Data. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** True when a person can be asked something. */
  readonly inIsTerminal: boolean;
  /** Width and height of the terminal now. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Calls back when that changes, until the returned function is called. */
  readonly onResize: (listener: () => void) => () => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks on stderr; undefined when the input ended. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly signals: SignalSource;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  /** Calls back when nobody reads stdout any more. */
  readonly onOutputLost: (listener: () => void) => void;
}

const DEFAULT_COLUMNS = 100;
const DEFAULT_ROWS = 30;

/** The process's own terminal. */
export function processIo(): Io {
  const lost: (() => void)[] = [];
  // A reader that went away (`| head`) or a closed terminal: nothing to say and nobody to say it to.
  process.stdout.on('error', () => {
    for (const listener of lost) listener();
  });
  process.stderr.on('error', () => undefined);
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    inIsTerminal: process.stdin.isTTY && process.stderr.isTTY,
    size: () => ({
      columns: columnsOf(process.stdout) ?? columnsOf(process.stderr) ?? DEFAULT_COLUMNS,
      rows: process.stdout.isTTY ? process.stdout.rows : DEFAULT_ROWS,
    }),
    onResize: (listener) => {
      process.stdout.on('resize', listener);
      return () => process.stdout.off('resize', listener);
    },
    env: process.env,
    ask: askAtTerminal,
    signals: process,
    exit: (code) => process.exit(code),
    onOutputLost: (listener) => lost.push(listener),
  };
}

function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  return stream.isTTY ? stream.columns : undefined;
}

async function askAtTerminal(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const ended = new Promise<undefined>((resolve) => {
      terminal.once('close', () => {
        resolve(undefined);
      });
    });
    return await Promise.race([terminal.question(question), ended]);
  } finally {
    terminal.close();
  }
}
